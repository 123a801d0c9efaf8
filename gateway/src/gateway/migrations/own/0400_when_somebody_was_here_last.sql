-- When somebody last did something here, for the colleagues who administer their organisation's accounts, and for agents (ACC-8). Sessions,
-- which know it more exactly, are gone after hours.
ALTER TABLE accesses ADD COLUMN seen_at timestamptz;
