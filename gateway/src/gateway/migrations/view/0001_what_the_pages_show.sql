-- What the pages show, folded from the log: everything here can be dropped and built anew (`python -m gateway rebuild`).

-- The last event of each key that this schema contains: a command is stamped with it (`after`).
CREATE TABLE applied (
    key text PRIMARY KEY,
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL
);

-- Records of `personal`; events name id and version. What the body holds, by kind: trainee and trainer, the sheet; agent, the contact;
-- text, {"text"}; user, {"user_id", "name", "email"}.
CREATE TABLE people (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('trainee', 'trainer', 'agent', 'text', 'user')),
    version int NOT NULL,
    contract_number text,
    body jsonb NOT NULL
);

CREATE TABLE organisations (
    siret text PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    address text NOT NULL,
    address_complement text NOT NULL,
    postcode text NOT NULL,
    town text NOT NULL,
    version int NOT NULL
);

CREATE TABLE accounts (
    user_id uuid PRIMARY KEY,
    siret text,                        -- null: an agent of the Region
    person text NOT NULL,              -- in people
    credentials_sent_at timestamptz,
    activated_at timestamptz
);

CREATE TABLE actions (
    contract_number text PRIMARY KEY,
    siret text NOT NULL,
    programme_year int NOT NULL,
    title text NOT NULL,
    state text NOT NULL CHECK (state IN ('awarded', 'opened', 'closed', 'not_opened', 'withdrawn')),
    terms jsonb NOT NULL,              -- contracts.actions.Terms
    agent_id text NOT NULL,            -- in people
    trainers text[] NOT NULL,          -- in people, in the contract's order
    planned_start date NOT NULL,
    planned_end date NOT NULL,
    periods jsonb NOT NULL,            -- as validated, until then as in the contract
    dates_version int NOT NULL DEFAULT 0,
    dates_validated boolean NOT NULL DEFAULT false,
    dates_reason text,                 -- in people: why an agent unlocked them
    trainers_confirmed_at timestamptz,
    frequency text,
    actual_start date,
    opened_at timestamptz,
    actual_end date,
    closed_at timestamptz,
    non_opening_reason text,
    pending text,                      -- 'entry', 'removal', 'closing': an ask is on its way
    pending_since timestamptz,
    awarded_at timestamptz NOT NULL
);
CREATE INDEX actions_of_an_organisation ON actions (siret, programme_year);

CREATE TABLE trainees (
    trainee_id uuid PRIMARY KEY,
    contract_number text NOT NULL,
    state text NOT NULL CHECK (state IN ('registered', 'entered', 'never_came', 'removed')),
    sheet_version int NOT NULL,        -- the sheet itself is in people, under the trainee's id
    complete boolean NOT NULL,
    paid_by text,
    entry_level text,
    age_bracket text,
    planned_entry date,                -- on the sheet
    entered_on date,                   -- confirmed (TRN-9)
    unlocked boolean NOT NULL DEFAULT false,
    unlock_reason text,                -- in people
    exit jsonb,                        -- contracts.declarations.Exit
    exit_version int NOT NULL DEFAULT 0,
    survey jsonb,                      -- situation, contract
    survey_version int NOT NULL DEFAULT 0,
    registered_at timestamptz NOT NULL
);
CREATE INDEX trainees_of_an_action ON trainees (contract_number);

-- A month that somebody touched; the others follow from the action's dates.
CREATE TABLE months (
    contract_number text NOT NULL,
    month text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'confirmed', 'reopened', 'passed_over')),
    confirmed_at timestamptz,
    confirmed jsonb,                   -- contracts.declarations.ConfirmedLine of each trainee, as last confirmed
    correct_by date,                   -- while reopened
    rejected_invoice uuid,             -- whose rejection reopened it
    invoice_id uuid,                   -- the one that holds it and is not rejected
    PRIMARY KEY (contract_number, month)
);

CREATE TABLE lines (
    contract_number text NOT NULL,
    month text NOT NULL,
    trainee_id uuid NOT NULL,
    line jsonb NOT NULL,               -- contracts.declarations.Line
    complete boolean NOT NULL,
    version int NOT NULL,
    saved_at timestamptz NOT NULL,
    saved_by text,                     -- the actor's subject
    PRIMARY KEY (contract_number, month, trainee_id)
);

-- The latest InvoicesOffered of an action.
CREATE TABLE offers (
    contract_number text PRIMARY KEY,
    body jsonb NOT NULL
);

CREATE TABLE invoices (
    invoice_id uuid PRIMARY KEY,
    contract_number text NOT NULL,
    siret text NOT NULL,
    body jsonb NOT NULL,               -- contracts.billing.Invoice
    kind text NOT NULL,
    number int,
    legal_number text NOT NULL,
    excluding_tax numeric(14, 2) NOT NULL,
    including_tax numeric(14, 2) NOT NULL,
    state text NOT NULL CHECK (state IN ('issued', 'accepted', 'rejected', 'paid')),
    issued_at timestamptz NOT NULL,
    issued_on date NOT NULL,
    issued_by text,
    decided_by text,                   -- 'agent' or 'finance'
    decided_at timestamptz,
    decided_on date,
    rejection_code text,
    rejection_text text,               -- in people
    correct_by date,
    replaced_by uuid,
    paid numeric(14, 2) NOT NULL DEFAULT 0
);
CREATE INDEX invoices_of_an_action ON invoices (contract_number);
CREATE INDEX invoices_to_decide ON invoices (issued_at) WHERE state = 'issued';

CREATE TABLE payments (
    reference text PRIMARY KEY,
    invoice_id uuid NOT NULL,
    contract_number text NOT NULL,
    amount numeric(14, 2) NOT NULL,
    paid_on date NOT NULL
);

CREATE TABLE reports (
    contract_number text PRIMARY KEY,
    figures jsonb NOT NULL,            -- contracts.surveys.ReportFigures
    missing uuid[] NOT NULL,
    can_be_submitted boolean NOT NULL,
    submitted_at timestamptz,
    submitted_by text,
    text_id text,                      -- in people
    acknowledged_at timestamptz,
    acknowledged_by text
);

CREATE TABLE imports (
    import_id text PRIMARY KEY,
    awarded text[] NOT NULL,
    known text[] NOT NULL,
    replaced text[] NOT NULL,
    check_only boolean NOT NULL,
    at timestamptz NOT NULL
);

-- Facts that concern somebody (NOT-1). The id is the event's, so that building anew makes none twice.
CREATE TABLE notifications (
    id uuid NOT NULL,
    audience text NOT NULL,            -- a SIRET, or 'agents'
    at timestamptz NOT NULL,
    kind text NOT NULL,                -- names the sentence and the link
    contract_number text,
    figures jsonb NOT NULL,
    PRIMARY KEY (id, audience)
);
CREATE INDEX notifications_of_an_audience ON notifications (audience, at DESC);

-- Who did what, when: what explains a figure (ACC-8: each act is named).
CREATE TABLE history (
    key text NOT NULL,                 -- contract number; SIRET; an import's id
    at timestamptz NOT NULL,
    event_id uuid PRIMARY KEY,
    type text NOT NULL,
    actor text,
    role text,
    figures jsonb NOT NULL
);
CREATE INDEX history_of_a_key ON history (key, at);
