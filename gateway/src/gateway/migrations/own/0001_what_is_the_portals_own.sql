-- What no log can give back: sessions, commands until their answers, drafts, read marks.

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,      -- SHA-256 of the cookie's 256 bits: a copy of this table opens no session
    user_id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('organisation', 'agent')),
    siret text CHECK ((role = 'organisation') = (siret IS NOT NULL)),
    login text NOT NULL,
    name text NOT NULL,
    must_choose_password boolean NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sessions_of_a_user ON sessions (user_id);

-- Whatever the gateway writes about one key is numbered (seen by the services).
CREATE TABLE command_keys (
    key text PRIMARY KEY,
    version bigint NOT NULL
);

-- A command from the click to its answer. The form carries the id: a second click is the same command.
CREATE TABLE commands (
    id uuid PRIMARY KEY,
    service text NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    user_id uuid NOT NULL,
    siret text,
    path text NOT NULL,                -- the page that asked
    subject text,                      -- what it is about (a month, a trainee's id), for the hourglass
    sent_at timestamptz NOT NULL,      -- the time that counts (T-1)
    answered_at timestamptz,
    faults jsonb,                      -- null until answered; [] is accepted
    personal jsonb,                    -- what the page waits for on `personal`
    told boolean NOT NULL DEFAULT false -- the user saw the answer on the page; otherwise it comes as a notification
);
CREATE INDEX commands_of_a_user ON commands (user_id, sent_at DESC);
CREATE INDEX commands_to_forget ON commands (sent_at);

-- What somebody typed and no service has accepted yet. Shared by an organisation (two secretaries see each other's rows).
CREATE TABLE drafts (
    owner text NOT NULL,               -- a SIRET, or a user's id
    form text NOT NULL,                -- the page and the thing: 'declarations/2007QCA0266/2008-02/<trainee>'
    body jsonb NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now(),
    saved_by uuid NOT NULL,
    PRIMARY KEY (owner, form)
);

CREATE TABLE read_marks (
    user_id uuid NOT NULL,
    notification_id uuid NOT NULL,
    read_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, notification_id)
);

-- Files that an agent sent, between the check and the import.
CREATE TABLE uploads (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    file_name text NOT NULL,
    contracts jsonb NOT NULL,          -- what the file says, read
    places jsonb NOT NULL,             -- sheet and line of each contract and of its parts
    uploaded_at timestamptz NOT NULL DEFAULT now()
);
