"""What of this service does not come from messages: its database pool, the desk behind its HTTP, the mailer, the tidying up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import structlog
from litestar import Router

from chassis import metrics
from chassis.db import options
from chassis.engine.batch import Engine
from chassis.service import Host
from chassis.trouble import is_transient

from . import api, factor_store, mail_queue, store
from .desk import Desk
from .factor_mail import FactorMailer
from .hashing import Hasher
from .mail import Postman
from .mailer import Mailer
from .reception import Reception
from .settings import IdentitySettings

log = structlog.get_logger()

TIDY_EVERY, EXPIRE_EVERY, MEASURE_EVERY = 3600.0, 60.0, 5.0
STATEMENT = 15.0
"""Seconds that one may take while somebody waits for an answer."""


@asynccontextmanager
async def opened(engine: Engine, settings: IdentitySettings) -> AsyncIterator[tuple[Desk, Mailer]]:
    """The desk and the mailer, on one pool of connections and with one turn at Argon2id for both."""
    async with asyncpg.create_pool(**options(settings, STATEMENT), min_size=0, max_size=8) as pool:
        hasher, mail_waits = Hasher(), asyncio.Event()
        yield Desk(pool, engine, hasher, settings, mail_waits), Mailer(pool, engine, hasher, Postman(settings), mail_waits)


class Parts:
    """Started with the service; its HTTP answers as long as they run."""

    _desk: Desk
    _reception: Reception

    @asynccontextmanager
    async def running(self, host: Host) -> AsyncIterator[None]:
        """Mails what is due and tidies up until the service stops."""
        async with opened(Engine(host.service, host.settings), host.settings) as (self._desk, mailer):
            self._reception = Reception(self._desk.pool, self._desk.engine, self._desk.tries)
            metrics.begin_mails(host.service.name)
            tasks = [
                host.background(mailer.run()),
                host.background(FactorMailer(mailer.pool, mailer.postman).run()),
                # On the wall clock (T-2); requests for an account on the installation's.
                host.background(_again_and_again(lambda: mail_queue.measure(mailer.pool), MEASURE_EVERY)),
                host.background(_again_and_again(self._tidy, TIDY_EVERY)),
                host.background(_again_and_again(self._reception.expire, EXPIRE_EVERY)),
            ]
            try:
                yield
            finally:
                # Before the pool goes: they use it. A mail that is cut here goes again, with another password, after its lease.
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def http(self) -> list[Router]:
        """What answers the gateway."""
        return [api.router(self._desk, self._reception)]

    async def _tidy(self) -> None:
        await store.tidy(self._desk.pool)
        await factor_store.tidy(self._desk.pool)


async def _again_and_again(tidy: Callable[[], Awaitable[None]], every: float) -> None:
    while True:
        try:
            await tidy()
        except Exception as error:
            if not is_transient(error):
                log.error("tidying failed, goes on", error=type(error).__name__)
        await asyncio.sleep(every)
