-- On individualised actions, what a trainee's pathway plans (TRN-3): contracts.actions.PathwayPlan. `python -m gateway rebuild` fills in that
-- of who was registered before.
ALTER TABLE trainees ADD COLUMN pathway jsonb;
