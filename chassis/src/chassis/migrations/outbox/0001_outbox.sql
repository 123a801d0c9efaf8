-- What is to be sent, in order of seq; the relay deletes what Kafka has acknowledged.
CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    version bigint, -- on `events` alone
    headers text NOT NULL, -- a JSON object
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (key, version) -- a tripwire: two writers of one key who did not lock it
);
