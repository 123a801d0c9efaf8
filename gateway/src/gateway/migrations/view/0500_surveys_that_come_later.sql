-- What became of a trainee six months, and a year, after they left, once somebody said it (SUR-3). When it is due follows from the exit.
CREATE TABLE later_surveys (
    contract_number text NOT NULL,
    trainee_id uuid NOT NULL,
    survey text NOT NULL CHECK (survey IN ('six_months', 'one_year')),
    situation text NOT NULL,
    employment text,                   -- the kind of contract
    by_link boolean NOT NULL,          -- the trainee said it (SURV-2)
    version int NOT NULL,
    PRIMARY KEY (contract_number, trainee_id, survey)
);

-- The link by which a trainee answers a survey, one of each at most (SURV-1). Of its token there is the digest alone.
CREATE TABLE survey_links (
    contract_number text NOT NULL,
    trainee_id uuid NOT NULL,
    survey text NOT NULL CHECK (survey IN ('exit', 'six_months', 'one_year')),
    sha256 text NOT NULL,
    last_day date NOT NULL,
    PRIMARY KEY (contract_number, trainee_id, survey)
);
CREATE INDEX survey_links_by_token ON survey_links (sha256);
