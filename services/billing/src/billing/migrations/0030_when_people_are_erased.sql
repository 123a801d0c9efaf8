-- When each contract is looked at again, whether its people are to be erased (PRV-1); one without a row is looked at on the next day.
CREATE TABLE erasures (
    contract_number text PRIMARY KEY,
    look_on date NOT NULL             -- infinity: they are erased
);
CREATE INDEX erasures_by_day ON erasures (look_on);

-- The years are counted from the last payment: of what was paid before this was kept, the payments tell it.
UPDATE aggregates SET state = state || jsonb_build_object('last_paid_on', paid.last)
FROM (SELECT contract_number, max(paid_on) AS last FROM payments GROUP BY contract_number) AS paid
WHERE aggregates.key = paid.contract_number AND state IS NOT NULL;
