"""A finished history is delivered again to fresh databases, each message twice, topics interleaved as chance has it.

Between topics nothing is promised but this, and every order that keeps it must end in the same state, byte for byte:

- a partition is read in its order;
- a command comes after what its author had seen (`after`), and before what was written after its own effects: nobody knew of it earlier;
- what made a service say something comes in the order in which it said it: so was it decided, and invoices were numbered;
- a day comes when it came: whatever was asked before it, before it;
- what a stranger sends waits for nothing, so it comes where it came: between the events of its key, and on the day, that its reply tells.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID, uuid5

import asyncpg

from chassis import outbox
from chassis.db import Connection, connect
from chassis.engine import tables
from chassis.engine.batch import Batch, Engine, OffsetRange
from chassis.kafka import as_record
from chassis.migrate import migrate
from chassis.reading.readers import readers
from chassis.record import Record
from chassis.service import Outside, Service
from chassis.settings import EVENTS, Settings
from contracts.awards import ActionAwarded
from contracts.billing import InvoiceIssued
from contracts.calendar import CALENDAR
from contracts.envelope import NAMESPACE, Envelope, EnvelopeError
from tests.faults.ground import Ground
from tests.log import Log

Place = tuple[str, int, int]
"""Topic, partition, offset."""
TOGETHER = 12
"""Messages of one batch, at most."""
NOT_COMPARED = frozenset({"migrations", "outbox", "marks"})
"""When a migration ran; what a fresh database has not sent, since nobody reads it; and marks, which are never the same twice."""


@dataclass
class History:
    """Everything on the topics that a service reads, and what must come before what."""

    service: Service
    records: dict[Place, Record]
    envelopes: dict[Place, Envelope | None]
    before: dict[Place, set[Place]] = field(default_factory=lambda: defaultdict(set))
    """What has to be delivered before a message."""

    @classmethod
    async def read(cls, log: Log, service: Service) -> "History":
        """As it stands on the topics now."""
        records: dict[Place, Record] = {}
        for row in service.subscriptions:
            for raw in await log.records(row.topic):
                records[raw.topic, raw.partition, raw.offset] = as_record(raw)
        history = cls(service, records, {place: _envelope(record) for place, record in records.items()})
        replies = [row.replies for row in service.subscriptions if isinstance(row, Outside) and row.replies]
        history._order([as_record(raw) for topic in replies for raw in await log.records(topic)])
        return history

    def _order(self, replies: Iterable[Record]) -> None:
        places = {id_: place for place in self.records if (id_ := self._id(place))}
        self._after()
        self._causes(places)
        self._days({place: envelope.time for place, envelope in self.envelopes.items() if envelope and place[0] != CALENDAR})
        self._strangers(replies)

    def _id(self, place: Place) -> UUID | None:
        """The id that what it causes names."""
        topic, partition, offset = place
        if any(isinstance(row, Outside) and row.topic == topic for row in self.service.subscriptions):
            return uuid5(NAMESPACE, f"{topic}/{partition}/{offset}")
        envelope = self.envelopes[place]
        return envelope.id if envelope and topic != CALENDAR else None

    def _after(self) -> None:
        for place, envelope in self.envelopes.items():
            for seen in envelope.after if envelope else ():
                self._must_follow(place, (seen.topic, seen.partition, seen.offset))

    def _causes(self, places: Mapping[UUID, Place]) -> None:
        """The order in which the service itself has decided, and that nobody knew of it earlier."""
        last: dict[str, Place] = {}
        issuers: dict[str, str] = {}
        numbered: list[tuple[str, str, Place]] = []
        for place in sorted(self.records):
            envelope = self.envelopes[place]
            if place[0] != EVENTS or envelope is None:
                continue
            if envelope.type == ActionAwarded.TYPE:
                issuers[envelope.key] = ActionAwarded.parse(self.records[place].body or b"").terms.organisation.siret
            if envelope.source != self.service.name:
                continue
            cause = places.get(envelope.causation) if envelope.causation else None
            if cause is None:
                continue
            if (before := last.get(envelope.key)) and before != cause:
                self._must_follow(cause, before)
            last[envelope.key] = cause
            if cause[0] != EVENTS:
                self._must_follow(place, cause)
            if envelope.type == InvoiceIssued.TYPE:
                invoice = InvoiceIssued.parse(self.records[place].body or b"").invoice
                numbered.append((issuers[envelope.key], invoice.legal_number, cause))
        for (issuer, _, before), (same, _, cause) in pairwise(sorted(numbered)):
            if issuer == same:
                self._must_follow(cause, before)

    def _days(self, times: Mapping[Place, datetime]) -> None:
        days = [(envelope.time, place) for place, envelope in sorted(self.envelopes.items()) if place[0] == CALENDAR and envelope]
        for place, time in times.items():
            begun = bisect_right(days, time, key=lambda day: day[0])
            if begun:
                self._must_follow(place, days[begun - 1][1])
            if begun < len(days):
                self._must_follow(days[begun][1], place)

    def _strangers(self, replies: Iterable[Record]) -> None:
        """Each reply tells how far the service had read when it was decided, and which day it was."""
        of_keys: dict[str, list[Place]] = defaultdict(list)
        for place, envelope in self.envelopes.items():
            if place[0] == EVENTS and envelope:
                of_keys[envelope.key].append(place)
        for reply in replies:
            decided = json.loads(dict(reply.headers)[outbox.DECIDED] or b"")
            topic, partition, offset = decided["by"]
            stranger = topic, partition, offset
            for event in of_keys[(reply.key or b"").decode()]:
                had_been_read = event[2] <= decided["read"].get(str(event[1]), -1)
                self._must_follow(*((stranger, event) if had_been_read else (event, stranger)))
            if decided["tick"]:
                self._days({stranger: datetime.fromisoformat(decided["tick"])})

    def _must_follow(self, place: Place, before: Place) -> None:
        if before in self.records and place in self.records and before[:2] != place[:2]:
            self.before[place].add(before)

    def order(self, chance: Random) -> Iterator[list[Place]]:
        """Batches, in an order that is allowed."""
        streams: dict[tuple[str, int], list[Place]] = defaultdict(list)
        for place in sorted(self.records, reverse=True):
            streams[place[:2]].append(place)
        done: set[Place] = set()
        while streams:
            ready = [stream for stream in streams.values() if self.before[stream[-1]] <= done]
            assert ready, {stream[-1]: self.before[stream[-1]] - done for stream in streams.values()}
            stream, batch = chance.choice(ready), []
            for _ in range(chance.randint(1, TOGETHER)):
                if not stream or not self.before[stream[-1]] <= done:
                    break
                batch.append(stream.pop())
            yield batch
            done.update(batch)
            streams = {name: left for name, left in streams.items() if left}


def _envelope(record: Record) -> Envelope | None:
    with suppress(EnvelopeError):
        return Envelope.read(record.key, record.headers)
    return None


async def delivered_twice(history: History, settings: Settings, partitions: Iterable[tuple[str, int]], chance: Random) -> None:
    """Every message to the database of `settings`, which has all `partitions`, and each once more at any later moment."""
    service = history.service
    await migrate(service, settings)
    by_topic, engine = readers(service, settings), Engine(service, settings)
    connection = await connect(settings)
    again: list[Record] = []
    try:
        for topic, partition in partitions:
            await tables.open_positions(connection, topic, [partition])
        for places in history.order(chance):
            records = [history.records[place] for place in places]
            topic, partition, _ = places[0]
            ranges = {(topic, partition): OffsetRange(0, places[-1][2])}
            async for batch in by_topic[topic].batches(connection, records, ranges):
                await engine.apply(connection, batch)
            again += records
            chance.shuffle(again)
            repeated = [again.pop() for _ in range(min(len(again), chance.randint(0, 2 * len(records))))]
            await _repeat(engine, connection, by_topic, repeated)
        await _repeat(engine, connection, by_topic, again)
    finally:
        await connection.close()


async def _repeat(engine: Engine, connection: Connection, by_topic: Mapping[str, Any], records: Iterable[Record]) -> None:
    """What a relay sends again after a crash stands further on its topic: no position says that it was handled."""
    of_topics: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        of_topics[record.topic].append(record)
    for topic, repeated in of_topics.items():
        async for batch in by_topic[topic].batches(connection, repeated, {}):
            await engine.apply(connection, Batch(batch.messages, {}))


async def held(connection: Connection, schema: str) -> dict[str, list[str]]:
    """Every table of a schema, each row as text, in an order of their own."""
    names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename", schema)
    tables_of = [row["tablename"] for row in names if row["tablename"] not in NOT_COMPARED]
    return {
        name: [row["text"] for row in await connection.fetch(f'SELECT to_jsonb(h)::text AS text FROM "{schema}"."{name}" AS h ORDER BY 1')]
        for name in tables_of
    }


def settings_of(ground: Ground, service: Service) -> Settings:
    """What the service's process is told."""
    process = "gateway-worker" if service.name == "gateway" else service.name
    told = {name.removeprefix("SESAME_").lower(): value for name, value in ground.installation.environment(process).items()}
    return service.settings(**{name: value for name, value in told.items() if name in service.settings.model_fields})


async def differences(ground: Ground, service: Service, log: Log, seeds: Iterable[int]) -> list[str]:
    """How fresh databases, each filled in another order, differ from the one that has lived through it."""
    settings, schema = settings_of(ground, service), "view" if service.name == "gateway" else "public"
    history = await History.read(log, service)
    lived = await asyncpg.connect(ground.dsn(service.name))
    try:
        expected = await held(lived, schema)
        partitions = await lived.fetch(f'SELECT topic, partition FROM "{schema}".positions')
    finally:
        await lived.close()
    wrong = []
    for seed in seeds:
        name = f"{service.name}_{seed}"
        password = ground.place.secrets[f"postgres.{service.name}"]
        fresh = settings.model_copy(update={"database": await ground.server.postgres.create_database(name, service.name, password)})
        await delivered_twice(history, fresh, [tuple(row) for row in partitions], Random(seed))
        connection = await asyncpg.connect(ground.dsn(name))
        try:
            found = await held(connection, schema)
        finally:
            await connection.close()
        wrong += [f"{service.name}, order {seed}: {line}" for line in _compared(expected, found)]
    return wrong


def _compared(expected: Mapping[str, list[str]], found: Mapping[str, list[str]]) -> Iterator[str]:
    for name in sorted({*expected, *found}):
        missing, more = set(expected.get(name, ())) - set(found.get(name, ())), set(found.get(name, ())) - set(expected.get(name, ()))
        for sign, rows in (("-", missing), ("+", more)):
            yield from (f"{name} {sign} {row[:600]}" for row in sorted(rows)[:3])
