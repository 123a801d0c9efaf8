-- What a mail goes back to: the W3C `traceparent` of what caused it, null where no trace is kept. It names nobody.
ALTER TABLE mail_notes ADD COLUMN trace text;
ALTER TABLE survey_mailings ADD COLUMN trace text;
-- Of all that a mail tells.
ALTER TABLE mails ADD COLUMN traces text[] NOT NULL DEFAULT '{}';
GRANT INSERT (trace) ON survey_mailings TO gateway_web;
