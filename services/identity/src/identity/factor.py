"""What is asked beside a password: a code of the phone, or a recovery code; nothing of a browser that is remembered (ACC-7)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog
from asyncpg import Pool
from pydantic import SecretStr

from chassis.db import Connection
from contracts.refusals.factor import CodeSpent, CodeWrong, FactorLost, RecoveryCodeSpent

from . import factor_store
from .factor_store import StoredFactor
from .factor_vault import Vault
from .rules import factor
from .store import Stored
from .tries import Tries

log = structlog.get_logger()


def now() -> datetime:
    """The wall clock: a phone knows no other, whatever time an installation plays."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Factors:
    """Second factors, by user. What waits raises SlowedDown."""

    pool: Pool
    keys: tuple[str, ...]
    tries: Tries

    @property
    def vault(self) -> Vault:
        """Opens what is kept of them."""
        return Vault(self.keys)

    async def is_on(self, user_id: UUID) -> bool:
        """Whether a code is asked of them."""
        return await self.in_force(user_id) is not None

    async def in_force(self, user_id: UUID) -> StoredFactor | None:
        """The factor, if it is on."""
        known = await factor_store.find(self.pool, user_id)
        return known if known and known.turned_on_at else None

    async def half_open(self, stored: Stored, *, in_force: bool, device: SecretStr | None) -> str | None:
        """What stands for the password that was right until the code comes; None when no code is asked."""
        if not await self.is_on(stored.user_id):
            return None
        if device and await factor_store.is_remembered(self.pool, stored.user_id, stored.access, _hashed(device.get_secret_value())):
            return None
        password = stored.password_hash if in_force else stored.forgotten_hash
        assert password, "it was right just now"
        return self.vault.half_open(stored.user_id, password)

    async def remember(self, stored: Stored, access: int, browser: str) -> str:
        """No code is asked of a browser that shows this token, as long as `access` is the account's."""
        token = secrets.token_urlsafe(32)
        await factor_store.remember(self.pool, stored.user_id, access, _hashed(token), browser)
        return token

    async def spend_phone(self, user_id: UUID, code: str) -> None:
        """The code is one of the phone's, and was not used yet. Raises CodeWrong, CodeSpent, FactorLost."""
        known = await self.in_force(user_id)
        if known is None:
            raise CodeWrong(field="code")
        step = self.step_of(self.open(known.secret, user_id), code, known.last_step)
        if not await factor_store.spend_step(self.pool, user_id, step):
            raise CodeSpent(field="code")  # by another request, a moment ago

    def step_of(self, secret: str, code: str, last: int = 0) -> int:
        """The time step whose code this is, as of now. Raises CodeWrong, CodeSpent."""
        return factor.step_of(secret, code, now(), last)

    async def spend_recovery(self, connection: Connection, user_id: UUID, code: str) -> int:
        """The code is one of the ten, and was not used yet: the how manieth. Raises CodeWrong, RecoveryCodeSpent."""
        digests = self.vault.digests(factor.recovery_code(code), f"recovery code of {user_id}")
        found = await factor_store.find_recovery_code(connection, user_id, digests)
        if found is None:
            raise CodeWrong(field="code")
        number, used = found
        if used or not await factor_store.spend_recovery_code(connection, user_id, number):
            raise RecoveryCodeSpent(field="code")
        return number

    def seal(self, user_id: UUID, secret: str) -> bytes:
        """As it is kept."""
        return self.vault.seal(secret, f"factor of {user_id}")

    def open(self, sealed: bytes | None, user_id: UUID) -> str:
        """The secret. Raises FactorLost when no database or no key knows it any more."""
        secret = self.vault.open(sealed, f"factor of {user_id}") if sealed else None
        if secret is None:
            log.error("a second factor is lost: reset it with `identity factor reset`, or restore SESAME_FACTOR_KEY", user=str(user_id))
            raise FactorLost
        return secret

    async def reseal(self) -> tuple[int, int]:
        """All that is sealed is sealed with the newest key; how many secrets that were, and how many no key opens."""
        done = lost = 0
        for user_id, *sealed in await factor_store.sealed(self.pool):
            for before in filter(None, sealed):
                try:
                    after = self.seal(user_id, self.open(before, user_id))
                except FactorLost:
                    lost += 1
                else:
                    await factor_store.seal_anew(self.pool, before, after)
                    done += 1
        return done, lost

    def digest(self, user_id: UUID, code: str) -> bytes:
        """What is kept of a recovery code."""
        return self.vault.digest(code, f"recovery code of {user_id}")


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
