"""An action as it was known at the end of a day (ACC-8): folded from the log up to that day by the projections that there are, into a
schema of its own, which the pages' process reads and which is thrown away an hour later.

One is folded at a time, whichever replica does it. A process that ends meanwhile leaves a row that is not ready and half a schema: whoever
folds next begins again. Names and texts are not folded: they are shown as they are now, so that what was erased is erased here too
(PRV-1).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import structlog
from asyncpg import Record

from chassis import metrics, migrate
from chassis.db import Connection, connect
from chassis.reading.catch_up import Stretch, catch_up_with
from chassis.service import Host, Service, Subscription
from chassis.settings import EVENTS, Settings
from chassis.trouble import AWAY, is_transient, where
from chassis.waits import is_set
from contracts.month import beginning
from gateway.web import topics
from gateway.web.hub import CHANGED
from gateway.web.known_on import ASKED, MOST_ATTEMPTS, schema_of

from . import hints
from .rebuild import VIEW

log = structlog.get_logger()

LOCK = 0x5E5A42
"""The advisory lock's number: one folding at a time."""
KEPT = timedelta(hours=1)
FORGOTTEN = timedelta(minutes=5)
"""What could not be folded may be asked for again after so long."""
STANDBY, LOOK = 5.0, 60.0
"""Seconds between two looks: of a replica, whether it is the one that folds; of that one, at what is to be thrown away."""
NOW = ("people", "organisations", "accounts")
"""The tables of which the schema shows what they hold now."""


@asynccontextmanager
async def folding_what_was_known(host: Host) -> AsyncIterator[None]:
    """Folds what is asked for while the worker runs."""
    host.background(_again_and_again(host))
    yield


async def _again_and_again(host: Host) -> None:
    while True:
        try:
            connection = await host.connect()
            try:
                await _serve(host, connection)
            finally:
                connection.terminate()
        except AWAY as error:
            log.warning("folding interrupted", error=type(error).__name__)
        await asyncio.sleep(1)


async def _serve(host: Host, connection: Connection) -> None:
    """Until the connection is lost, and the lock with it."""
    woken = asyncio.Event()
    await connection.add_listener(ASKED, lambda *_: woken.set())
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110
        await asyncio.sleep(STANDBY)
    while True:
        woken.clear()
        await throw_away(connection)
        while row := await _next(connection):
            await _attempt(host, connection, row)
        await is_set(woken, LOOK)


async def throw_away(connection: Connection) -> None:
    """Forgets what was asked for long ago, and drops the schemas of which no row tells: those of a process that ended, too."""
    await connection.execute(
        """
        DELETE FROM known_on
        WHERE asked_at < now() - $1::interval OR (ready_at IS NULL AND attempts >= $2 AND asked_at < now() - $3::interval)
        """,
        KEPT,
        MOST_ATTEMPTS,
        FORGOTTEN,
    )
    rows = await connection.fetch(
        """
        SELECT nspname FROM pg_namespace
        WHERE nspname ~ '^known_[0-9]+$' AND NOT EXISTS (SELECT FROM known_on WHERE 'known_' || number = nspname)
        """
    )
    for row in rows:
        await connection.execute(f"DROP SCHEMA {row['nspname']} CASCADE")


async def _next(connection: Connection) -> Record | None:
    """What was asked for first and is not ready, with where what the log says of it stands."""
    return await connection.fetchrow(
        """
        UPDATE known_on SET attempts = attempts + 1
        FROM actions JOIN applied ON applied.key = actions.contract_number
        WHERE known_on.contract_number = actions.contract_number AND number = (
            SELECT number FROM known_on JOIN actions USING (contract_number)
            WHERE ready_at IS NULL AND attempts < $1 ORDER BY asked_at LIMIT 1
        )
        RETURNING number, actions.contract_number, day, actions.siret, topic, partition, first, "offset" AS last
        """,
        MOST_ATTEMPTS,
    )


async def _attempt(host: Host, connection: Connection, row: Record) -> None:
    """What fails for want of Kafka or the database is tried again; what fails otherwise is given up, and the operator is told."""
    try:
        await fold(host.service, host.settings, connection, row)
    except Exception as error:
        if is_transient(error, connection) or isinstance(error, OSError):
            log.warning("not folded", contract=row["contract_number"], error=type(error).__name__)
            await asyncio.sleep(1)
            return
        metrics.alarm(host.service.name, "known-on")
        log.error("an action cannot be folded again", contract=row["contract_number"], error=type(error).__name__, where=where(error))
        await connection.execute("UPDATE known_on SET attempts = $2 WHERE number = $1", row["number"], MOST_ATTEMPTS)
    await _hint(connection, row)


async def fold(service: Service, settings: Settings, connection: Connection, row: Record) -> None:
    """The action of a row of `known_on` into its schema. Raises ValueError when some of it cannot be folded."""
    schema = schema_of(row["number"])
    beside = settings.model_copy(update={"search_path": schema})
    await _make(service, connection, beside, schema)
    alone = replace(
        service,
        subscriptions=tuple(each for each in service.subscriptions if isinstance(each, Subscription) and each.topic == EVENTS),
        note=None,
        after_batch=hints.keep_track,
    )
    stretch = Stretch((row["topic"], row["partition"]), row["first"], row["last"])
    told = monotonic()
    async for done in catch_up_with(alone, beside, row["contract_number"], stretch, beginning(row["day"] + timedelta(1))):
        if done == 0 or monotonic() - told > 1:
            told = monotonic()
            await connection.execute("UPDATE known_on SET done = $2, total = $3 WHERE number = $1", row["number"], done, stretch.length)
            await _hint(connection, row)
    if parked := await connection.fetchval(f"SELECT count(*) FROM {schema}.parked"):
        raise ValueError(f"{parked} messages could not be folded")
    await connection.execute("UPDATE known_on SET ready_at = now() WHERE number = $1", row["number"])


async def _make(service: Service, connection: Connection, beside: Settings, schema: str) -> None:
    """An empty schema like that of the views, but for the tables of which it shows what they hold now."""
    assert not isinstance(service.migrations, str)
    await connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    making = await connect(beside)
    try:
        await migrate.apply(making, schema, service.migrations[VIEW])
        async with making.transaction():
            for table in NOW:
                await making.execute(f"DROP TABLE {table}")
                await making.execute(f"CREATE VIEW {table} AS SELECT * FROM {VIEW}.{table}")
    finally:
        await making.close()


async def _hint(connection: Connection, row: Record) -> None:
    for payload in hints.payloads({row["contract_number"], topics.holder(row["siret"])}):
        await connection.execute("SELECT pg_notify($1, $2)", CHANGED, payload)
