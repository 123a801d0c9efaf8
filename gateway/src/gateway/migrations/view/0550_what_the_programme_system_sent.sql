-- What came of each message of the Region's programme system (ACT-1). The id is the event's, so that building anew makes none twice.
CREATE TABLE programme_messages (
    event_id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    "offset" bigint NOT NULL,          -- of the event: many come on one day
    contract_number text,              -- null when its key was none
    ask text,                          -- null when it could not be read
    outcome text NOT NULL,
    faults jsonb NOT NULL,             -- contracts.answers.Fault
    more integer NOT NULL
);
CREATE INDEX programme_messages_latest ON programme_messages (at, "offset", event_id);
CREATE INDEX programme_messages_refused ON programme_messages (at, "offset", event_id) WHERE outcome = 'refused';
