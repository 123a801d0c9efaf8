"""The list of notifications (NOT-1)."""
