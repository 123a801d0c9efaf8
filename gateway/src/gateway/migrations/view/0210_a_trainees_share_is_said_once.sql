-- Each trainee's share of a confirmed month, as billing said it last (BIL-1).
CREATE TABLE shares (
    contract_number text NOT NULL,
    month text NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (contract_number, month)
);

-- Those of an invoice, which never change: what had been said of its months when it was issued (BIL-9).
CREATE TABLE invoice_shares (
    contract_number text NOT NULL,
    invoice_id uuid NOT NULL,
    month text NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (contract_number, invoice_id, month)
);

-- They stood in what was offered, and in the invoices.
INSERT INTO shares (contract_number, month, body)
SELECT contract_number, month ->> 'month', month -> 'shares' FROM offers, jsonb_array_elements(body -> 'months') AS month;
INSERT INTO invoice_shares (contract_number, invoice_id, month, body)
SELECT contract_number, invoice_id, share ->> 'month', jsonb_agg(share ORDER BY place)
FROM invoices, jsonb_array_elements(body -> 'shares') WITH ORDINALITY AS said (share, place) GROUP BY 1, 2, 3;
UPDATE invoices SET body = body || '{"shares": []}';
UPDATE offers SET body = body || jsonb_build_object('months', (
    SELECT coalesce(jsonb_agg(month || '{"shares": []}' ORDER BY place), '[]')
    FROM jsonb_array_elements(body -> 'months') WITH ORDINALITY AS said (month, place)
));
