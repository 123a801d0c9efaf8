-- The second factor of whoever wants one, or must have one (ACC-7). Nothing of it is on the log but that it was turned on or off.
CREATE TABLE factors (
    user_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    turned_on_at timestamptz,         -- since then a code is asked for
    secret bytea,                     -- sealed with SESAME_FACTOR_KEY for this user; null although it is on: lost with a database that was restored
    last_step bigint NOT NULL DEFAULT 0, -- of the last code that was right: no code is right twice
    -- Of a phone that is being taken in: no code of it has come yet. Beside the secret in force when it is another phone.
    begun bytea,
    begun_at timestamptz,
    CHECK ((begun IS NULL) = (begun_at IS NULL)),
    CHECK (turned_on_at IS NOT NULL OR (secret IS NULL AND begun IS NOT NULL))
);

-- Ten at a time; each stands in for the phone once.
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES factors ON DELETE CASCADE,
    number int NOT NULL CHECK (number > 0),
    digest bytea NOT NULL,            -- keyed: a copy of this table tells no code
    used_at timestamptz,
    PRIMARY KEY (user_id, number),
    UNIQUE (user_id, digest)
);

-- Browsers of which no code is asked for thirty days.
CREATE TABLE devices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    token_hash bytea NOT NULL UNIQUE, -- SHA-256 of 256 bits, which the browser keeps
    user_id uuid NOT NULL REFERENCES factors ON DELETE CASCADE,
    access int NOT NULL,              -- that of its account then: another password or login forgets it
    browser text NOT NULL,
    remembered_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX devices_of_a_user ON devices (user_id);

-- What people are to be told of their factor by mail. The row goes when the mail is out.
CREATE TABLE factor_mails (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('on', 'off', 'reset', 'recovery')),
    asked_at timestamptz NOT NULL DEFAULT now(),
    attempts int NOT NULL DEFAULT 0,
    next_try timestamptz NOT NULL DEFAULT now() -- ahead while somebody sends it
);
CREATE INDEX factor_mails_due ON factor_mails (next_try);
