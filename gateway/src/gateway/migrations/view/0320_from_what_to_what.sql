-- An act says what its figures took the place of, and what it is about: a trainee, months, an invoice (ACC-8). What was told before did not:
-- `python -m gateway rebuild` tells all of it anew, from the log.
TRUNCATE history;
DROP INDEX history_of_a_key;
ALTER TABLE history
    DROP CONSTRAINT history_pkey,
    ADD COLUMN place int NOT NULL,              -- an event about several trainees is an act for each, in its order
    ADD COLUMN "offset" bigint NOT NULL,        -- the event's: in which order acts on one key happened
    ADD COLUMN was jsonb NOT NULL,              -- of the figures that are told from what to what, those that had been told before
    ADD COLUMN trainee uuid,
    ADD COLUMN months text[] NOT NULL,          -- those of its invoice, when it names none itself
    ADD COLUMN invoice uuid,
    ADD PRIMARY KEY (event_id, place);
CREATE INDEX history_of_a_key ON history (key, at, "offset", event_id, place);
CREATE INDEX history_by_time ON history (at, "offset", event_id, place);

-- What was told last of each thing: what the next act about it is compared with.
CREATE TABLE last_told (
    key text NOT NULL,
    subject text NOT NULL,                      -- told.row.subject_of
    figures jsonb NOT NULL,
    PRIMARY KEY (key, subject)
);

-- Where what is said of a key begins in its partition: what is folded again for one action is read from there.
ALTER TABLE applied ADD COLUMN first bigint NOT NULL DEFAULT 0;
ALTER TABLE applied ALTER COLUMN first DROP DEFAULT;
