-- Words that somebody seeks in a list, names of people perhaps: an address, which histories and proxies keep, carries their number alone.
CREATE TABLE searches (
    user_id uuid NOT NULL,
    words text NOT NULL,
    number text NOT NULL,              -- drawn by lot: it tells nothing of the words
    sought_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, words)
);
CREATE INDEX searches_to_forget ON searches (sought_at);
GRANT SELECT, INSERT, UPDATE ON searches TO gateway_web;
