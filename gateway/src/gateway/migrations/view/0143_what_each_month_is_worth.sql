-- What billing said that a month is worth, as last confirmed, excluding tax (BIL-1): sums by month and sector read no invoice's lines.
ALTER TABLE months ADD COLUMN amount numeric(14, 2) NOT NULL DEFAULT 0;
UPDATE months SET amount = said.amount
FROM (
    SELECT contract_number, month ->> 'month' AS month, (month ->> 'amount')::numeric AS amount
    FROM offers, jsonb_array_elements(body -> 'months') AS month
    UNION ALL
    SELECT contract_number, line ->> 'month', sum((line ->> 'amount')::numeric)
    FROM invoices, jsonb_array_elements(body -> 'lines') AS line WHERE state <> 'rejected' GROUP BY 1, 2
) AS said
WHERE (months.contract_number, months.month) = (said.contract_number, said.month);
CREATE INDEX months_by_month ON months (month);
ALTER TABLE actions ADD COLUMN sector text GENERATED ALWAYS AS (terms ->> 'sector_label') STORED;
