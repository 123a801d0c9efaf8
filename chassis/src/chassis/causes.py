"""What waits in a table and is done later, a mail, goes on with the trace that caused it.

Whoever puts it tells so by NOTIFY, in the same transaction; the processes that do it listen, and know it while they run. No table has a
column for it: who starts anew has forgotten it, and what is done then is of no trace. Where no traces are kept nobody tells or listens.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog
from asyncpg import Pool

from . import tracing
from .db import Connection
from .trouble import AWAY

log = structlog.get_logger()

CHANNEL = "causes"
MOST = 20_000
"""Things of which the trace is known; beyond it the oldest is forgotten."""
PAUSE = 1.0
"""Seconds until a lost connection is followed by another."""

_known: "OrderedDict[str, tuple[str, ...]]" = OrderedDict()


async def tell(db: Connection | Pool, things: Iterable[tuple[object, str | None]]) -> None:
    """Each of these things, by a name of its own in this database, goes back to that trace, once the transaction is committed."""
    if not tracing.is_kept():
        return
    for thing, trace in things:
        if trace:
            _keep(str(thing), (trace,))  # for who does it in this process, and is sooner than the server's word
            await db.execute("SELECT pg_notify($1, $2)", CHANNEL, f"{trace} {thing}")


def of(thing: object) -> tuple[str, ...]:
    """The traces to which it goes back; none that is known."""
    return _known.get(str(thing), ())


def hand_on(thing: object, causes: Iterable[object]) -> None:
    """What was made of all these goes back to all their traces."""
    if traces := tuple(dict.fromkeys(trace for cause in causes for trace in of(cause))):
        _keep(str(thing), traces)


async def listen(connect: Callable[[], Awaitable[Connection]]) -> None:
    """Hears what is told, for ever, on a connection of its own. Raises Trouble when the database refuses this process."""
    while tracing.is_kept():
        try:
            connection, lost = await connect(), asyncio.Event()
            try:
                connection.add_termination_listener(lambda _connection, lost=lost: lost.set())
                await connection.add_listener(CHANNEL, _hear)
                await lost.wait()
            finally:
                connection.terminate()
        except AWAY as error:
            log.warning("traces of what waits are not heard", error=type(error).__name__)
        await asyncio.sleep(PAUSE)


def _hear(_connection: Any, _pid: int, _channel: str, payload: object) -> None:
    trace, _, thing = str(payload).partition(" ")
    _keep(thing, (trace,))


def _keep(thing: str, traces: tuple[str, ...]) -> None:
    _known[thing] = traces
    _known.move_to_end(thing)
    while len(_known) > MOST:
        _known.popitem(last=False)
