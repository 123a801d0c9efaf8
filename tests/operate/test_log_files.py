"""The log as files (`python -m backup take --log`), and back in topics that are new: every record has the place that it had."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep

import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from backup import log as of_backups
from backup.settings import BackupSettings
from chassis import kafka
from sesame_local import acls, topics
from sesame_local.place import READER
from tests.forks import Forked, python_m
from tests.infra import Infra, few_partitions
from tests.log import Log

pytestmark = pytest.mark.timeout(300)
Contents = Mapping[tuple[str, int, int], tuple[object, ...]]


async def contents(settings: BackupSettings) -> Contents:
    """What stands at each place of each topic."""
    found = {}
    async with Log(settings) as log:
        for topic in of_backups.TOPICS:
            for record in await log.records(topic):
                found[topic, record.partition, record.offset] = told(record)
    return found


def told(record: ConsumerRecord) -> tuple[object, ...]:
    return record.key, record.value, record.timestamp, tuple(record.headers)


async def say(settings: BackupSettings) -> None:
    """Records of all kinds, and holes: where a transaction ended no reader finds anything, as where something was compacted away."""
    options = kafka.client_options(settings)
    async with AIOKafkaProducer(**options) as producer:
        for number in range(300):
            headers = [("ce_id", str(number).encode()), ("nothing", None)]
            await producer.send(
                settings.topic("events"), b"{%d}" % number, b"key", headers=headers, timestamp_ms=1_800_000_000_000 + number
            )
            await producer.send(settings.topic("billing.commands"), b"x" * 2000, str(number).encode())
        await producer.flush()
    async with AIOKafkaProducer(**options, transactional_id=settings.topic("holes")) as producer:
        for number in range(5):
            async with producer.transaction():
                await producer.send_and_wait(settings.topic("personal"), None if number == 3 else b"sheet", str(number).encode(), 0)


def renew(admin: AdminClient, prefix: str) -> None:
    """The topics are lost, and made anew as the table says."""
    names = [prefix + name for name in of_backups.TOPICS]
    for future in admin.delete_topics(names).values():
        future.result(30)
    give_up = monotonic() + 30
    while set(names) & admin.list_topics(timeout=10).topics.keys() and monotonic() < give_up:
        sleep(0.1)
    acls.apply(admin, few_partitions(topics.load()), prefix)


async def test_every_record_comes_back_to_its_place(infra: Infra, tmp_path: Path) -> None:
    folder, prefix = tmp_path / "backup", infra.fresh_topics(READER)
    told_of = infra.environment("admin", prefix) | {"SESAME_DATABASES": "{}"}
    settings = BackupSettings(
        databases={},
        **{name.removeprefix("SESAME_").lower(): value for name, value in told_of.items() if "KAFKA" in name or "TOPIC" in name},
    )

    async def operates(*arguments: object) -> tuple[int, str]:
        fork = await asyncio.to_thread(Forked, python_m, "backup", *map(str, arguments), environment=told_of)
        return await fork.ended(120)

    await say(settings)
    admin = infra.kafka.admin()
    commands = [TopicPartition(settings.topic("billing.commands"), number, 20) for number in range(infra.partitions)]
    for future in admin.delete_records(commands).values():
        future.result(30)
    before, stood = await contents(settings), await of_backups.stands(settings)
    assert stood[0]["billing.commands"] == dict.fromkeys(range(infra.partitions), 20)
    assert ("personal", 0, 8) in before and ("personal", 0, 7) not in before, "there are holes"
    code, said = await operates("take", folder, "--log")
    assert code == 0, said
    code, said = await operates("restore-log", folder)
    assert code == 1 and "n’est pas vide" in said, said

    await asyncio.to_thread(renew, admin, prefix)
    code, said = await operates("restore-log", folder)
    assert code == 0, said
    after = await contents(settings)
    assert await of_backups.stands(settings) == stood
    assert {place: after[place] for place in before} == before
    holes = after.keys() - before.keys()
    assert holes == {("personal", 0, offset) for offset in (1, 3, 5, 7, 9)}
    assert all(after[place] in (before.get((*place[:2], place[2] + 1)), before[*place[:2], place[2] - 1]) for place in holes), "repeats"

    (folder / "events.log.gz").write_bytes(b"something else")
    code, said = await operates("restore-log", folder)
    assert code == 1 and "abîmée" in said, said
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"log": {}}))
    code, said = await operates("restore-log", folder)
    assert code == 1 and "--log" in said, said
