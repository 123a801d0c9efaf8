-- How much of what the portal alone kept of a contract was erased with its people (PRV-1): no log can say that.
CREATE TABLE erased (
    contract_number text PRIMARY KEY,
    drafts int NOT NULL,               -- what was typed and not accepted
    files int NOT NULL                 -- of proofs
);
GRANT SELECT ON erased TO gateway_web;
