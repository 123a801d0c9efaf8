-- What is personal or freely written, in one table of this database, so that erasing finds all of it (PRV-1).
CREATE TABLE people (
    id text PRIMARY KEY,              -- the key of its record on `personal`
    kind text NOT NULL CHECK (kind = 'text'),
    contract_number text NOT NULL,    -- whose last payment starts the years until it is erased
    version int NOT NULL CHECK (version > 0),
    body jsonb NOT NULL CHECK (body ? 'text')
);
CREATE INDEX people_of_a_contract ON people (contract_number);
