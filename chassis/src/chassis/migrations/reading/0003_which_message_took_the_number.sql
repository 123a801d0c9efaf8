-- The message that took the highest version: another one under the same number is no repeat. Null: taken before this was kept.
ALTER TABLE seen ADD COLUMN id uuid;
