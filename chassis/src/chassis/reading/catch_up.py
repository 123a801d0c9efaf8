"""Folds the topics of a service into its database up to where they end now, without a consumer group: how views are built anew."""

from collections.abc import Callable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

from .. import kafka
from ..db import Connection, connect
from ..engine import tables
from ..engine.batch import Engine, OffsetRange
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
