"""What a process does about its database before it does anything else: a restored one is brought back, by one process alone."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Set

import structlog

from .. import kafka, metrics, outbox
from ..db import Connection, connect
from ..engine import tables
from ..reading.readers import readers
from ..record import Partition
from ..service import Outside, Service, Subscription, Ticks
from ..settings import EVENTS, Settings
from .facts import Fact, NotBroughtBack, by_cause, read_fact
from .log import streams
from .redo import Redo

log = structlog.get_logger()

LOCK = 0x5E5A3F
"""The advisory lock's number, in the service's own database."""


Partitions = Mapping[str, Collection[int]]
"""Of every topic that the process may see, by its name in Kafka."""


async def recover(service: Service, settings: Settings, partitions: Partitions) -> None:
    """Looks whether the log holds more of the service than its database, as after a restore, and brings the database to it.

    The first process does so, others wait for it. Raises NotBroughtBack when the database cannot come to what the log holds; what trying
    again can help goes on, the next time, where it stopped.
    """
    if service.state is None:
        return
    connection = await connect(settings, statement=None)
    try:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110
            await asyncio.sleep(1)
        positions = await _positions(service, settings, connection, partitions)
        topics = {settings.topic(EVENTS)} | await _topics_of_replies(service, settings, positions)
        facts = [fact async for fact in _facts(service, settings, connection, topics, positions)]
        # Replies have no number, and other replicas may have gone on meanwhile: only now is it known which records they had not handled.
        reached = await _positions(service, settings, connection, partitions)
        facts = [fact for fact in facts if fact.topic == settings.topic(EVENTS) or fact.by.offset > reached.get(fact.place, -1)]
        if facts:
            await _bring_back(service, settings, connection, positions, facts)
    finally:
        await connection.close()


async def _bring_back(
    service: Service, settings: Settings, connection: Connection, positions: Mapping[Partition, int], facts: list[Fact]
) -> None:
    metrics.alarm(service.name, "own-events-ahead", len(facts))
    log.error("own events are ahead of the database, which was restored: it is brought back", messages=len(facts))
    await outbox.count_on_from(connection, max(fact.sequence for fact in facts))
    async with streams(settings, readers(service, settings), positions) as by_partition:
        await Redo(service, settings, connection, by_partition, by_cause(facts, _ticking(service, settings))).run()
    log.warning("the database is brought back to what the log holds", messages=len(facts))


def _ticking(service: Service, settings: Settings) -> set[str]:
    """The topics whose ticks do something to keys."""
    return {settings.topic(row.topic) for row in service.subscriptions if isinstance(row, Ticks) and row.handle}


async def _positions(service: Service, settings: Settings, connection: Connection, partitions: Partitions) -> dict[Partition, int]:
    """Where the database stands in each partition of the topics whose messages the service decides on."""
    topics = {settings.topic(row.topic) for row in service.subscriptions if isinstance(row, Subscription | Outside)}
    topics |= {settings.topic(EVENTS), *_ticking(service, settings)}
    return {
        (topic, partition): offset
        for topic in sorted(topics)
        for partition, offset in (await tables.open_positions(connection, topic, sorted(partitions[topic]))).items()
    }


async def _facts(
    service: Service, settings: Settings, connection: Connection, topics: Set[str], positions: Mapping[Partition, int]
) -> AsyncIterator[Fact]:
    """What the service has said on `topics` behind `positions`: of its events, those that its database does not know."""
    events, source = settings.topic(EVENTS), service.name.encode()
    counted: dict[str, int] = {}
    digests: dict[tuple[str, object], bytes] = {}
    async for record in kafka.records(settings, topics, positions):
        headers = dict(record.headers)
        if headers.get("ce_source") != source:
            continue
        key, version = (record.key or b"").decode(errors="replace"), headers.get("ce_version") or b""
        if record.topic == events and version.isdigit():
            if key not in counted:
                counted[key] = await tables.version(connection, key)
            if int(version) <= counted[key]:
                continue
        fact = read_fact(record)
        if digests.setdefault((fact.topic, fact.envelope.id), fact.digest) != fact.digest:
            raise NotBroughtBack("the log holds two messages under one id, of {key}.", key=key)
        yield fact


async def _topics_of_replies(service: Service, settings: Settings, positions: Mapping[Partition, int]) -> set[str]:
    """Where replies to strangers are read: they have no number, so all of them are. They tell which records were refused, and when."""
    topics = {settings.topic(row.replies) for row in service.subscriptions if isinstance(row, Outside) and row.replies}
    return topics if topics and await _is_behind(service, settings, positions) else set()


async def _is_behind(service: Service, settings: Settings, positions: Mapping[Partition, int]) -> bool:
    """Whether strangers wrote anything that the database has not read."""
    topics = {settings.topic(row.topic) for row in service.subscriptions if isinstance(row, Outside)}
    async with streams(settings, readers(service, settings), {place: at for place, at in positions.items() if place[0] in topics}) as known:
        return any(stream.position < stream.end - 1 for stream in known.values())
