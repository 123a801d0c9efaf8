-- Nobody logs in with a disabled account, and no password is mailed to it (ACC-9).
ALTER TABLE accounts ADD COLUMN disabled boolean NOT NULL DEFAULT false;
