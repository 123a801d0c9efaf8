-- What a mail goes back to: the W3C `traceparent` of what caused it, null where no trace is kept. It names nobody.
ALTER TABLE mailings ADD COLUMN trace text;
ALTER TABLE factor_mails ADD COLUMN trace text;
-- Of a request: that of its refusal, and since when the refusal waits to be mailed.
ALTER TABLE account_requests ADD COLUMN trace text, ADD COLUMN refused_at timestamptz;
