-- What became of a trainee six months, and a year, after they left, once somebody said it (SUR-3). When it is due follows from the exit.
CREATE TABLE later_surveys (
    contract_number text NOT NULL,
    trainee_id uuid NOT NULL,
    survey text NOT NULL CHECK (survey IN ('six_months', 'one_year')),
    situation text NOT NULL,
    employment text,                   -- the kind of contract
    version int NOT NULL,
    PRIMARY KEY (contract_number, trainee_id, survey)
);
