-- The list of trainers can be changed (TRA-1): each has the version of their sheet, so far that of the award.
UPDATE aggregates SET state = state || jsonb_build_object(
    'trainers', (SELECT coalesce(jsonb_agg(trainer || jsonb_build_object('sheet', coalesce(state -> 'award', '1')) ORDER BY place), '[]')
                 FROM jsonb_array_elements(state -> 'trainers') WITH ORDINALITY AS listed (trainer, place))
) WHERE state ? 'trainers';
