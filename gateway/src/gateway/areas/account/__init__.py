"""Logging in, passwords, and “Modifier votre compte” (ACC-1 to ACC-7)."""
