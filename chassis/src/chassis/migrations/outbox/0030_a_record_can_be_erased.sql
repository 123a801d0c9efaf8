-- A record of people that is erased has no body (PRV-1).
ALTER TABLE outbox ALTER COLUMN body DROP NOT NULL;
