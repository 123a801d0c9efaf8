-- Personal links to surveys go to trainees by mail (SURV-1): what was asked, and what is done by itself, until the worker has put each mail.

-- Whether an organisation wants links sent by themselves when a survey falls due. Without a row none is.
CREATE TABLE survey_sending (
    siret text PRIMARY KEY,
    by_itself boolean NOT NULL,
    chosen_by uuid NOT NULL,
    chosen_at timestamptz NOT NULL     -- what was due before does not go by itself
);
GRANT SELECT, INSERT, UPDATE ON survey_sending TO gateway_web;

-- A link for a trainee. No address stands here and no token: the worker makes both into a mail.
CREATE TABLE survey_mailings (
    id uuid PRIMARY KEY,               -- of the command that offers the link too: asked or noted twice, it goes once
    contract_number text NOT NULL,
    trainee_id uuid NOT NULL,
    survey text NOT NULL CHECK (survey IN ('exit', 'six_months', 'one_year')),
    asked_by uuid,                     -- null: by itself
    asked_at timestamptz NOT NULL DEFAULT now(),
    due_on date NOT NULL,              -- not before that day, in Paris
    mail_id uuid                       -- the mail, once it is put
);
CREATE INDEX survey_mailings_waiting ON survey_mailings (due_on) WHERE mail_id IS NULL;
CREATE INDEX survey_mailings_of_a_trainee ON survey_mailings (contract_number, trainee_id, survey);
GRANT SELECT, INSERT (id, contract_number, trainee_id, survey, asked_by, due_on) ON survey_mailings TO gateway_web;

-- The digest of the link that a mail carries: it goes once the link works, and no more when it works no more.
ALTER TABLE mails ADD COLUMN link text;
CREATE INDEX mails_with_a_link ON mails (link) WHERE ended_at IS NULL AND link IS NOT NULL;
-- An address of nobody who logs in is not tried again when its server refuses it: the organisation is told, and prints a letter.
ALTER TABLE mails DROP CONSTRAINT mails_outcome_check,
    ADD CONSTRAINT mails_outcome_check CHECK (outcome IN ('sent', 'given_up', 'nobody', 'refused'));
-- What became of a mail, and nothing of what it says: pages never see a token.
GRANT SELECT (id, ended_at, outcome) ON mails TO gateway_web;
GRANT SELECT ON mail_starts TO gateway_web;
