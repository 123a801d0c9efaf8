-- Contracts whose people are erased (PRV-1): what the log says of it. What is personal of them is kept no more, whenever it comes.
CREATE TABLE erasures (
    contract_number text PRIMARY KEY,
    ended text NOT NULL,               -- contracts.codes.ContractEnd
    ended_on date NOT NULL,
    years int NOT NULL,
    due_on date NOT NULL,
    erased_at timestamptz NOT NULL
);
CREATE INDEX erasures_by_day ON erasures (due_on, contract_number);

-- How many records of each kind each service has erased, once it has said so.
CREATE TABLE erased_records (
    contract_number text NOT NULL,
    service text NOT NULL,
    trainees int NOT NULL,
    trainers int NOT NULL,
    agents int NOT NULL,
    texts int NOT NULL,
    PRIMARY KEY (contract_number, service)
);
