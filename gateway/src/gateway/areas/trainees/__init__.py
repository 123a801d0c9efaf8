"""Trainees and their sheets (TRN-1 to TRN-7)."""
