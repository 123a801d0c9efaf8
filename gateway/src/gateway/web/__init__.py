"""The web process: sessions, forms, commands, layout; the pages themselves are in `areas`."""
