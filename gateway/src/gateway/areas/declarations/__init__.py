"""Hours, month by month (DEC-1 to DEC-8)."""
