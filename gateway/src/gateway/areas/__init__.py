"""What people do, a folder each: projection (events to tables), queries, asking (values to a command), pages, region, templates."""
