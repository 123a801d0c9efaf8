-- Who they are: what is personal, in one table of this database (PRV-1).
CREATE TABLE people (
    id text PRIMARY KEY,              -- the key of its record on `personal`: the user's id
    kind text NOT NULL CHECK (kind = 'user'),
    contract_number text,             -- none: an account outlives contracts
    version int NOT NULL CHECK (version > 0),
    body jsonb NOT NULL CHECK (body ? 'name' AND body ? 'email')
);
-- Two establishments of one company may share an address: each has its account, and “forgotten” writes for each.
CREATE INDEX people_by_email ON people (lower(body ->> 'email'));

CREATE TABLE accounts (
    user_id uuid PRIMARY KEY,
    person text NOT NULL UNIQUE REFERENCES people (id),
    key text NOT NULL UNIQUE,         -- of its row in aggregates: the organisation's SIRET, or the agent's user id
    role text NOT NULL CHECK (role IN ('organisation', 'agent')),
    login text NOT NULL,
    login_folded text NOT NULL UNIQUE, -- nobody takes another's login by its capitals

    -- The password in force: chosen, or a temporary one while it has an end. None until the first mail goes out.
    password_hash text CHECK (password_hash LIKE '$argon2id$%'),
    password_expires_at timestamptz CHECK (password_expires_at IS NULL OR password_hash IS NOT NULL),
    -- The one of “forgotten” waits beside it until it is used: nobody can lock another out by asking for it (ACC-3).
    forgotten_hash text CHECK (forgotten_hash LIKE '$argon2id$%'),
    forgotten_expires_at timestamptz,
    CHECK ((forgotten_hash IS NULL) = (forgotten_expires_at IS NULL)),
    CHECK (role = 'agent' OR key ~ '^\d{14}$')
);

-- Passwords to be made and mailed. The row goes when the mail is out: a crash before that makes another password and another mail.
CREATE TABLE mailings (
    user_id uuid NOT NULL REFERENCES accounts,
    kind text NOT NULL CHECK (kind IN ('first', 'forgotten')),
    requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts int NOT NULL DEFAULT 0,
    next_try timestamptz NOT NULL DEFAULT now(), -- ahead while somebody tries it
    PRIMARY KEY (user_id, kind)
);
CREATE INDEX mailings_due ON mailings (next_try);

-- How often something was tried lately (ACC-3, ACC-7). The subject is a keyed hash: people type passwords into the field of the login.
CREATE TABLE throttles (
    subject bytea PRIMARY KEY,
    tries int NOT NULL,
    tried_at timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL,
    was_blocked boolean NOT NULL      -- what the last try met
);
CREATE INDEX throttles_by_age ON throttles (tried_at);
