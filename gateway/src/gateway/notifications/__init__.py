"""How notifications read (NOT-1)."""
