CREATE TABLE pokes (key text);
CREATE TABLE repaired (one boolean PRIMARY KEY);
