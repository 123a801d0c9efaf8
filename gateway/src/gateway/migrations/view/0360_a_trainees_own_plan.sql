-- On individualised actions, what a trainee's pathway plans (TRN-3): contracts.actions.PathwayPlan. Nobody was told of one before.
ALTER TABLE trainees ADD COLUMN pathway jsonb;
