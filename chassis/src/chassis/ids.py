"""Identifiers of things that people do not number themselves."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new UUIDv7: unique, and sorted by the time of its making."""
    return _uuid7()
