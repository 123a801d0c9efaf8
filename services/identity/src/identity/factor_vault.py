"""What is kept of second factors: sealed, or hashed, with a key of the settings; a copy of the database alone opens nothing (ACC-7)."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

HALF_OPEN = 600.0
"""Seconds between the password and the code."""
NONCE = 12
"""Bytes of AES-GCM's."""


@dataclass(frozen=True, slots=True)
class HalfOpen:
    """A log-in whose password was right: whose, and a digest of that password's hash, which tells whether it still is."""

    user_id: UUID
    password: str


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and hashes. `key` is SESAME_FACTOR_KEY."""

    key: SecretStr

    def seal(self, secret: str, about: str) -> bytes:
        """`secret`, to be opened by `open` with the same `about` alone: what is copied into another user's row opens nothing."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self._key("seal")).encrypt(nonce, secret.encode(), about.encode())

    def open(self, sealed: bytes, about: str) -> str | None:
        """What was sealed; None when it was not, with this key and about this."""
        try:
            return AESGCM(self._key("seal")).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError):
            return None

    def digest(self, what: str, about: str) -> bytes:
        """What is stored of a recovery code: nobody who lacks the key can look for it."""
        return hashlib.blake2b(f"{about} {what}".encode(), key=self._key("digest"), digest_size=32).digest()

    def half_open(self, user_id: UUID, password_hash: str) -> str:
        """What stands for a right password until its code comes. It is stored nowhere."""
        said = json.dumps([str(user_id), self._of_password(password_hash), time.time() + HALF_OPEN])
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
        return password_hash is not None and half_open.password == self._of_password(password_hash)

    def _of_password(self, password_hash: str) -> str:
        return self.digest(password_hash, "password").hex()

    def _key(self, purpose: str) -> bytes:
        return hashlib.blake2b(self.key.get_secret_value().encode(), digest_size=32, person=f"sesame {purpose}".encode()).digest()
