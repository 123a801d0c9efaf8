"""The topics of a service from where its database stands: partition by partition, as far as is asked for."""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition

from .. import kafka
from ..engine.incoming import Incoming
from ..reading.reader import Reader
from ..record import Partition
from ..settings import Settings

BATCH = 500


@dataclass(slots=True)
class Stream:
    """One partition, read on from a position."""

    consumer: AIOKafkaConsumer
    reader: Reader
    place: TopicPartition
    position: int
    """The last offset that was taken."""
    start: int
    end: int
    """The offset of the first record that is there, and the one after the last."""
    _waiting: deque[Incoming] = field(default_factory=deque)
    _touching: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The offsets of those that touch a key."""

    @property
    def partition(self) -> Partition:
        """Whose it is."""
        return self.place.topic, self.place.partition

    async def fetch(self, last: int) -> None:
        """Reads ahead, to the offset `last` or the end."""
        while await self.consumer.position(self.place) <= min(last, self.end - 1):
            raw = await self.consumer.getmany(self.place, timeout_ms=500, max_records=BATCH)
            for record in map(kafka.as_record, raw.get(self.place, ())):
                if incoming := self.reader.read(record):
                    self._waiting.append(incoming)
                    for key in incoming.keys:
                        self._touching[key].append(record.offset)

    def last_touching(self, keys: Iterable[str], last: int) -> int:
        """The last offset up to `last`, of those read ahead, at which stands what touches one of `keys`; -1 when there is none."""
        found = -1
        for key in keys:
            offsets = self._touching.get(key, [])
            if place := bisect_right(offsets, last):
                found = max(found, offsets[place - 1])
        return found

    def at(self, offset: int) -> Incoming | None:
        """What was read ahead and stands there; it stays to be taken."""
        return next((incoming for incoming in self._waiting if incoming.record.offset == offset), None)

    def take(self, last: int) -> list[Incoming]:
        """What was read ahead up to the offset `last`, in order: from now on it is done."""
        taken = []
        while self._waiting and self._waiting[0].record.offset <= last:
            taken.append(self._waiting.popleft())
        self.position = max(self.position, last)
        return taken


@asynccontextmanager
async def streams(
    settings: Settings, readers: Mapping[str, Reader], positions: Mapping[Partition, int]
) -> AsyncIterator[Mapping[Partition, Stream]]:
    """Each partition of `positions` from there on, read by its topic's reader."""
    places = {TopicPartition(*partition): offset for partition, offset in positions.items()}
    async with _consumer(settings) as consumer:
        starts, ends = await consumer.beginning_offsets(list(places)), await consumer.end_offsets(list(places))
        consumer.assign(list(places))
        for place, offset in places.items():
            consumer.seek(place, max(offset + 1, starts[place]))
        yield {
            (place.topic, place.partition): Stream(consumer, readers[place.topic], place, offset, starts[place], ends[place])
            for place, offset in places.items()
        }


@asynccontextmanager
async def _consumer(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(**kafka.client_options(settings), auto_offset_reset="earliest", fetch_max_wait_ms=20)
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()
