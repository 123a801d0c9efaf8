-- The web process logs in as `gateway_web`, which owns nothing: of what the portal keeps it may do what is written here, and no more.
-- A new table of this schema gets its line in a migration of its own; without one, the web process does not see it.
-- What the worker writes stays the worker's: the answers of commands, and what leaves the outbox.

DO $$ BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO gateway_web', current_schema());
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, drafts TO gateway_web;
GRANT SELECT, INSERT, UPDATE ON command_keys TO gateway_web;
GRANT SELECT, INSERT ON read_marks, uploads TO gateway_web;
GRANT SELECT, INSERT (id, service, type, key, user_id, siret, path, subject, sent_at), UPDATE (told) ON commands TO gateway_web;
GRANT INSERT (topic, key, version, headers, body) ON outbox TO gateway_web;

-- Whoever writes here speaks as the gateway, which only asks.
ALTER TABLE outbox ADD CONSTRAINT only_commands CHECK (topic ~ '(identity|actions|declarations|billing|surveys)\.commands$');
