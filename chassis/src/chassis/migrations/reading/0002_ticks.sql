-- The time of the last tick that this service has done; one row at most.
ALTER TABLE today RENAME TO ticked;
ALTER TABLE ticked RENAME COLUMN day TO at;
ALTER TABLE ticked ALTER COLUMN at TYPE timestamptz;
