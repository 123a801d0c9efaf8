"""What is kept of second factors: sealed, or hashed, with a key of the settings; a copy of the database alone opens nothing (ACC-7)."""

import base64
import hashlib
import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HALF_OPEN = 600.0
"""Seconds between the password and the code."""
NONCE = 12
"""Bytes of AES-GCM's."""
PASSWORD = "password"
"""What a digest is about that tells a password's hash from another."""


@dataclass(frozen=True, slots=True)
class HalfOpen:
    """A log-in whose password was right: whose, and a digest of that password's hash, which tells whether it still is."""

    user_id: UUID
    password: str


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and hashes, with the newest key; opens and finds with any. `keys` are those of SESAME_FACTOR_KEY."""

    keys: tuple[str, ...]

    def seal(self, secret: str, about: str) -> bytes:
        """`secret`, to be opened by `open` with the same `about` alone: what is copied into another user's row opens nothing."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(_of(self.keys[0], "seal")).encrypt(nonce, secret.encode(), about.encode())

    def open(self, sealed: bytes, about: str) -> str | None:
        """What was sealed; None when it was not, with one of these keys and about this."""
        for key in self.keys:
            with suppress(InvalidTag, ValueError):
                return AESGCM(_of(key, "seal")).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode()).decode()
        return None

    def digest(self, what: str, about: str) -> bytes:
        """What is stored of a recovery code: nobody who lacks the key can look for it."""
        return self.digests(what, about)[0]

    def digests(self, what: str, about: str) -> list[bytes]:
        """The same by each key, the newest's first: one of them was stored."""
        return [hashlib.blake2b(f"{about} {what}".encode(), key=_of(key, "digest"), digest_size=32).digest() for key in self.keys]

    def half_open(self, user_id: UUID, password_hash: str) -> str:
        """What stands for a right password until its code comes. It is stored nowhere."""
        said = json.dumps([str(user_id), self.digest(password_hash, PASSWORD).hex(), time.time() + HALF_OPEN])
        return base64.urlsafe_b64encode(self.seal(said, "half open")).decode()

    def opened(self, half_open: str) -> HalfOpen | None:
        """Whose it is; None when it is over, or not from here."""
        try:
            said = self.open(base64.urlsafe_b64decode(half_open), "half open")
        except ValueError:
            return None
        if said is None:
            return None
        user_id, password, until = json.loads(said)
        return HalfOpen(UUID(user_id), password) if time.time() < until else None

    def is_of(self, half_open: HalfOpen, password_hash: str | None) -> bool:
        """Whether that was the password."""
        return password_hash is not None and half_open.password in [digest.hex() for digest in self.digests(password_hash, PASSWORD)]


def _of(key: str, purpose: str) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=32, person=f"sesame {purpose}".encode()).digest()
