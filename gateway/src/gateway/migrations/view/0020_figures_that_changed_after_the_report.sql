-- A report stands as it was sent; a correction that came after it changes the figures, and both sides are told (SUR-2).
ALTER TABLE reports
    ADD COLUMN figures_now jsonb,          -- contracts.surveys.ReportFigures, once others than those that were sent
    ADD COLUMN figures_changed_at timestamptz;
