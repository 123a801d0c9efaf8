"""Folds the topics of a service into its database without a consumer group: all of them up to where they end now, which is how views are
built anew; or what one topic says of one key, up to an instant.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from aiokafka import AIOKafkaConsumer, TopicPartition

from .. import kafka
from ..db import Connection, connect
from ..engine import tables
from ..engine.batch import Batch, Engine, OffsetRange
from ..record import Partition
from ..service import Service
from ..settings import Settings
from .reader import Reader
from .readers import readers

BATCH = 500


async def catch_up(service: Service, settings: Settings, tell: Callable[[int, int], None] = lambda *_: None) -> int:
    """Reads every topic of `service` from where `settings`' database stands to its present end; how many records that were.

    `tell(done, total)` is called after each batch. Raises KafkaError, and what the database raises; what was read until then is kept.
    """
    by_topic = readers(service, settings)
    connection = await connect(settings, statement=None)
    consumer = AIOKafkaConsumer(**kafka.client_options(settings), fetch_max_wait_ms=20, auto_offset_reset="earliest")
    try:
        await consumer.start()
        partitions = await kafka.partitions(settings)
        stored = {
            TopicPartition(topic, partition): offset
            for topic in by_topic
            for partition, offset in (await tables.open_positions(connection, topic, sorted(partitions[topic]))).items()
        }
        starts, ends = await consumer.beginning_offsets(list(stored)), await consumer.end_offsets(list(stored))
        total = sum(max(0, ends[topic_partition] - max(offset + 1, starts[topic_partition])) for topic_partition, offset in stored.items())
        consumer.assign(list(stored))
        for topic_partition, offset in stored.items():
            consumer.seek(topic_partition, max(offset + 1, starts[topic_partition]))
        done = 0
        while any([await consumer.position(topic_partition) < end for topic_partition, end in ends.items()]):
            done += await _apply_next(consumer, Engine(service, settings), by_topic, connection)
            tell(done, max(total, done))
        return done
    finally:
        await consumer.stop()
        await connection.close()


async def _apply_next(consumer: AIOKafkaConsumer, engine: Engine, by_topic: Mapping[str, Reader], connection: Connection) -> int:
    """What comes next; how many records that were."""
    count = 0
    for topic_partition, raw in (await consumer.getmany(timeout_ms=200, max_records=BATCH)).items():
        records = [kafka.as_record(record) for record in raw]
        ranges = {(topic_partition.topic, topic_partition.partition): OffsetRange(0, records[-1].offset)}
        async for batch in by_topic[topic_partition.topic].batches(connection, records, ranges):
            await engine.apply(connection, batch)
        count += len(records)
    return count


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where the records of a key stand: in this partition, from the first of these offsets to the last."""

    partition: Partition
    first: int
    last: int

    @property
    def length(self) -> int:
        """How many records there are, of any key."""
        return self.last + 1 - self.first


async def catch_up_with(service: Service, settings: Settings, key: str, stretch: Stretch, before: datetime) -> AsyncIterator[int]:
    """Folds the messages of `key` alone into `settings`' database, in their order, up to the first that is not before this instant.

    Kafka keeps no index of keys: others' records are passed over unread. Yields, now and then, how many of the stretch are behind it.
    Raises KafkaError, and what the database raises.
    """
    place, reader, engine = TopicPartition(*stretch.partition), readers(service, settings)[stretch.partition[0]], Engine(service, settings)
    connection = await connect(settings)
    consumer = AIOKafkaConsumer(**kafka.client_options(settings), fetch_max_wait_ms=20, auto_offset_reset="earliest")
    try:
        await consumer.start()
        consumer.assign([place])
        consumer.seek(place, max(stretch.first, (await consumer.beginning_offsets([place]))[place]))
        while (position := await consumer.position(place)) <= stretch.last:
            yield position - stretch.first
            raw = (await consumer.getmany(place, timeout_ms=200, max_records=BATCH)).get(place, ())
            records = [kafka.as_record(each) for each in raw if each.key == key.encode() and each.offset <= stretch.last]
            said = [incoming for record in records if (incoming := reader.read(record))]
            known = list(takewhile(lambda incoming: incoming.envelope is None or incoming.envelope.time < before, said))
            if known:
                await engine.apply(connection, Batch(known))
            if len(known) < len(said):
                return
    finally:
        await consumer.stop()
        await connection.close()
