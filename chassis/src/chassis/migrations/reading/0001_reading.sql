-- Where this service stands in each topic: the offset of the last record whose effects are in this database.
CREATE TABLE positions (
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    PRIMARY KEY (topic, partition)
);

-- The highest version that was taken from a source about a key: what a producer sends again is dropped.
CREATE TABLE seen (
    source text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (source, key)
);

-- One row per key: its lock, the version of its last event, its state.
CREATE TABLE aggregates (
    key text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    state jsonb
);

-- Messages that could not be handled, and those that came after them for one of their keys, in order of id.
CREATE TABLE parked (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    keys text[] NOT NULL, -- empty: parked alone, holds nothing up
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    key bytea,
    header_names bytea[] NOT NULL,
    header_values bytea[] NOT NULL,
    body bytea,
    written_at timestamptz NOT NULL,
    error text, -- null: waits for one before it
    parked_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX parked_keys ON parked USING gin (keys);

-- The last day that this service saw begin; one row at most.
CREATE TABLE today (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    day date NOT NULL
);
