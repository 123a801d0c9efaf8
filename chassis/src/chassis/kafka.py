"""How to reach Kafka with aiokafka's own clients, and what a record of theirs is here."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Set
from datetime import UTC, datetime
from math import inf
from time import monotonic
from types import MappingProxyType
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaError

from .record import Partition, Record
from .settings import Settings
from .tls import trusting
from .trouble import Trouble

REQUEST = 15_000
"""Milliseconds that a broker has to answer; then the connection is given up, and another made."""


def client_options(settings: Settings) -> dict[str, Any]:
    """For aiokafka's consumers, producers and admin clients. Raises Trouble without a user."""
    if not settings.kafka_user:
        raise Trouble("Nobody comes to Kafka without a name: set SESAME_KAFKA_USER and SESAME_KAFKA_PASSWORD.")
    return {
        "bootstrap_servers": settings.kafka,
        "client_id": settings.kafka_user,
        "request_timeout_ms": REQUEST,
        "security_protocol": settings.kafka_security,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": settings.kafka_user,
        "sasl_plain_password": settings.kafka_password.get_secret_value(),
        "ssl_context": tls(settings),
    }


def tls(settings: Settings) -> ssl.SSLContext | None:
    """How the connection is encrypted; None when it is not. Raises Trouble."""
    return trusting(settings.kafka_ca) if settings.kafka_security == "SASL_SSL" else None


def as_record(raw: ConsumerRecord) -> Record:
    """What aiokafka read."""
    written = datetime.fromtimestamp(max(raw.timestamp, 0) / 1000, UTC)
    return Record(raw.topic, raw.partition, raw.offset, raw.key, raw.headers, raw.value, written)


async def records(
    settings: Settings, topics: Set[str], after: Mapping[Partition, int] = MappingProxyType({}), patience: float = inf
) -> AsyncIterator[Record]:
    """Every record of `topics` behind the offsets in `after`, in order in each partition, up to where each ends now; without a group.

    Raises TimeoutError when nothing comes for `patience` seconds though there should be something.
    """
    consumer = AIOKafkaConsumer(**client_options(settings), auto_offset_reset="earliest")
    try:
        await consumer.start()
        places = [TopicPartition(topic, number) for topic, numbers in (await partitions(settings, topics)).items() for number in numbers]
        places = [place for place in places if place.topic in topics]
        begins, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        nexts = {place: max(begins[place], after.get((place.topic, place.partition), -1) + 1) for place in places}
        unread = [place for place in places if nexts[place] < ends[place]]
        consumer.assign(unread)
        for place in unread:
            consumer.seek(place, nexts[place])
        heard = monotonic()
        while unread:
            if monotonic() - heard > patience:
                raise TimeoutError
            for place, raw in (await consumer.getmany(*unread, timeout_ms=200)).items():
                heard = monotonic()
                for record in raw:
                    if record.offset < ends[place]:
                        yield as_record(record)
            unread = [place for place in unread if await consumer.position(place) < ends[place]]
    finally:
        await consumer.stop()


async def partitions(settings: Settings, wanted: Set[str] = frozenset()) -> dict[str, set[int]]:
    """Every topic that this principal may see, and its partitions.

    Raises Trouble when one that is `wanted` is not among them; KafkaError or OSError, the one that says why.
    """
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
        found = {topic["topic"]: {each["partition"] for each in topic["partitions"]} for topic in await admin.describe_topics()}
    except KafkaError:
        await _say_why(settings)
        raise
    finally:
        await admin.close()
    if missing := wanted - found.keys():
        raise Trouble(
            "These topics do not exist, or the Kafka user “{user}” has no right to them: {topics}. Apply the topics and their ACLs.",
            user=settings.kafka_user,
            topics=", ".join(sorted(missing)),
        )
    return found


async def ends(settings: Settings, topics: Set[str]) -> dict[Partition, int]:
    """The last offset of each partition of `topics`; -1 of one that holds nothing. Raises as `partitions`."""
    consumer = AIOKafkaConsumer(**client_options(settings))
    try:
        await consumer.start()
        found = await partitions(settings, topics)
        places = [TopicPartition(topic, number) for topic in topics for number in found[topic]]
        return {(place.topic, place.partition): end - 1 for place, end in (await consumer.end_offsets(places)).items()}
    finally:
        await consumer.stop()


async def delete_before(settings: Settings, begins: Mapping[Partition, int]) -> None:
    """Forgets what stands before these offsets, as retention does. A leader that changes just now is waited for. Raises KafkaError."""
    if not (gone := {TopicPartition(*place): RecordsToDelete(begin) for place, begin in begins.items() if begin}):
        return
    admin, give_up = AIOKafkaAdminClient(**client_options(settings)), monotonic() + REQUEST / 1000
    try:
        await admin.start()
        while True:
            try:
                await admin.delete_records(gone)
                return
            except KafkaError as error:
                if not error.retriable or monotonic() > give_up:
                    raise
            await asyncio.sleep(0.2)
    finally:
        await admin.close()


async def _say_why(settings: Settings) -> None:
    """aiokafka's clients only say that they could not connect: a connection of our own says why."""
    host, _, port = settings.kafka.split(",")[0].rpartition(":")
    options = {name: value for name, value in client_options(settings).items() if name != "bootstrap_servers"}
    (await create_conn(host, int(port), **options)).close()
