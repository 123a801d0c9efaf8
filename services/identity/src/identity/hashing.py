"""Argon2id, off the event loop and never more of it at once than the machine bears."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is mistaken for something else: i, l, o, 0, 1."""
MEMORY_KIB, PASSES = 46 * 1024, 1
"""Of Argon2id, on one lane: 50 ms of a processor a try."""
AT_ONCE = 2


def generate(groups: int = 4) -> str:
    """A temporary password, 79 bits, easy to copy by hand: `k7mw-pq2x-…`; of three groups, 59 bits, a recovery code."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(groups))


class Hasher:
    """Hashes and verifies passwords, in threads."""

    def __init__(self) -> None:
        self._argon = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
        self._turn = asyncio.Semaphore(AT_ONCE)
        # Nobody's: verifying against it costs what verifying a real one costs, so that time does not tell whether a login exists.
        self._nobodys = self._argon.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """The encoded Argon2id hash of `password`, with a new salt."""
        async with self._turn:
            return await asyncio.to_thread(self._argon.hash, password)

    async def verify(self, *tries: tuple[str | None, str]) -> list[bool]:
        """Whether each hash is of its password; one that is None costs the same and is of none."""
        async with self._turn:
            return await asyncio.to_thread(lambda: [self._verify(*attempt) for attempt in tries])

    def _verify(self, known: str | None, password: str) -> bool:
        try:
            self._argon.verify(known or self._nobodys, password)
        except VerificationError:
            return False
        return known is not None
