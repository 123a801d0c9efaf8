"""A topic of ticks: each is done once for every key that wants it, in chunks, each its own transaction; then the tick itself is done."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid5

from contracts.envelope import EnvelopeError

from ..db import Connection
from ..engine import tables
from ..engine.batch import Batch, OffsetRange
from ..engine.incoming import Incoming
from ..record import Partition, Record
from ..service import Ticks
from ..settings import Settings
from ..trouble import is_transient
from ..work import Work
from .reader import Reader, envelope_of, impostor

CHUNK = 200


class TicksReader(Reader):
    """Reads ticks. After a crash between two chunks, the keys that had the tick are told by `seen`, under its version."""

    def __init__(self, ticks: Ticks, settings: Settings) -> None:
        super().__init__(settings.topic(ticks.topic))
        self._ticks = ticks

    def read(self, record: Record) -> Incoming:
        """What a tick does to one key: `record` is the tick's, but for its key."""
        tick = self._tick(record)
        if tick.envelope is None:
            return tick
        key = tick.envelope.key
        return replace(tick, keys=(key,), handler=self._ticks.handle, id=uuid5(tick.envelope.id, key))

    async def batches(
        self, connection: Connection, records: Sequence[Record], ranges: Mapping[Partition, OffsetRange]
    ) -> AsyncIterator[Batch]:
        """As `Reader`: for each tick a batch of each chunk of its keys, and a last one of its own, which moves position and time."""
        for partition, offsets in ranges.items():
            # A gap is found before any key has a tick that comes after it: it would never have the one before.
            yield Batch([], {partition: OffsetRange(offsets.first, offsets.first - 1)})
        for record in records:
            tick = self._tick(record)
            try:
                keys = await self._keys(connection, tick)
            except Exception as error:
                if is_transient(error, connection):
                    raise
                tick, keys = tick.poisoned_by(error), []
            for start in range(0, len(keys), CHUNK):
                yield Batch([self.read(replace(record, key=key.encode())) for key in keys[start : start + CHUNK]])
            yield Batch([tick], {record.topic_partition: OffsetRange(0, record.offset)} if ranges else {})

    def _tick(self, record: Record) -> Incoming:
        if found := impostor(record, self._ticks.message):
            return found
        try:
            envelope = envelope_of(record)
            if envelope.type != self._ticks.message.TYPE:
                raise EnvelopeError(f"{envelope.type!r} is no tick")
            message, number = self._ticks.message.parse(record.body or b""), (envelope.source, envelope.key, envelope.version)
            return Incoming(record, envelope, message=message, handler=_move_time, number=number, id=envelope.id)
        except Exception as error:
            return Incoming(record).poisoned_by(error)

    async def _keys(self, connection: Connection, tick: Incoming) -> list[str]:
        if self._ticks.keys is None or tick.envelope is None:
            return []
        last = await tables.last_tick(connection)
        return [] if last and tick.envelope.time <= last else sorted(await self._ticks.keys(connection, tick.message))


async def _move_time(work: Work[Any], _tick: Any) -> None:
    await tables.tick(work.connection, work.at)
