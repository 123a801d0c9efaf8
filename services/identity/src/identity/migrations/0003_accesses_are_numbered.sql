-- Which access to the account is in force: another one with every password, temporary ones too, and login. Sessions of an earlier one are over
-- (ACC-7), and a session may choose a password in the place of a temporary one only if it was opened with that very one.
ALTER TABLE accounts ADD COLUMN access int NOT NULL DEFAULT 1 CHECK (access > 0);
