-- Who asks for an account (ACC-4), until an agent answers or a month is over: they are strangers, and this table alone holds what they say.
CREATE TABLE account_requests (
    request_id uuid PRIMARY KEY,
    siret text NOT NULL,
    email_folded text NOT NULL,
    body jsonb NOT NULL,               -- contracts.identity_http.Newcomer; {} when a restored database has lost it
    requested_at timestamptz NOT NULL,
    -- Once it is refused: what is mailed to whom, until the mail is out.
    reason text,
    email text,
    attempts int NOT NULL DEFAULT 0,
    next_try timestamptz NOT NULL DEFAULT now(),
    CHECK ((reason IS NULL) = (email IS NULL))
);
-- Sent twice, it is one request.
CREATE UNIQUE INDEX account_requests_open ON account_requests (siret, email_folded) WHERE reason IS NULL AND body <> '{}';
CREATE INDEX account_requests_refused ON account_requests (next_try) WHERE reason IS NOT NULL;

ALTER TABLE mailings DROP CONSTRAINT mailings_kind_check, ADD CHECK (kind IN ('first', 'invited', 'accepted', 'forgotten'));
