"""The worker: folds the log into the tables that pages read, notes answers, relays commands."""
