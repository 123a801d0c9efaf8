-- What an agent has looked at, one by one, to accept or acknowledge all of it in one go (BIL-7, SUR-2).
CREATE TABLE lots (
    user_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('invoice', 'report')),
    contract_number text NOT NULL,
    subject text NOT NULL,             -- the invoice's id; empty: the contract's only report
    put_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, kind, contract_number, subject)
);
CREATE INDEX lots_to_forget ON lots (put_at);
GRANT SELECT, INSERT, DELETE ON lots TO gateway_web;
