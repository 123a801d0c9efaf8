-- A rejected month whose exits alone were corrected is another than it was (BIL-7).
ALTER TABLE trainees ADD COLUMN exit_told_at timestamptz;
