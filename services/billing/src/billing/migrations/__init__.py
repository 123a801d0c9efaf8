"""This service's tables, forward only."""
