-- An organisation has many users, an account each (ACC-8); who was its only one administers its accounts, and stays who they were.
ALTER TABLE accounts DROP CONSTRAINT accounts_key_key;
CREATE INDEX accounts_by_key ON accounts (key);
-- Why a first password is mailed: a contract named the organisation, or a colleague invites.
ALTER TABLE mailings DROP CONSTRAINT mailings_kind_check, ADD CHECK (kind IN ('first', 'invited', 'forgotten'));

UPDATE aggregates SET state = jsonb_build_object(
    'organisation', state -> 'organisation',
    'members', jsonb_build_array(jsonb_build_object(
        'user_id', state -> 'user_id',
        'came', CASE WHEN state -> 'organisation' = 'null' THEN 'operator' ELSE 'award' END,
        'right', 'administers',
        'record_version', coalesce(state -> 'user_version', '1'),
        'active', coalesce(state -> 'active', 'false'),
        'disabled', coalesce(state -> 'disabled', 'false')
    ))
)
WHERE state ? 'user_id';
