-- A draft names its form by what it is about, not by its page's address: a page can be renamed and nothing typed is lost (web.form_ids).
-- What was kept of a form with nothing to type, or of a page that is no more, goes.

ALTER TABLE drafts ADD COLUMN kind text, ADD COLUMN contract text, ADD COLUMN subject text;

UPDATE drafts
SET kind = page.kind, contract = regexp_replace(form, pattern, '\1'), subject = regexp_replace(form, pattern, page.subject)
FROM (
    VALUES
        ('dates', '^/actions/([^/]+)/dates()$', '\2'),
        ('new_trainee', '^/actions/([^/]+)/stagiaires/nouveau(?:\?stagiaire=(.+))?$', '\2'),
        ('trainee', '^/actions/([^/]+)/stagiaires/([0-9a-f-]{36})$', '\2'),
        ('entries', '^/actions/([^/]+)/entrees()$', '\2'),
        ('opening', '^/actions/([^/]+)/ouverture()$', '\2'),
        ('non_opening', '^/actions/([^/]+)/non-ouverture()$', '\2'),
        ('month', '^/actions/([^/]+)/declarations/([^/]+)$', '\2'),
        ('line', '^/actions/([^/]+)/declarations/([^/]+)/lignes/([^/]+)$', '\2/\3'),
        ('invoices', '^/actions/([^/]+)/facturation/verification()$', '\2'),
        ('closing', '^/actions/([^/]+)/cloture()$', '\2'),
        ('survey', '^/actions/([^/]+)/enquetes/sortie/([^/]+)$', '\2'),
        ('report', '^/actions/([^/]+)/bilan()$', '\2'),
        ('balance', '^/actions/([^/]+)/solde()$', '\2'),
        ('address', '^/compte/adresse()()$', '\2'),
        ('action', '^/region/actions/([^/]+)()$', '\2'),
        ('decision', '^/region/factures/()([^/]+)$', '\2'),
        ('upload', '^/region/import()()$', '\2'),
        ('import', '^/region/import/()([^/]+)$', '\2')
) AS page (kind, pattern, subject)
WHERE form ~ pattern;

DELETE FROM drafts WHERE kind IS NULL;
ALTER TABLE drafts
    DROP COLUMN form,  -- and with it the key
    ALTER COLUMN kind SET NOT NULL,
    ALTER COLUMN contract SET NOT NULL,  -- empty: it is about none
    ALTER COLUMN subject SET NOT NULL,  -- a month, a trainee's id, `2008-02/<trainee>`, an invoice's id; empty: the form is the only one
    ADD PRIMARY KEY (owner, kind, contract, subject);
