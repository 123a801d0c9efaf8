"""`python -m gateway rebuild`: the views afresh from the log, beside the living ones, which pages go on reading until the swap.

It sends nothing (no hint, no answer, no mail) and takes nothing away: what a day told rests on what was known on that day, so it is carried
over. Of what the worker has not read yet, which it will not read again, it notes what is to be mailed.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from time import monotonic

from chassis import migrate
from chassis.db import Connection, connect
from chassis.lifetime import ending_with_a_sentence
from chassis.reading.catch_up import catch_up
from chassis.service import Service, Subscription
from chassis.settings import read
from chassis.trouble import AWAY, Trouble, explain
from chassis.work import Work
from contracts.answers import CommandAnswered
from contracts.calendar import CALENDAR
from contracts.operators import FRENCH
from gateway.settings import GatewaySettings
from gateway.told import days, table

from . import hints, inviting, noting

VIEW, NEXT = "view", "view_next"
LOCK = 0x5E5A40
"""The advisory lock's number: one rebuilding at a time."""
FEW = 200
"""Records that are soon read: the swap can begin."""

Say = Callable[[str], None]


def run(service: Service) -> None:
    """Rebuilds, and says how far it is; ends the process with a sentence when that is not possible."""
    with ending_with_a_sentence(FRENCH):
        try:
            asyncio.run(rebuild(service, read(GatewaySettings), _on_the_console))
        except AWAY as error:
            raise explain(error) or Trouble(
                "La reconstruction s’est arrêtée ({error}). Les vues en service n’ont pas changé : relancez-la.", error=error
            ) from error


async def rebuild(service: Service, settings: GatewaySettings, say: Say) -> None:
    """Builds the views of `service` (the worker) anew and puts them in the place of the old ones, while all goes on.

    Raises Trouble when another rebuilding is at work, and what the database or Kafka raises; then the old views stay.
    """
    await migrate.migrate(service, settings)
    connection = await connect(settings, statement=None)
    try:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            raise Trouble("Une reconstruction est déjà en cours.")
        await connection.execute("DROP SCHEMA IF EXISTS view_next, view_old CASCADE")
        await _build(service, settings, connection, say)
        await connection.execute("DROP SCHEMA view_old CASCADE")
    finally:
        await connection.close()


async def _build(service: Service, settings: GatewaySettings, connection: Connection, say: Say) -> None:
    beside = settings.model_copy(update={"search_path": NEXT})
    # The log, and not the calendar: a day is not done again, since it rests on what was known on that day.
    log = tuple(row for row in service.subscriptions if isinstance(row, Subscription))
    silent = replace(service, subscriptions=log, note=_noted_already, after_batch=await _tracking(connection))
    making = await connect(beside, statement=None)
    try:
        await migrate.apply(making, NEXT, [package for schema, packages in _schemas(service) if schema == VIEW for package in packages])
    finally:
        await making.close()
    while await catch_up(silent, beside, _teller(say)) > FEW:
        pass
    async with connection.transaction():
        await _stop_the_living(connection)
        await catch_up(silent, beside)
        await _compare(connection)
        await _carry_over(connection, settings.topic(CALENDAR))
        await connection.execute("ALTER SCHEMA view RENAME TO view_old")
        await connection.execute("ALTER SCHEMA view_next RENAME TO view")
    parked = await connection.fetchval("SELECT count(*) FROM parked")
    say(f"Les vues sont reconstruites et en service. Messages mis de côté : {parked}.")


async def _tracking(connection: Connection) -> Callable[[Connection, Sequence[Work[None]]], Awaitable[None]]:
    is_unread = await noting.unread_by(connection, VIEW)

    async def track(building: Connection, works: Sequence[Work[None]]) -> None:
        await hints.keep_track(building, works)
        unread = [work for work in works if is_unread(work)]
        await noting.note(building, unread)
        await inviting.note(building, unread)

    return track


async def _noted_already(_work: Work[None], _answer: CommandAnswered) -> None:
    """Who asked has been told; the answer still counts among what the views contain."""


def _schemas(service: Service) -> list[tuple[str, list[str]]]:
    assert not isinstance(service.migrations, str)
    return [(schema, list(packages)) for schema, packages in service.migrations.items()]


async def _stop_the_living(connection: Connection) -> None:
    """Waits for the worker's batches, and an operator's replay, to end, and keeps the next ones waiting until the swap.

    A batch locks its positions before all else. The name of a table that somebody waits for is looked up again when the wait is over: they
    go on in the new views, and read on from there.
    """
    await connection.execute("LOCK TABLE view.positions, view.aggregates, view.parked IN ACCESS EXCLUSIVE MODE")


async def _compare(connection: Connection) -> None:
    """The new views contain all that the old ones do: nothing that a page has shown goes away. Raises Trouble."""
    behind = await connection.fetch(
        """
        SELECT topic, partition FROM view.positions AS old JOIN view_next.positions AS new USING (topic, partition)
        WHERE new."offset" < old."offset"
        """
    )
    if behind:
        partitions = ", ".join(f"{row['topic']}-{row['partition']}" for row in behind)
        raise Trouble(f"Le journal ne contient plus tout ce que les vues en service ont lu ({partitions}) : elles restent en service.")


async def _carry_over(connection: Connection, topic: str) -> None:
    """What came from the calendar: how far it was read, today, what was told, and what an operator has yet to release."""
    await connection.execute(
        """
        INSERT INTO view_next.positions (topic, partition, "offset")
        SELECT topic, partition, "offset" FROM view.positions WHERE topic = $1
        """,
        topic,
    )
    await connection.execute("INSERT INTO view_next.ticked (one, at) SELECT one, at FROM view.ticked")
    await connection.execute(
        """
        INSERT INTO view_next.seen (source, key, version) SELECT source, key, version FROM view.seen WHERE source = $1
        """,
        days.SOURCE,
    )
    await connection.execute(
        """
        INSERT INTO view_next.notifications (id, audience, at, kind, contract_number, figures)
        SELECT id, audience, at, kind, contract_number, figures FROM view.notifications WHERE kind = ANY($1)
        """,
        [notice.kind for notice in table.OF_DAYS],
    )
    await connection.execute(
        """
        INSERT INTO view_next.parked
            (keys, topic, partition, "offset", key, header_names, header_values, body, written_at, error, parked_at)
        SELECT keys, topic, partition, "offset", key, header_names, header_values, body, written_at, error, parked_at
        FROM view.parked WHERE topic = $1 ORDER BY id
        """,
        topic,
    )


def _on_the_console(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _teller(say: Say) -> Callable[[int, int], None]:
    """Says how far it is, once a second and at the end."""
    last = monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if monotonic() - last >= 1 or done == total:
            last = monotonic()
            say(f"{done} messages sur {total} ({100 * done // max(total, 1)} %)")

    return tell
