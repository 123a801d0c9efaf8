-- Who logged in, who was refused, whose password changed: for the operator (`python -m gateway security`), a year (ACC-10). No secret stands
-- here, and nothing that anybody typed but the address that was asked for. What services say of accounts is in `history`.
CREATE TABLE security_log (
    at timestamptz NOT NULL DEFAULT now(),
    what text NOT NULL,
    user_id uuid,                      -- whose account it was about; null: nobody's
    client text NOT NULL,              -- where it came from
    about text NOT NULL                -- a refusal's code, or the address of a page
);
CREATE INDEX security_log_by_age ON security_log (at);
-- The pages' process adds to it, and can neither read it nor take anything away.
GRANT INSERT ON security_log TO gateway_web;
