-- PresenceOffered, as declarations said it last: over which days a present trainee's hours are spread (DEC-11). Null before the opening.
ALTER TABLE actions ADD COLUMN presence jsonb;
