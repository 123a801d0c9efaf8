"""The topic `calendar`: what is the last day on it, and the days that follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import uuid5

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from chassis import tracing
from chassis.kafka import client_options
from chassis.settings import Settings
from contracts.calendar import CALENDAR, DayStarted
from contracts.envelope import NAMESPACE, Envelope

from .days import midnight, missing

SOURCE, KEY = "clock", "day"


class ClockSettings(Settings):
    """The clock has no database."""

    leaves_out: ClassVar[frozenset[str]] = frozenset(
        {"database", "search_path", "replica", "max_message_bytes", "http_host", "http_port", "http_certificate", "http_key"}
    )
    database: str = ""


@dataclass(frozen=True)
class LastDay:
    """The last day on the topic, and the offset of its record."""

    day: date
    offset: int


async def catch_up(settings: Settings, today: date) -> LastDay:
    """Publishes every day after the last on the topic, up to `today`, and returns the last that is there now.

    Raises aiokafka's errors; what had been published by then is there, and the next call goes on after it.
    """
    last = await _last(settings)
    days = missing(last.day if last else None, today)
    if not days:
        assert last is not None  # an empty calendar misses today
        return last
    return await _publish(settings, days)


async def _last(settings: Settings) -> LastDay | None:
    place = TopicPartition(settings.topic(CALENDAR), 0)
    consumer = AIOKafkaConsumer(**client_options(settings), enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        if end == 0:
            return None
        consumer.seek(place, end - 1)
        record = await consumer.getone(place)
        return LastDay(DayStarted.parse(record.value or b"").day, record.offset)
    finally:
        await consumer.stop()


async def _publish(settings: Settings, days: Iterable[date]) -> LastDay:
    producer = AIOKafkaProducer(**client_options(settings), enable_idempotence=True, acks="all")
    await producer.start()
    try:
        for day in days:
            last = LastDay(day, await _send(producer, settings.topic(CALENDAR), day))
        return last
    finally:
        await producer.stop()


async def _send(producer: AIOKafkaProducer, topic: str, day: date) -> int:
    """The offset of the day's record, with which a trace begins: what the day brings about, everywhere."""
    with tracing.begun(f"send {topic}", "PRODUCER", **{"messaging.system": "kafka", "messaging.destination.name": topic}):
        headers = envelope(day, tracing.current()).headers()
        sent = await producer.send_and_wait(topic, DayStarted(day=day).body(), key=KEY.encode(), headers=headers)
        offset: int = sent.offset
        return offset


def envelope(day: date, trace: str | None = None) -> Envelope:
    """The same for the same day, whoever publishes it, but for its trace: readers drop a day that comes twice by its version, the day's
    ordinal.
    """
    id = uuid5(NAMESPACE, f"calendar/{day.isoformat()}")
    return Envelope(id, SOURCE, DayStarted.TYPE, KEY, day.toordinal(), midnight(day), id, trace=trace)
