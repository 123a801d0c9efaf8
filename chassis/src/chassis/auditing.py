"""Compares what stands in a service's name on the log with what its database knows: who stole its password does not go unnoticed.

Principals can only add to topics, and a database counts what its service says about each key. So whatever somebody else wrote in the
service's name has a number that was never given, or one that was given to another message; and what was lost leaves a gap.
"""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any, Literal

from contracts.envelope import Envelope, EnvelopeError, owner_of

from . import kafka, outbox
from .db import Connection
from .record import Record
from .service import Numbered, Series, Service
from .settings import EVENTS, Settings

What = Literal["unknown", "otherwise", "missing"]
"""The database never said it; it said something else under that number; the log does not hold it."""


@dataclass(frozen=True)
class Difference:
    """One message that only one of the two knows, or that they know differently."""

    what: What
    topics: tuple[str, ...]
    key: str
    number: int
    type: str = ""
    place: str = ""
    """Where it stands on the log: topic, partition and offset; empty when it is missing."""


@dataclass(frozen=True)
class Said:
    """A message in the service's name, on the log or on its way there."""

    record: Record
    envelope: Envelope

    @property
    def series(self) -> Series:
        """Which numbers it takes one of."""
        return self.envelope.source, self.envelope.key

    def digest(self) -> bytes:
        """Equal for a message that was sent again, and for no other."""
        return hashlib.blake2b(repr((sorted(self.envelope.headers()), self.record.body)).encode(), digest_size=8).digest()

    def differs(self, what: What, number: int) -> Difference:
        """The difference that it is."""
        place = f"{self.record.topic}-{self.record.partition}@{self.record.offset}"
        return Difference(what, (self.record.topic,), self.envelope.key, number, self.envelope.type, place)


async def audit(service: Service, settings: Settings, connection: Connection) -> AsyncIterator[Difference]:
    """Whatever differs; the service may run meanwhile. Kafka's user must be one who may read all that the service writes.

    Keeps eight bytes of each message in memory. Raises KafkaError, and what the database raises.
    """
    if service.state:
        async for difference in _numbers(Numbered((EVENTS,), _versions(service.name)), service.name, settings, connection):
            yield difference
    for numbered in service.numbered:
        async for difference in _numbers(numbered, service.name, settings, connection):
            yield difference
    if service.kept_records:
        async for difference in _records(service, settings, connection):
            yield difference


async def _numbers(of: Numbered, source: str, settings: Settings, connection: Connection) -> AsyncIterator[Difference]:
    topics = {settings.topic(topic) for topic in of.topics}
    # What the database had said before, the log must hold; what the log holds, the database must know after.
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        before = await of.counted(connection)
        unsent = {(said.series, _number(of, said)) for said in await _unsent(connection, topics)}
    digests: dict[Series, dict[int, bytes]] = defaultdict(dict)
    ahead: list[Said] = []
    async for said in _log(settings, topics, source):
        series, number = said.series, _number(of, said)
        if digests[series].setdefault(number, digest := said.digest()) != digest:
            yield said.differs("otherwise", number)
        elif not 1 <= number <= before.get(series, 0):
            ahead.append(said)
    after = await of.counted(connection)
    for said in ahead:
        if not 1 <= (number := _number(of, said)) <= after.get(said.series, 0):
            yield said.differs("unknown", number)
    for series, last in before.items() if of.is_kept_for_ever else ():
        for number in range(1, last + 1):
            if number not in digests[series] and (series, number) not in unsent:
                yield Difference("missing", of.topics, series[1], number)


async def _records(service: Service, settings: Settings, connection: Connection) -> AsyncIterator[Difference]:
    """Of records the latest counts: an earlier one may be gone."""
    assert service.kept_records
    topic = settings.topic(service.records_topic)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        before = await service.kept_records(connection)
        unsent = {(said.envelope.key, said.envelope.version) for said in await _unsent(connection, {topic})}
    digests: dict[str, dict[int, bytes]] = defaultdict(dict)
    ahead: list[Said] = []
    async for said in _log(settings, {topic}, service.name):
        key, version = said.envelope.key, said.envelope.version
        if digests[key].setdefault(version, digest := said.digest()) != digest:
            yield said.differs("otherwise", version)
        elif what := _against(before.get(key), said):
            if what == "unknown":
                ahead.append(said)
            else:
                yield said.differs(what, version)
    after = await service.kept_records(connection)
    for said in ahead:
        if what := _against(after.get(said.envelope.key), said):
            yield said.differs(what, said.envelope.version)
    for key, kept in before.items():
        if kept.version not in digests[key] and (key, kept.version) not in unsent:
            yield Difference("missing", (service.records_topic,), key, kept.version)


def _versions(source: str) -> Callable[[Connection], Awaitable[Mapping[Series, int]]]:
    async def versions(connection: Connection) -> Mapping[Series, int]:
        rows = await connection.fetch("SELECT key, version FROM aggregates WHERE version > 0")
        return {(source, row["key"]): row["version"] for row in rows}

    return versions


def _number(of: Numbered, said: Said) -> int:
    """0, which no database gives, when there is none that could be read."""
    try:
        return of.number(said.record.body or b"") if of.number else said.envelope.version
    except ValueError:
        return 0


def _against(kept: Any | None, said: Said) -> What | None:
    """What a record differs in from the one that is kept; an earlier version is not known any more."""
    if kept is None or said.envelope.version > kept.version:
        return "unknown"
    try:
        same = said.envelope.version < kept.version or type(kept).parse(said.record.body or b"") == kept
    except ValueError:
        same = False
    return None if same else "otherwise"


async def _unsent(connection: Connection, topics: Set[str]) -> list[Said]:
    """What waits in the outbox."""
    return [Said(record, Envelope.read(record.key, record.headers)) for record in await outbox.unsent(connection, topics)]


async def _log(settings: Settings, topics: Set[str], source: str) -> AsyncIterator[Said]:
    """Every message of `topics` in the name of `source`, of each of its epochs, in order, up to where each topic ends now."""
    async for record in kafka.records(settings, topics):
        envelope = _envelope(record)
        if envelope and owner_of(envelope.source) == source:
            yield Said(record, envelope)


def _envelope(record: Record) -> Envelope | None:
    """None for what no reader could take for a message."""
    try:
        return Envelope.read(record.key, record.headers)
    except EnvelopeError:
        return None
