-- The web process, which logs in as `gateway_web`, reads what the pages show, in the tables of later migrations too, and writes nothing.

DO $$ BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO gateway_web', current_schema());
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO gateway_web', current_schema());
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT ON TABLES TO gateway_web', current_schema());
END $$;

-- Where the worker stands, and what it could not handle, no page shows.
REVOKE ALL ON positions, seen, aggregates, parked, ticked, migrations FROM gateway_web;
