"""Folds the topics of a service into its database up to where they end now, without a consumer group: how views are built anew."""

from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, TopicPartition

from . import kafka, positions
from .batch import Engine, Span
from .db import connect
from .reading import readers
from .service import Service
from .settings import CALENDAR, Settings

BATCH = 500


async def catch_up(service: Service, settings: Settings, tell: Callable[[int, int], None] = lambda *_: None) -> int:
    """Reads every topic but the calendar from where `settings`' database stands to its present end; how many records that were.

    A day is not done again: it rests on what was known on that day. `tell(done, total)` is called after each batch. Raises KafkaError,
    and what the database raises; what was read until then is kept.
    """
    engine = Engine(service, settings)
    found = {topic: reader for topic, reader in readers(service, settings).items() if topic != settings.topic(CALENDAR)}
    connection = await connect(settings)
    consumer = AIOKafkaConsumer(**kafka.client_options(settings), fetch_max_wait_ms=20, auto_offset_reset="earliest")
    try:
        await consumer.start()
        partitions = await kafka.partitions(settings)
        stored = {
            TopicPartition(topic, partition): offset
            for topic in found
            for partition, offset in (await positions.open_all(connection, topic, sorted(partitions[topic]))).items()
        }
        starts, ends = await consumer.beginning_offsets(list(stored)), await consumer.end_offsets(list(stored))
        total = sum(max(0, ends[place] - max(offset + 1, starts[place])) for place, offset in stored.items())
        consumer.assign(list(stored))
        for place, offset in stored.items():
            consumer.seek(place, max(offset + 1, starts[place]))
        done = 0
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for place, records in (await consumer.getmany(timeout_ms=200, max_records=BATCH)).items():
                span = {(place.topic, place.partition): Span(records[0].offset, records[-1].offset, gap_is_real=True)}
                await engine.apply(connection, [item for record in records if (item := found[place.topic].sort(record))], span)
                done += len(records)
            tell(done, max(total, done))
        return done
    finally:
        await consumer.stop()
        await connection.close()
