-- What the Region wrote to an organisation about an invoice, without deciding it (BIL-7).
CREATE TABLE notes (
    contract_number text NOT NULL,
    note_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    text_id text NOT NULL,             -- in people
    noted_at timestamptz NOT NULL,
    noted_by text,                     -- the actor's subject
    PRIMARY KEY (contract_number, note_id)
);
CREATE INDEX notes_of_an_invoice ON notes (contract_number, invoice_id, noted_at);
