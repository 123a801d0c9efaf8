-- Every invoice's document, as the topic `gateway.documents` has it (BIL-9): made once, and never anew. The worker writes here what it has read
-- there, the first record of each invoice; a database that was restored, or is new, reads it again.
CREATE TABLE invoice_documents (
    contract_number text NOT NULL,
    invoice_id uuid NOT NULL,
    sha256 text NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (contract_number, invoice_id)
);
ALTER TABLE invoice_documents ALTER COLUMN content SET STORAGE EXTERNAL;  -- packed already
GRANT SELECT ON invoice_documents TO gateway_web;

-- How far the topic was read.
CREATE TABLE documents_read (
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    PRIMARY KEY (topic, partition)
);
