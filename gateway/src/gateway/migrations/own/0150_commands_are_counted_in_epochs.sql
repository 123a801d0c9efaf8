-- A database restored from a backup would give numbers away a second time, and the services would take new commands for repeats. So what
-- numbers commands has a name that no other database has, and a new one after each restore (worker.epochs).
CREATE TABLE epochs (
    number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL UNIQUE,       -- as envelopes name it; the latest counts
    begun_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO epochs (source) VALUES ('gateway/' || substr(gen_random_uuid()::text, 1, 8));
GRANT SELECT ON epochs TO gateway_web;

ALTER TABLE command_keys ADD COLUMN source text NOT NULL DEFAULT 'gateway';  -- as it was, before it had epochs
ALTER TABLE command_keys ALTER COLUMN source DROP DEFAULT, DROP CONSTRAINT command_keys_pkey, ADD PRIMARY KEY (source, key);

-- How far the commands' topics were compared with `commands`: what stands there, behind this, and not here, was sent by a database that is
-- no more.
CREATE TABLE compared (
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    PRIMARY KEY (topic, partition)
);

-- Answers to commands that this database does not know: read before the commands that it has forgotten were noted again.
CREATE TABLE stray_answers (
    command_id uuid PRIMARY KEY,
    service text NOT NULL,
    key text NOT NULL,
    faults jsonb NOT NULL,
    personal jsonb NOT NULL,
    read_at timestamptz NOT NULL DEFAULT now()
);

-- Nobody expects its answer any more: something that was asked later has long been answered. Its answer counts all the same when it comes.
ALTER TABLE commands ADD COLUMN given_up_at timestamptz;
CREATE INDEX commands_without_answer ON commands (coalesce(siret, 'agents')) WHERE faults IS NULL;
