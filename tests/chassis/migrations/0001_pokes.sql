CREATE TABLE pokes (key text, at timestamptz);
CREATE TABLE repaired (one boolean PRIMARY KEY);
