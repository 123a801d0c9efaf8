"""Makes temporary passwords and mails them: what is due stands in `mailings`, and goes from there when the mail is out (ACC-1, ACC-3)."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from asyncpg import Pool

from chassis import mail
from chassis.engine.batch import Engine
from chassis.trouble import is_transient
from contracts.envelope import Actor
from contracts.identity import AccessChanged, CredentialsSent

from . import store
from .desk import FORGOTTEN_HOURS
from .hashing import Hasher, generate
from .mail import Postman
from .own import own_transaction
from .store import Kind, Mailing, Stored

log = structlog.get_logger()

FIRST_DAYS = 14
LIVES: dict[Kind, timedelta] = {"first": timedelta(days=FIRST_DAYS), "forgotten": timedelta(hours=FORGOTTEN_HOURS)}
SAID: dict[Kind, str] = {"first": f"{FIRST_DAYS} jours", "forgotten": f"{FORGOTTEN_HOURS} heures"}
LEASE = timedelta(minutes=1)
"""Longer than a mail can take; whoever died over one is followed after it."""
EVERY = 1.0
SOON, LATE = timedelta(seconds=5), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a mailing. The password exists here and in the mail, nowhere else; None when none is wanted any more."""

    password: str | None
    sent: bool

    def __repr__(self) -> str:
        """Without the password."""
        return f"Delivery(sent={self.sent})"


@dataclass(frozen=True, slots=True)
class Mailer:
    """One of them in each process of this service: they share the work."""

    pool: Pool
    engine: Engine
    hasher: Hasher
    postman: Postman
    waits: asyncio.Event

    async def run(self) -> None:
        """Sends what is due, for ever."""
        while True:
            self.waits.clear()
            try:
                while mailing := await store.claim_mail(self.pool, LEASE):
                    await self.deliver(mailing)
            except Exception as error:
                if not is_transient(error):
                    log.error("mailer failed, goes on", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.waits.wait(), EVERY)

    async def deliver(self, mailing: Mailing) -> Delivery:
        """One mail with a new password.

        Its hash is kept first, so that no mail carries a password that does not open. A crash before the end leaves the mailing due:
        then another password and another mail go out.
        """
        stored = await store.find(self.pool, mailing.user_id)
        password = generate()
        hashed = await self.hasher.hash(password)
        if stored is None or not await self._keep(stored, mailing, hashed):
            await store.mail_is_out(self.pool, mailing)
            return Delivery(None, sent=False)
        try:
            await self.postman.send(mailing.kind, stored, password, SAID[mailing.kind])
        except mail.FAILS as error:
            delay = _delay(error, mailing.attempts)
            log.warning("mail not sent, again later", user=str(mailing.user_id), error=type(error).__name__, seconds=delay.total_seconds())
            await store.mail_later(self.pool, mailing, delay)
            return Delivery(password, sent=False)
        await self._out(stored, mailing)
        return Delivery(password, sent=True)

    async def _keep(self, stored: Stored, mailing: Mailing, hashed: str) -> bool:
        """Whether it is still wanted."""
        async with own_transaction(self.pool, self.engine, stored.key, Actor("identity", "system")) as work:
            access = await store.keep_temporary(work.connection, mailing.user_id, mailing.kind, hashed, LIVES[mailing.kind])
            if access and mailing.kind == "first":
                work.emit(AccessChanged(user_id=stored.user_id, access=access, chosen=False))
        return access is not None

    async def _out(self, stored: Stored, mailing: Mailing) -> None:
        async with own_transaction(self.pool, self.engine, stored.key, Actor("identity", "system")) as work:
            await store.mail_is_out(work.connection, mailing)
            if mailing.kind == "first":
                work.emit(CredentialsSent(user_id=stored.user_id))


def _delay(error: Exception, attempts: int) -> timedelta:
    """A server that is away comes back soon; an address that it refuses rarely becomes right, though the Region may correct it."""
    refused = (mail.code_of(error) or 0) >= 500
    return LATE if refused else min(SOON * 2 ** min(attempts, 10), timedelta(minutes=5))
