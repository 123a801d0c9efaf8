"""An organisation's home page (HOME-1, HOME-2)."""
