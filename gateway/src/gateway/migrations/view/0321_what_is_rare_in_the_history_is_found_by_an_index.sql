-- Of all actions at once, what is rare among the lines of hours: what the Region did, invoices, the actions themselves.
CREATE INDEX history_of_the_region ON history (role, at) WHERE role <> 'organisation';
CREATE INDEX history_of_an_agent ON history (actor, at) WHERE role <> 'organisation';
CREATE INDEX history_of_invoices ON history (at) WHERE invoice IS NOT NULL;
CREATE INDEX history_of_actions ON history (at) WHERE trainee IS NULL AND invoice IS NULL AND months = '{}';
