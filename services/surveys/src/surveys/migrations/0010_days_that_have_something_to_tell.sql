-- Surveys fall due by themselves (SUR-3): with a day, the actions that it has something to tell are found by an index. Dates are written so
-- that they sort as text.
UPDATE aggregates SET state = jsonb_set(state, '{wakes_on}', coalesce((
    SELECT to_jsonb(min((trainee.value -> 'exit' ->> 'on')::date + interval '6 months')::date)
    FROM jsonb_each(state -> 'trainees') AS trainee WHERE trainee.value -> 'exit' ->> 'on' IS NOT NULL
), 'null')) WHERE state IS NOT NULL;
CREATE INDEX aggregates_by_day ON aggregates ((state ->> 'wakes_on'));
