-- When each month was confirmed, and which rejected invoice reopened it: what the database itself forbids (DEC-7), whatever the rules say.
CREATE TABLE confirmations (
    contract_number text NOT NULL,
    month text NOT NULL CHECK (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
    nth integer NOT NULL CHECK (nth > 0),
    confirmed_on date NOT NULL,
    reopened_by uuid,
    PRIMARY KEY (contract_number, month, nth)
);

-- A confirmed month is immutable: it is not confirmed again before a rejected invoice has reopened it.
CREATE UNIQUE INDEX one_confirmation_stands ON confirmations (contract_number, month) WHERE reopened_by IS NULL;

-- An invoice is rejected once: it cannot reopen the same month twice.
CREATE UNIQUE INDEX an_invoice_reopens_once ON confirmations (contract_number, month, reopened_by);
