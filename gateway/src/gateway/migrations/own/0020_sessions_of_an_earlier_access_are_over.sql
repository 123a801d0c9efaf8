-- A session was opened by a password, and identity numbers these (contracts.identity_http.Account.access). Once a later one has been used, no
-- session of an earlier one is worth anything, even one that is written afterwards: its log-in may have been under way (ACC-7).
CREATE TABLE accesses (
    user_id uuid PRIMARY KEY,
    access int NOT NULL                -- the last that was used here
);
DELETE FROM sessions;
ALTER TABLE sessions ADD COLUMN access int NOT NULL;
