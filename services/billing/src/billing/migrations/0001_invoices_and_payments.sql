-- What no bug may do to an invoice: the rules forbid it first, these tables forbid it last.

-- The last legal number that an issuer gave in a year. Its row stays locked until the invoice is committed, so that the next one
-- waits: no gap, no repeat (BIL-9).
CREATE TABLE legal_numbers (
    issuer text NOT NULL CHECK (issuer ~ '^\d{14}$'),
    year int NOT NULL,
    last int NOT NULL CHECK (last > 0),
    PRIMARY KEY (issuer, year)
);

CREATE TABLE invoices (
    invoice_id uuid PRIMARY KEY,
    contract_number text NOT NULL,
    number int CHECK (number > 0),       -- the action's own, “Facture N° 1, 2, …”; the balance has none
    issuer text NOT NULL,
    year int NOT NULL,
    sequence int NOT NULL,
    rejected boolean NOT NULL DEFAULT false,
    UNIQUE (contract_number, number),    -- a rejected invoice's number is not used again (BIL-9)
    UNIQUE (issuer, year, sequence)
);
-- One balance stands at most (BIL-11).
CREATE UNIQUE INDEX one_balance_of_an_action ON invoices (contract_number) WHERE number IS NULL AND NOT rejected;

CREATE TABLE invoiced_months (
    invoice_id uuid NOT NULL REFERENCES invoices,
    contract_number text NOT NULL,
    month text NOT NULL CHECK (month ~ '^\d{4}-\d{2}$'),
    rejected boolean NOT NULL DEFAULT false,
    PRIMARY KEY (invoice_id, month)
);
-- A month is never in two invoices that are not rejected (BIL-7).
CREATE UNIQUE INDEX one_invoice_of_a_month ON invoiced_months (contract_number, month) WHERE NOT rejected;

-- A reference is one payment in the whole system, whatever the action (BIL-13).
CREATE TABLE payments (
    reference text PRIMARY KEY,
    invoice_id uuid NOT NULL REFERENCES invoices,
    amount numeric(14, 2) NOT NULL CHECK (amount > 0),
    paid_on date NOT NULL
);

-- What is personal or freely written, in one table of this database, so that erasing finds all of it (PRV-1).
CREATE TABLE people (
    id text PRIMARY KEY,                 -- the key of its record on `personal`
    kind text NOT NULL CHECK (kind = 'text'),
    contract_number text NOT NULL,       -- whose last payment starts the years until it is erased
    version int NOT NULL CHECK (version > 0),
    body jsonb NOT NULL CHECK (body ? 'text')
);
CREATE INDEX people_of_a_contract ON people (contract_number);
