"""Entry dates (TRN-6, TRN-9)."""
