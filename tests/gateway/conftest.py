"""Fixtures of page tests."""

from tests.gateway.stage import chromium, stage

__all__ = ["chromium", "stage"]
