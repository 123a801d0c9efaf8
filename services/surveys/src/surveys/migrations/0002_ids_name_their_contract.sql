-- A record's id begins with its contract (contracts.personal): nobody's record has the id of another's.
UPDATE people SET id = contract_number || '/' || id;
ALTER TABLE people ADD CHECK (starts_with(id, contract_number || '/'));
