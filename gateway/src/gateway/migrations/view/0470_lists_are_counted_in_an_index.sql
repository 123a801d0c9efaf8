-- What the agents' lists count of all their pages is counted in an index, whatever state is asked for, and reads no row.
DROP INDEX invoices_decided;
CREATE INDEX invoices_decided ON invoices (decided_at, invoice_id) INCLUDE (excluding_tax, state) WHERE state <> 'issued';
CREATE INDEX actions_by_state ON actions (state, contract_number) INCLUDE (programme_year);
