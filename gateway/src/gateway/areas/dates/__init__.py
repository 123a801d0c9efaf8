"""Dates and periods of an action (DAT-1 to DAT-3)."""
