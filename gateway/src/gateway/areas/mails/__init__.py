"""“Vos courriels”: which notifications go by mail, how soon, and how they stop (NOT-1)."""
