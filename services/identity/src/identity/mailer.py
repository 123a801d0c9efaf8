"""Makes temporary passwords and mails them: what is due stands in `mailings`, and goes from there when the mail is out (ACC-1, ACC-3)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from asyncpg import Pool

from chassis import mail, tracing
from chassis.engine.batch import Engine
from chassis.trouble import is_transient
from chassis.waits import is_set
from contracts.envelope import Actor
from contracts.identity import AccessChanged, CredentialsSent

from . import store, store_people
from .desk import FORGOTTEN_HOURS
from .hashing import Hasher, generate
from .mail import Postman, is_for_good
from .own import own_transaction
from .store import Kind, Mailing, Stored
from .store_people import RefusalMail

log = structlog.get_logger()

FIRST_DAYS = 14
FIRST = (timedelta(days=FIRST_DAYS), f"{FIRST_DAYS} jours")
LIVES: dict[Kind, tuple[timedelta, str]] = {
    "first": FIRST,
    "invited": FIRST,
    "accepted": FIRST,
    "forgotten": (timedelta(hours=FORGOTTEN_HOURS), f"{FORGOTTEN_HOURS} heures"),
}
"""Of a password, and how the mail says it."""
LEASE = timedelta(minutes=1)
"""Longer than a mail can take; whoever died over one is followed after it."""
EVERY = 1.0
SOON, LONGEST, LATE = timedelta(seconds=5), timedelta(minutes=5), timedelta(hours=6)
"""Until it is tried again: at first and at the longest while the server is away, and when it refuses for good."""


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
        await sending(self.waits, self._deliver_one)

    async def _deliver_one(self) -> bool:
        mailing = await store.claim_mail(self.pool, LEASE)
        if mailing:
            with tracing.going_on([mailing.trace], f"mail {mailing.kind}", attempt=mailing.attempts):
                await self.deliver(mailing)
            return True
        refusal = await store_people.claim_refusal(self.pool, LEASE)
        if refusal:
            with tracing.going_on([refusal.trace], "mail refused", attempt=refusal.attempts):
                await self.refuse(refusal)
        return refusal is not None

    async def deliver(self, mailing: Mailing) -> Delivery:
        """One mail with a new password.

        Its hash is kept first, so that no mail carries a password that does not open. A crash before the end leaves the mailing due:
        then another password and another mail go out.
        """
        stored = await store.find(self.pool, mailing.user_id)
        password = generate()
        hashed = await self.hasher.hash(password)
        organisation = await self._keep(stored, mailing, hashed) if stored else None
        if stored is None or organisation is None:
            await store.mail_is_out(self.pool, mailing)
            return Delivery(None, sent=False)
        try:
            await self.postman.send(mailing.kind, stored, organisation, password, LIVES[mailing.kind][1])
        except mail.FAILS as error:
            delay = again_later(error, mailing.attempts)
            log.warning("mail not sent, again later", user=str(mailing.user_id), error=type(error).__name__, seconds=delay.total_seconds())
            await store.mail_later(self.pool, mailing, delay)
            return Delivery(password, sent=False)
        await self._out(stored, mailing)
        return Delivery(password, sent=True)

    async def refuse(self, refusal: RefusalMail) -> None:
        """The mail that says why somebody gets no account; once it is out, nothing is kept of them (ACC-4)."""
        try:
            await self.postman.refuse(refusal.email, refusal.reason)
        except mail.FAILS as error:
            delay = again_later(error, refusal.attempts)
            log.warning("refusal not mailed, again later", error=type(error).__name__, seconds=delay.total_seconds())
            await store_people.refuse_later(self.pool, refusal, delay)
        else:
            await store_people.forget_request(self.pool, refusal.request_id)

    async def _keep(self, stored: Stored, mailing: Mailing, hashed: str) -> str | None:
        """The name of the user's organisation, empty for an agent; None when the mail is not wanted any more."""
        async with own_transaction(self.pool, self.engine, stored.key, Actor("identity", "system")) as work:
            access = await store.keep_temporary(work.connection, mailing.user_id, mailing.kind, hashed, LIVES[mailing.kind][0])
            if access and mailing.kind != "forgotten":
                work.emit(AccessChanged(user_id=stored.user_id, access=access, chosen=False))
            organisation = work.state.organisation if work.state else None
        return None if access is None else organisation.name if organisation else ""

    async def _out(self, stored: Stored, mailing: Mailing) -> None:
        async with own_transaction(self.pool, self.engine, stored.key, Actor("identity", "system")) as work:
            await store.mail_is_out(work.connection, mailing)
            if mailing.kind != "forgotten":
                work.emit(CredentialsSent(user_id=stored.user_id))


def again_later(error: Exception, attempts: int) -> timedelta:
    """After how long. A server that is away comes back soon; an address that is refused rarely becomes right, but it may be corrected."""
    return LATE if is_for_good(error) else min(SOON * 2 ** min(attempts, 10), LONGEST)


async def sending(waits: asyncio.Event, send_one: Callable[[], Awaitable[bool]]) -> None:
    """Calls `send_one` for ever, while it says that there was one; then when `waits` is set, or after a moment."""
    while True:
        waits.clear()
        try:
            while await send_one():
                pass
        except Exception as error:
            if not is_transient(error):
                log.error("mailer failed, goes on", error=type(error).__name__)
        await is_set(waits, EVERY)
