-- Who left their organisation is erased a year later (PRV-1): with a day, the organisations of which somebody is are found by an index. Dates
-- are written so that they sort as text.
CREATE INDEX aggregates_by_day ON aggregates ((state ->> 'forgets_on'));
