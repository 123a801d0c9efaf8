-- The agents' lists are searched, sorted and paged in SQL: the first pages are read from these indexes, in their order.

-- As French readers look for a word and sort it, `ÉCOLE` beside `ecole`: what words.french.sortable makes of the same letters. It takes
-- tens of microseconds: rows keep what it makes of them.
CREATE FUNCTION sortable(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(lower($1), 'àâäçéèêëîïôöùûüÿ', 'aaaceeeeiioouuuy');

ALTER TABLE actions
    ADD COLUMN organisation_name text GENERATED ALWAYS AS (terms -> 'organisation' ->> 'name') STORED,
    ADD COLUMN by_organisation text GENERATED ALWAYS AS (sortable(terms -> 'organisation' ->> 'name')) STORED,
    ADD COLUMN by_title text GENERATED ALWAYS AS (sortable(title)) STORED,
    ADD COLUMN sought text GENERATED ALWAYS AS (
        sortable(contract_number || ' ' || title || ' ' || (terms -> 'organisation' ->> 'name') || ' ' || siret)
    ) STORED;
CREATE INDEX actions_by_start ON actions (planned_start, contract_number);
CREATE INDEX actions_by_organisation ON actions (by_organisation, contract_number);
CREATE INDEX actions_by_title ON actions (by_title, contract_number);

DROP INDEX invoices_to_decide;
CREATE INDEX invoices_to_decide ON invoices (issued_at, invoice_id) INCLUDE (excluding_tax) WHERE state = 'issued';
CREATE INDEX invoices_to_decide_by_amount ON invoices (excluding_tax, invoice_id) WHERE state = 'issued';
CREATE INDEX invoices_decided ON invoices (decided_at, invoice_id) INCLUDE (excluding_tax) WHERE state <> 'issued';
CREATE INDEX invoices_decided_by_amount ON invoices (excluding_tax, invoice_id) WHERE state <> 'issued';

CREATE INDEX reports_by_state ON reports ((acknowledged_at IS NOT NULL), submitted_at, contract_number) WHERE submitted_at IS NOT NULL;
CREATE INDEX reports_to_acknowledge ON reports (contract_number) WHERE submitted_at IS NOT NULL AND acknowledged_at IS NULL;
