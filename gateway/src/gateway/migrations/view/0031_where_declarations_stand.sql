-- The latest DeclarationsChanged of an action: what is said of its months is decided by declarations alone.
CREATE TABLE declarations (
    contract_number text PRIMARY KEY,
    body jsonb NOT NULL
);
