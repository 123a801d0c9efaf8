-- Also where nothing has changed a list yet: without a mark, nobody shares what is made of it.
INSERT INTO marks SELECT name, gen_random_uuid()
FROM unnest(ARRAY['actions', 'invoices', 'reports', 'requests', 'amounts', 'accounts']) AS lists (name)
ON CONFLICT DO NOTHING;
