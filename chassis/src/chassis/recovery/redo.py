"""Does again what a service did after the backup: one message after the other, in the order in which it was done the first time.

What was decided has a place in one order: the seq of its row in the outbox, taken while all that the decision rests on was locked, be it
the key or the last legal number of an issuer. What was handled without a word goes between: each message of the service says how far
`events` had been read when it was decided. So the same states come about, and what is said again is held against the log.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from contracts.envelope import Position
from contracts.message import Event

from ..db import Connection
from ..engine import parked
from ..engine.batch import Batch, Engine, OffsetRange
from ..engine.incoming import Incoming
from ..reading.ticks import TicksReader
from ..record import Partition
from ..service import Service
from ..settings import EVENTS, Settings
from ..trouble import Trouble, is_transient
from ..work import Handler
from .facts import Decided, Fact, NotBroughtBack, SaidBefore
from .log import Stream

CHUNK = 200


class PutAside(Exception):
    """It had not been answered, though later messages had: it was parked before the database was restored."""


class Redo:
    """One recovery of one database."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        connection: Connection,
        streams: Mapping[Partition, Stream],
        decided: Iterable[Decided],
    ) -> None:
        """`decided`: what the database does not know, in its order."""
        self._service, self._connection, self._streams = service, connection, streams
        self._decided = list(decided)
        self._caused = {each.first.by for each in self._decided}
        self._events = settings.topic(EVENTS)
        self._engine = Engine(service, settings)
        versions: dict[str, int] = {}
        for fact in (fact for each in self._decided for fact in each.facts.values() if fact.topic == self._events):
            versions[fact.envelope.key] = max(versions.get(fact.envelope.key, 0), fact.envelope.version)
        self._versions = versions

    async def run(self) -> None:
        """All of it; each message is a transaction. Raises NotBroughtBack at the first that does not come out as it did."""
        for decided in self._decided:
            fact = decided.first
            if not fact.by.topic:
                await self._act(decided)
            elif (stream := self._streams.get(fact.place)) is None:
                raise self._lost(fact)
            elif isinstance(stream.reader, TicksReader):
                await self._tick(stream, decided)
            elif fact.by.offset <= stream.position:
                await self._replay(stream, decided)
            else:
                await self._handle(stream, decided)

    async def _handle(self, stream: Stream, decided: Decided) -> None:
        fact, offset = decided.first, decided.first.by.offset
        if offset < stream.start:
            raise self._lost(fact)
        await stream.fetch(offset)
        await self._pass(stream, offset - 1)
        taken = stream.take(offset)
        if not taken:
            raise self._lost(fact)
        await self._hear(taken[0].keys, fact)
        self._engine.again = self._said_before(decided)
        await self._engine.apply(self._connection, Batch(taken, {stream.partition: OffsetRange(0, offset)}))

    async def _tick(self, stream: Stream, decided: Decided) -> None:
        """What a tick did to one key. Its topic is read on afterwards from where it stood; this key has seen that tick then.

        One that failed said nothing: it is not among what is done again, and what came of the key's being held up is refused here.
        """
        fact = decided.first
        await stream.fetch(fact.by.offset)
        tick = stream.at(fact.by.offset)
        if tick is None:
            raise self._lost(fact)
        await self._hear([fact.envelope.key], fact)
        self._engine.again = self._said_before(decided)
        of_key = stream.reader.read(replace(tick.record, key=fact.envelope.key.encode()))
        assert of_key is not None, "a tick is always somebody's"
        for waiting in await parked.of_key(self._connection, fact.envelope.key):
            if (waiting.record.topic_partition, waiting.record.offset) == (fact.place, fact.by.offset):
                await self._replay_with(waiting.id, of_key, of_key.handler)
                return
        await self._engine.apply(self._connection, Batch([of_key]))

    async def _replay(self, stream: Stream, decided: Decided) -> None:
        """It had been parked, and the operator replayed it, or gave it up."""
        fact = decided.first
        number = await parked.at(self._connection, fact.by.topic, fact.by.partition, fact.by.offset)
        message = await parked.find(self._connection, number) if number else None
        incoming = stream.reader.read(message.record) if message else None
        if number is None or incoming is None:
            raise self._lost(fact)
        await self._hear(incoming.keys, fact)
        self._engine.again = self._said_before(decided)
        try:
            await self._replay_with(number, incoming, incoming.handler)
        except NotBroughtBack:
            await self._replay_with(number, incoming, incoming.give_up)

    async def _replay_with(self, number: int, incoming: Incoming, handler: Handler | None) -> None:
        try:
            await self._engine.replay(self._connection, number, incoming, handler)
        except Exception as error:
            if isinstance(error, Trouble) or is_transient(error, self._connection):
                raise
            raise NotBroughtBack(
                "parked message {number} had been handled, and now it fails ({kind}).",
                number=number,
                kind=type(error).__name__,
            ) from error

    async def _act(self, decided: Decided) -> None:
        """No message asked for it: the fact tells what was done."""
        fact = decided.first
        kind = next((kind for kind in self._service.retold if fact.envelope.type == kind.TYPE), None)
        if kind is None:
            raise NotBroughtBack(
                "nothing on the log tells how number {version} of {key} ({type}) came about.",
                version=fact.envelope.version,
                key=fact.envelope.key,
                type=fact.envelope.type,
            )
        await self._hear([fact.envelope.key], fact)
        self._engine.again = self._said_before(decided)
        try:
            await self._act_by(kind, decided)
        except Exception as error:
            if isinstance(error, Trouble) or is_transient(error, self._connection):
                raise
            raise NotBroughtBack(
                "what led to number {version} of {key} ({type}) cannot be done again ({kind}).",
                version=fact.envelope.version,
                key=fact.envelope.key,
                type=fact.envelope.type,
                kind=type(error).__name__,
            ) from error

    async def _act_by(self, kind: type[Event], decided: Decided) -> None:
        fact, envelope = decided.first, decided.first.envelope
        async with self._engine.direct(self._connection, envelope.key, envelope.time, envelope.actor, envelope.causation) as work:
            await self._service.retold[kind](work, kind.parse(fact.body or b""))

    async def _hear(self, keys: Iterable[str], fact: Fact) -> None:
        """Handles the events that touch one of `keys` and had been read before `fact` was decided; those of its own partition have been."""
        for partition, last in fact.read.items():
            stream = self._streams.get((self._events, partition))
            if stream is None or last <= stream.position:
                continue
            await stream.fetch(last)
            await self._pass(stream, stream.last_touching(keys, last))

    async def _pass(self, stream: Stream, last: int) -> None:
        """Handles what comes next in a partition, up to the offset `last`: what had been handled without a word, or parked."""
        if last <= stream.position:
            return
        self._engine.again = self._said_before(None)
        taken = [self._as_then(incoming) for incoming in stream.take(last)]
        for start in range(0, len(taken), CHUNK):
            messages = taken[start : start + CHUNK]
            await self._engine.apply(self._connection, Batch(messages, {stream.partition: OffsetRange(0, messages[-1].record.offset)}))

    def _as_then(self, incoming: Incoming) -> Incoming:
        """What has always an answer and had none, or has one that was given later, was parked when its turn had come."""
        record = incoming.record
        was_parked = incoming.kind in {"command", "outside"} or Position(record.topic, record.partition, record.offset) in self._caused
        return incoming.poisoned_by(PutAside()) if was_parked and not incoming.poison else incoming

    def _said_before(self, decided: Decided | None) -> SaidBefore:
        last_tick = decided.first.last_tick if decided else None
        return SaidBefore(self._versions, self._events, decided, last_tick)

    def _lost(self, fact: Fact) -> NotBroughtBack:
        return NotBroughtBack(
            "the record at {topic}-{partition}@{offset}, which led to number {version} of {key} ({type}), is no longer there.",
            topic=fact.by.topic,
            partition=fact.by.partition,
            offset=fact.by.offset,
            version=fact.envelope.version,
            key=fact.envelope.key,
            type=fact.envelope.type,
        )
