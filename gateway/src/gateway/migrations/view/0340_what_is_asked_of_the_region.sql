-- What an organisation asked the Region to change, what would come of it, and what the Region answered (REQ-1, REQ-2).
CREATE TABLE requests (
    contract_number text NOT NULL,
    request_id uuid NOT NULL,
    object text NOT NULL CHECK (object IN ('dates', 'trainee', 'trainers', 'planned_dates')),  -- contracts.codes.RequestObject
    trainee_id uuid,                   -- whose sheet
    change jsonb NOT NULL,             -- contracts.requests.RequestedChange; what is personal of it is in people
    before jsonb NOT NULL,             -- planned_start, planned_end and periods, as they were when it was asked
    reason text NOT NULL,              -- in people
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'granted', 'refused', 'withdrawn')),
    asked_at timestamptz NOT NULL,
    asked_by text,                     -- the actor's subject
    answered_at timestamptz,           -- or withdrawn
    answered_by text,
    applied boolean NOT NULL DEFAULT false,  -- granted: the change was made at once
    taken_back_at timestamptz,         -- granted: what it had unlocked was locked again, unchanged
    refusal text,                      -- in people
    foreseen jsonb,                    -- the latest ChangeForeseen, AmendmentForeseen and OffersForeseen, as long as it is open
    amendment jsonb,
    offers jsonb,
    PRIMARY KEY (contract_number, request_id)
);
CREATE INDEX requests_to_answer ON requests (asked_at, request_id) WHERE state = 'open';
CREATE INDEX requests_asked ON requests (asked_at, request_id);

-- Other planned dates than the contract's, in order: those of `actions` are the latest, the contract's own stay in its terms (REQ-4).
CREATE TABLE amendments (
    contract_number text NOT NULL,
    number int NOT NULL,
    granted_on date NOT NULL,
    planned_start date NOT NULL,
    planned_end date NOT NULL,
    PRIMARY KEY (contract_number, number)
);

ALTER TABLE actions
    ADD COLUMN dates_request uuid,     -- whose grant unlocked the dates; null: an agent without a request
    ADD COLUMN trainers_version int NOT NULL DEFAULT 1,
    ADD COLUMN trainers_unlocked boolean NOT NULL DEFAULT false,
    ADD COLUMN trainers_reason text,   -- in people: why an agent unlocked them
    ADD COLUMN trainers_request uuid;
ALTER TABLE trainees ADD COLUMN unlock_request uuid;
