"""The log itself as files, a topic each, and its way into a fresh cluster, where every record gets the place that it had.

Databases and messages name records by their places, so these must be the same. Where nothing is left, there is a hole: at the beginning of
what is kept for a while, something is written and deleted again; in the middle, where compaction was, the next record stands twice, which
every reader takes for a repeat.
"""

import gzip
import struct
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from gzip import GzipFile
from pathlib import Path

from aiokafka import AIOKafkaProducer

from chassis import kafka
from chassis.record import Record
from chassis.settings import Settings
from chassis.trouble import Trouble

from . import log
from .manifest import Manifest, Offsets, Part, part

HEAD, HEADER = struct.Struct(">iqqiiH"), struct.Struct(">Hi")
"""Of a record: partition, offset, when it was written (ms), sizes of key and body (-1: none), how many headers; of a header: two sizes."""
FAST = 1
"""gzip's level."""
AT_ONCE = 4 * 1024 * 1024
"""Bytes that are on their way to Kafka at most."""
PATIENCE = 60
"""Seconds without a record where there should be one."""
LONG_AGO = datetime.fromtimestamp(1, UTC)


async def take(settings: Settings, folder: Path, ends: Offsets) -> Mapping[str, Part]:
    """Every record before `ends`, in a file for each topic. Raises what Kafka raises."""
    files = {topic: folder / f"{topic}.log.gz" for topic in log.TOPICS}
    with ExitStack() as stack:
        opened = {topic: stack.enter_context(gzip.open(file, "wb", FAST)) for topic, file in files.items()}
        async for record in kafka.records(settings, {settings.topic(topic) for topic in files}, patience=PATIENCE):
            topic = record.topic.removeprefix(settings.topic_prefix)
            if record.offset < ends[topic][record.partition]:
                write(opened[topic], record)
    return {topic: part(file) for topic, file in files.items()}


def write(file: GzipFile, record: Record) -> None:
    """Puts a record at the end of `file`."""
    sizes = (_size(record.key), _size(record.body), len(record.headers))
    file.write(HEAD.pack(record.partition, record.offset, _milliseconds(record), *sizes) + (record.key or b"") + (record.body or b""))
    for name, value in record.headers:
        file.write(HEADER.pack(len(name.encode()), _size(value)) + name.encode() + (value or b""))


def read(file: GzipFile, topic: str) -> Iterator[Record]:
    """The records of a file, as they were written."""
    while head := file.read(HEAD.size):
        partition, offset, written, key_size, body_size, count = HEAD.unpack(head)
        key, body = _bytes(file, key_size), _bytes(file, body_size)
        headers = [_header(file) for _ in range(count)]
        yield Record(topic, partition, offset, key, headers, body, datetime.fromtimestamp(written / 1000, UTC))


async def put_back(settings: Settings, manifest: Manifest, folder: Path) -> None:
    """Every record into the topics, which are there and empty. Raises Trouble when they are not, and what Kafka raises."""
    await _find_empty(settings, manifest)
    options = kafka.client_options(settings)
    limit = settings.max_message_bytes + 1024 * 1024
    async with AIOKafkaProducer(**options, enable_idempotence=True, max_request_size=limit) as producer:
        for topic in log.TOPICS:
            await _put_back(settings, producer, topic, folder / f"{topic}.log.gz", manifest)
    _, ends = await log.stands(settings)
    if ends != manifest.ends:
        raise Trouble("Le journal n’est pas revenu à sa place : recréez tous les topics, et recommencez, tous les processus arrêtés.")


async def _find_empty(settings: Settings, manifest: Manifest) -> None:
    _, ends = await log.stands(settings)
    for topic, offsets in manifest.ends.items():
        if ends[topic].keys() != offsets.keys():
            raise Trouble(
                "{topic} a {number} partitions, et en avait {before} : recréez-le comme il était. Rien n’a été changé.",
                topic=topic,
                number=len(ends[topic]),
                before=len(offsets),
            )
        if any(ends[topic].values()):
            raise Trouble(
                "{topic} n’est pas vide : le journal n’est remis que dans des topics neufs, processus arrêtés. Rien n’a été changé.",
                topic=topic,
            )


async def _put_back(settings: Settings, producer: AIOKafkaProducer, name: str, file: Path, manifest: Manifest) -> None:
    topic, begins, ends = settings.topic(name), manifest.begins[name], manifest.ends[name]
    for partition, begin in begins.items():
        await _send(producer, Record(topic, partition, 0, b"", [], b"", LONG_AGO), begin)
    await producer.flush()
    await kafka.delete_before(settings, {(topic, partition): begin for partition, begin in begins.items()})
    nexts, on_their_way = dict(begins), 0
    last = {partition: Record(topic, partition, 0, b"", [], None, LONG_AGO) for partition in ends}
    with gzip.open(file, "rb") as opened:
        for record in read(opened, topic):
            await _send(producer, record, record.offset - nexts[record.partition] + 1)
            nexts[record.partition], last[record.partition] = record.offset + 1, record
            on_their_way += HEAD.size + len(record.body or b"")
            if on_their_way > AT_ONCE:
                await producer.flush()
                on_their_way = 0
    for partition, end in ends.items():
        await _send(producer, last[partition], end - nexts[partition])
    await producer.flush()


async def _send(producer: AIOKafkaProducer, record: Record, times: int) -> None:
    for _ in range(times):
        await producer.send(record.topic, record.body, record.key, record.partition, _milliseconds(record), list(record.headers))


def _milliseconds(record: Record) -> int:
    return round(record.timestamp.timestamp() * 1000)


def _size(value: bytes | None) -> int:
    return -1 if value is None else len(value)


def _bytes(file: GzipFile, size: int) -> bytes | None:
    return None if size < 0 else file.read(size)


def _header(file: GzipFile) -> tuple[str, bytes | None]:
    name, value = HEADER.unpack(file.read(HEADER.size))
    return file.read(name).decode(), _bytes(file, value)
