-- Who they are: what is personal or freely written, in one table of this database, so that erasing finds all of it (PRV-1).
CREATE TABLE people (
    id text PRIMARY KEY,              -- the key of its record on `personal`
    kind text NOT NULL CHECK (kind IN ('agent', 'text', 'trainee', 'trainer')),
    contract_number text NOT NULL,    -- whose last payment starts the years until it is erased
    version int NOT NULL CHECK (version > 0),
    body jsonb NOT NULL CHECK (body ->> 'id' = id) -- the record as it was published: nobody's sheet under another's id
);
CREATE INDEX people_of_a_contract ON people (contract_number);
