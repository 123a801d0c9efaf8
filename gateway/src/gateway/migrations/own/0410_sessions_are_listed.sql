-- Who is logged in sees their sessions, and ends those that they do not know (ACC-7). A session is named by a number that opens nothing.
ALTER TABLE sessions
    ADD COLUMN id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    ADD COLUMN browser text NOT NULL DEFAULT '',   -- as its user knows it: “Firefox sous Windows”
    ADD COLUMN must_turn_on_factor boolean NOT NULL DEFAULT false;  -- until then that is all that it may do
