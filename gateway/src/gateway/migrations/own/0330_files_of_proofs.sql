-- The bytes of the files that organisations send as proofs (DEC-10): personal, and too large for a log. Kept with the command that tells of
-- them, in its transaction; erased by the worker when the file is withdrawn or refused, and when its person is (PRV-1).
CREATE TABLE proof_contents (
    contract_number text NOT NULL,
    file_id uuid NOT NULL,
    command_id uuid NOT NULL,
    person text NOT NULL,              -- the record of `personal` of whom it tells
    content bytea NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (contract_number, file_id)
);
ALTER TABLE proof_contents ALTER COLUMN content SET STORAGE EXTERNAL;  -- packed already
CREATE INDEX proof_contents_of_a_person ON proof_contents (person);
CREATE INDEX proof_contents_of_a_command ON proof_contents (command_id);
GRANT SELECT, INSERT ON proof_contents TO gateway_web;
