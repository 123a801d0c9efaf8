-- What was known when it was decided (JSON): by which record, how far `events` had been read, the time of the last tick. With seq it tells a
-- database that was restored from a backup in which order to decide again. Null for what no service decided.
ALTER TABLE outbox ADD COLUMN decided text;
