-- An organisation has many users (ACC-8). Who has left stays, so that what they did has a name; what their organisation was told before they
-- came is not theirs to read.
ALTER TABLE accounts
    ADD COLUMN has_right text NOT NULL DEFAULT 'administers', -- contracts.codes.AccountRight
    ADD COLUMN joined_at timestamptz,
    ADD COLUMN removed_at timestamptz;
CREATE INDEX accounts_of_an_organisation ON accounts (siret, joined_at);
