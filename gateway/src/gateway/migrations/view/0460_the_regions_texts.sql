-- What the Region publishes for everybody (ACC-8, HOME-3), each version for good: the highest one of a name is read.
CREATE TABLE texts (
    name text NOT NULL,
    version integer NOT NULL,
    markdown text NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text,                -- the agent's user id
    PRIMARY KEY (name, version)
);
