"""Surveys, at the exit and later, and the outcomes report (SUR-1 to SUR-3)."""
