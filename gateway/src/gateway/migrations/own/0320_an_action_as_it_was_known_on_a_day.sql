-- Actions as they were known at the end of a day, of which somebody asked (ACC-8): the worker folds each into a schema of its own,
-- `known_<number>`, which is thrown away an hour after it was asked for (worker.known_on). The same for everybody who may see the action.
CREATE TABLE known_on (
    number int GENERATED ALWAYS AS IDENTITY,
    contract_number text NOT NULL,
    day date NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    attempts int NOT NULL DEFAULT 0,
    done bigint NOT NULL DEFAULT 0,    -- records of the log that were looked at, of so many
    total bigint NOT NULL DEFAULT 0,
    ready_at timestamptz,
    PRIMARY KEY (contract_number, day)
);
GRANT SELECT, INSERT (contract_number, day, asked_by) ON known_on TO gateway_web;
