-- Hours that a month adds after an admissible exit (DEC-5): confirmed ones as the month said, the others as declarations foresees them.
CREATE TABLE added_hours (
    contract_number text NOT NULL,
    month text NOT NULL,
    trainee_id uuid NOT NULL,
    centre numeric NOT NULL,
    company numeric NOT NULL,
    confirmed boolean NOT NULL,
    PRIMARY KEY (contract_number, month, trainee_id)
);

-- How many are declared in the month who left before it.
ALTER TABLE months ADD COLUMN owed integer NOT NULL DEFAULT 0;
