-- Of each key of the log, a mark that no other state of what is shown of it had or will have: every batch that may change a row of it gives a
-- new one, in its own transaction. What the web process has made of an action's rows holds as long as their mark does (areas/home/lives.py).
-- A worker of an earlier version gives none: end it before pages of this one are served.
CREATE TABLE marks (
    key text PRIMARY KEY,
    mark uuid NOT NULL
);
INSERT INTO marks SELECT key, gen_random_uuid() FROM applied;
