-- What a subcontractor's invoice (BIL-6) and the advance (BIL-10) ask for, and what others have taken off because of it: never more.
-- It can be less than nothing: what gave it back may stand longer than what had deducted it.
ALTER TABLE invoices
    ADD COLUMN asked numeric(14, 2) CHECK (asked > 0),           -- of invoices that hold months, nothing
    ADD COLUMN taken numeric(14, 2) NOT NULL DEFAULT 0,
    ADD COLUMN is_advance boolean NOT NULL DEFAULT false,
    ADD CHECK (abs(taken) <= coalesce(asked, 0));
-- One advance stands at most (BIL-10).
CREATE UNIQUE INDEX one_advance_of_an_action ON invoices (contract_number) WHERE is_advance AND NOT rejected;

-- A line of an invoice that takes off (above zero), or gives back, because of another invoice: one line because of each.
CREATE TABLE adjustments (
    contract_number text NOT NULL,
    invoice_id uuid NOT NULL,
    because_of uuid NOT NULL,
    taken numeric(14, 2) NOT NULL CHECK (taken <> 0),
    rejected boolean NOT NULL DEFAULT false,
    PRIMARY KEY (contract_number, invoice_id, because_of),
    FOREIGN KEY (contract_number, invoice_id) REFERENCES invoices,
    FOREIGN KEY (contract_number, because_of) REFERENCES invoices
);
