"""Links that stop mails without logging in (RFC 8058): whose they are and which families they stop, signed; nothing else."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

SIGNATURE = 16
"""Bytes: nobody tries 2^128 of them."""
PATH = "/courriels/arret/"


@dataclass(frozen=True, slots=True)
class Stop:
    """Which mails are stopped."""

    user_id: UUID
    families: tuple[str, ...]


def signed(key: bytes, user_id: UUID, families: Collection[str]) -> str:
    """The token of a link. It holds for ever: a mail may be kept for years."""
    told = user_id.bytes + ",".join(sorted(families)).encode()
    return urlsafe_b64encode(_signature(key, told) + told).decode().rstrip("=")


def read(key: bytes, token: str) -> Stop | None:
    """What it stops; None when it is not ours."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (Error, ValueError):
        return None
    told = raw[SIGNATURE:]
    if not hmac.compare_digest(raw[:SIGNATURE], _signature(key, told)):
        return None
    return Stop(UUID(bytes=told[:16]), tuple(told[16:].decode().split(",")))


def _signature(key: bytes, told: bytes) -> bytes:
    return hmac.digest(key, b"stop mails " + told, "sha256")[:SIGNATURE]
