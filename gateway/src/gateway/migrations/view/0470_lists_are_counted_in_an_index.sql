-- What an agents' list counts of all its pages is counted in an index, whatever state is asked for, and touches no row.
DROP INDEX invoices_decided, reports_sent, requests_asked;
CREATE INDEX invoices_decided ON invoices (decided_at, invoice_id) INCLUDE (excluding_tax, state) WHERE state <> 'issued';
CREATE INDEX reports_sent ON reports (submitted_at, contract_number) INCLUDE (acknowledged_at) WHERE submitted_at IS NOT NULL;
CREATE INDEX requests_asked ON requests (asked_at, request_id) INCLUDE (state, object);
CREATE INDEX actions_by_state ON actions (state, contract_number) INCLUDE (programme_year);
