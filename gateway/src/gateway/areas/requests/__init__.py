"""Requests to the Region, and its answers (REQ-1, REQ-2)."""
