-- The agents' list of reports begins with those to acknowledge, the oldest on top; the others are read in the same order.
DROP INDEX reports_by_state, reports_to_acknowledge;
CREATE INDEX reports_to_acknowledge ON reports (submitted_at, contract_number) WHERE submitted_at IS NOT NULL AND acknowledged_at IS NULL;
CREATE INDEX reports_sent ON reports (submitted_at, contract_number) WHERE submitted_at IS NOT NULL;
