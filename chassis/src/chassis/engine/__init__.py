"""From messages to the database: a batch is one transaction, which decides and writes everything or nothing."""
