-- Whose a row is is part of its key: what names another's finds nothing.

UPDATE people SET id = contract_number || '/' || id WHERE contract_number IS NOT NULL;
UPDATE actions SET agent_id = contract_number || '/' || agent_id, dates_reason = contract_number || '/' || dates_reason,
    trainers = ARRAY(SELECT contract_number || '/' || id FROM unnest(trainers) WITH ORDINALITY AS listed (id, place) ORDER BY place);
UPDATE trainees SET unlock_reason = contract_number || '/' || unlock_reason WHERE unlock_reason IS NOT NULL;
UPDATE invoices SET rejection_text = contract_number || '/' || rejection_text WHERE rejection_text IS NOT NULL;
UPDATE reports SET text_id = contract_number || '/' || text_id WHERE text_id IS NOT NULL;

-- `<contract>/<id>`, a trainee's sheet `<contract>/<trainee_id>`; a user's own id has no slash (contracts.personal).
ALTER TABLE people ADD CHECK (CASE WHEN contract_number IS NULL THEN strpos(id, '/') = 0 ELSE starts_with(id, contract_number || '/') END);
CREATE INDEX people_of_a_contract ON people (contract_number);

ALTER TABLE trainees DROP CONSTRAINT trainees_pkey, ADD PRIMARY KEY (contract_number, trainee_id);
DROP INDEX trainees_of_an_action;

ALTER TABLE invoices DROP CONSTRAINT invoices_pkey, ADD PRIMARY KEY (contract_number, invoice_id);
DROP INDEX invoices_of_an_action;
CREATE UNIQUE INDEX invoice_of_an_address ON invoices (invoice_id);  -- the Region's pages name an invoice alone

ALTER TABLE payments DROP CONSTRAINT payments_pkey, ADD PRIMARY KEY (contract_number, reference);
