"""The portal: `web` serves pages, `worker` folds the log into the tables that the pages read and relays commands."""
