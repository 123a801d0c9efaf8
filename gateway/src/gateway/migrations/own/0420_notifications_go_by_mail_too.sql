-- Notifications go by mail too (NOT-1), and whatever else the portal writes to somebody: noted in the transaction that shows a notification,
-- gathered into mails when each user wants them, sent from here by the worker.

-- From where on the log: what was said up to here is the past, which nobody is mailed. Without a row no mail goes out at all.
CREATE TABLE mail_starts (
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    PRIMARY KEY (topic, partition)
);

-- What a user chose; a family without a row has its usual pace (told.mailed).
CREATE TABLE mail_choices (
    user_id uuid NOT NULL,
    family text NOT NULL,
    pace text NOT NULL CHECK (pace IN ('at_once', 'daily', 'never')),
    PRIMARY KEY (user_id, family)
);
GRANT SELECT, INSERT, UPDATE ON mail_choices TO gateway_web;

-- A notification and a user: noted once, whatever is delivered, rebuilt or replayed again.
CREATE TABLE mail_notes (
    notification_id uuid NOT NULL,
    user_id uuid NOT NULL,
    family text NOT NULL,
    usual text NOT NULL CHECK (usual IN ('at_once', 'daily', 'never')),
    soon timestamptz NOT NULL,         -- when it goes to who wants it at once
    seven timestamptz NOT NULL,        -- and to who wants one mail a day
    mail_id uuid,                      -- the mail that tells of it
    noted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (notification_id, user_id)
);
CREATE INDEX mail_notes_waiting ON mail_notes (user_id) WHERE mail_id IS NULL;
CREATE INDEX mail_notes_by_age ON mail_notes (noted_at);

-- A mail from when it is put until it is sent or given up; then its words and its address go, and the row says that it was.
CREATE TABLE mails (
    id uuid PRIMARY KEY,               -- of its Message-ID: the same however often it is tried
    key text NOT NULL UNIQUE,          -- what it tells: put twice, it goes once
    kind text NOT NULL,
    user_id uuid,                      -- their address is looked up when it is sent
    address text,                      -- of somebody who is no user
    person text,                       -- the record of `personal` with which it is erased (PRV-1)
    letter jsonb,                      -- mails.outbox.Words
    put_at timestamptz NOT NULL DEFAULT now(),
    attempts int NOT NULL DEFAULT 0,
    next_try timestamptz NOT NULL DEFAULT now(),
    being_sent_since timestamptz,      -- somebody tries it; after a crash: perhaps it is out
    refused int,                       -- with which code the server refused it last
    ended_at timestamptz,
    outcome text CHECK (outcome IN ('sent', 'given_up', 'nobody')),
    CHECK ((ended_at IS NULL) = (letter IS NOT NULL)),
    CHECK ((ended_at IS NULL) = (outcome IS NULL)),
    CHECK ((user_id IS NULL) <> (address IS NULL) OR ended_at IS NOT NULL)
);
CREATE INDEX mails_due ON mails (next_try) WHERE ended_at IS NULL;
CREATE INDEX mails_of_a_person ON mails (person) WHERE ended_at IS NULL;
CREATE INDEX mails_to_forget ON mails (ended_at) WHERE ended_at IS NOT NULL;

-- Whose mail server refuses their address for good. It is tried again now and then, and at once when they say so or have another address.
CREATE TABLE mail_refusals (
    user_id uuid PRIMARY KEY,
    address bytea NOT NULL,            -- SHA-256 of it: another one is not refused
    code int NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    retry_at timestamptz NOT NULL
);
GRANT SELECT, UPDATE (retry_at) ON mail_refusals TO gateway_web;

-- Signs the links that stop mails without logging in (mails.links).
CREATE TABLE mail_key (key bytea NOT NULL);
INSERT INTO mail_key VALUES (sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea));
GRANT SELECT ON mail_key TO gateway_web;
