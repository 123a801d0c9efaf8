-- Since when a code is asked at log-in; null: none is (ACC-7).
ALTER TABLE accounts ADD COLUMN factor_since timestamptz;
