-- Nobody logs in with a disabled account; sessions of an access before this one are over (ACC-9).
ALTER TABLE accounts ADD COLUMN disabled_at timestamptz, ADD COLUMN access int NOT NULL DEFAULT 0;
