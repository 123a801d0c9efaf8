-- Who was on the list when the action opened, and when it was closed, with the dates of then: {"start": …, "exit_on": …}; NULL for who was not.
ALTER TABLE trainees ADD COLUMN at_opening jsonb, ADD COLUMN at_closing jsonb;

-- Of actions that had opened before, as near as the list of today is: `python -m gateway rebuild` tells it from the log.
UPDATE trainees
SET at_opening = jsonb_build_object('start', coalesce(entered_on, planned_entry), 'exit_on', NULL),
    at_closing = CASE WHEN a.state = 'closed' THEN jsonb_build_object('start', coalesce(entered_on, planned_entry), 'exit_on', exit::jsonb ->> 'on') END
FROM actions a
WHERE a.contract_number = trainees.contract_number AND a.opened_at IS NOT NULL AND trainees.state IN ('registered', 'entered');
