-- A record's id begins with its contract (contracts.personal): nobody's record has the id of another's.
UPDATE people SET id = contract_number || '/' || id, body = jsonb_set(body, '{id}', to_jsonb(contract_number || '/' || id));
ALTER TABLE people ADD CHECK (starts_with(id, contract_number || '/')), ADD CHECK (body ->> 'contract_number' = contract_number);

UPDATE aggregates SET state = state || jsonb_build_object(
    'agent', jsonb_build_object('id', key || '/' || (state #>> '{agent,id}')),
    'trainers', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', key || '/' || (trainer ->> 'id')) ORDER BY place), '[]')
                 FROM jsonb_array_elements(state -> 'trainers') WITH ORDINALITY AS listed (trainer, place))
) WHERE state ? 'agent';
