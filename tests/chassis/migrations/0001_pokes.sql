CREATE TABLE pokes (key text CHECK (key <> 'unwritable'));
CREATE TABLE repaired (one boolean PRIMARY KEY);
