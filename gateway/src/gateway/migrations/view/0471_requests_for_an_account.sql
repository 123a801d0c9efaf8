-- Who asks for an account (ACC-4): for which organisation, and what became of it. Who it is, identity alone knows, until it is answered.
CREATE TABLE account_requests (
    request_id uuid PRIMARY KEY,
    siret text NOT NULL,
    requested_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'refused', 'expired')),
    answered_at timestamptz,
    answered_by text,                  -- the agent's user id
    user_id uuid                       -- whose account it became
);
CREATE INDEX account_requests_open ON account_requests (requested_at) WHERE state = 'open';
