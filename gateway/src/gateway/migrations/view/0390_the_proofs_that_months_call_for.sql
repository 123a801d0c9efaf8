-- The documents that a confirmed month calls for (DEC-10), as its confirmation said, and what the Region noted of each since its last file.
CREATE TABLE proofs (
    contract_number text NOT NULL,
    month text NOT NULL,
    trainee_id uuid NOT NULL,
    kind text NOT NULL,
    note text,
    noted_at timestamptz,
    PRIMARY KEY (contract_number, month, trainee_id, kind)
);

-- What was sent of each, without the bytes: these no log holds (own.proof_contents). One that is `gone` nobody is shown any more.
CREATE TABLE proof_files (
    contract_number text NOT NULL,
    file_id uuid NOT NULL,
    month text NOT NULL,
    trainee_id uuid NOT NULL,
    kind text NOT NULL,
    format text NOT NULL,
    size integer NOT NULL,
    sha256 text NOT NULL,
    sent_at timestamptz NOT NULL,
    gone boolean NOT NULL DEFAULT false,
    PRIMARY KEY (contract_number, file_id)
);
CREATE INDEX proof_files_of_a_proof ON proof_files (contract_number, month, trainee_id, kind) WHERE NOT gone;
CREATE INDEX proof_files_to_erase ON proof_files (contract_number, file_id) WHERE gone;
