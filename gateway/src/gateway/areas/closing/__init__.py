"""Closing an action (CLO-1)."""
