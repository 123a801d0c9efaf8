"""Trainers (TRA-1)."""
