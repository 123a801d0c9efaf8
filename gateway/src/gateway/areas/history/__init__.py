"""“Historique”: who did what, when, from what to what; and an action as it was known on a day (ACC-8)."""
