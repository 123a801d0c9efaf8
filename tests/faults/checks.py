"""What must hold at the end, whatever happened: everything is drained, every recorded command has exactly one answer, and what the
auditor finds wrong is nothing.
"""

import asyncio
from collections import Counter
from time import monotonic

from pydantic import SecretStr

import auditor
from chassis.settings import EVENTS, Settings
from contracts.answers import CommandAnswered
from sesame_local.place import DATABASES, READER
from tests.faults.ground import Ground
from tests.log import Log


def settings_of(ground: Ground, user: str = READER) -> Settings:
    """Kafka as one who may read all of it."""
    return Settings(
        database="",
        kafka=ground.installation.broker.kafka.bootstrap,
        kafka_user=user,
        kafka_password=SecretStr(ground.place.secrets[f"kafka.{user}"]),
        kafka_security="SASL_PLAINTEXT",
    )


async def drained(ground: Ground, within: float) -> None:
    """Until every outbox is empty, every command answered, and everybody stands at the end of the log. Raises TimeoutError."""
    give_up = monotonic() + within
    while left := await _left(ground):
        if monotonic() > give_up:
            raise TimeoutError(f"not drained: {left}")
        await asyncio.sleep(0.3)


async def _left(ground: Ground) -> list[str]:
    left = []
    ends = await asyncio.to_thread(_ends, ground)
    for database in DATABASES:
        if rows := (await ground.fetch(database, "SELECT count(*) FROM outbox"))[0][0]:
            left.append(f"{rows} in the outbox of {database}")
        stands = {
            row["partition"]: row["offset"] for row in await ground.fetch(database, "SELECT * FROM positions WHERE topic = $1", EVENTS)
        }
        if behind := sum(end - 1 - stands.get(partition, -1) for partition, end in ends.items()):
            left.append(f"{database} is {behind} behind")
    if waiting := await ground.fetch("gateway", "SELECT id, type FROM commands WHERE answered_at IS NULL"):
        left.append(f"{len(waiting)} commands without an answer: {[(str(row['id']), row['type']) for row in waiting[:5]]}")
    return left


def _ends(ground: Ground) -> dict[int, int]:
    from confluent_kafka import TopicPartition
    from confluent_kafka.admin import OffsetSpec

    admin = ground.installation.broker.kafka.admin()
    partitions = admin.list_topics(EVENTS, timeout=10).topics[EVENTS].partitions
    asked = admin.list_offsets({TopicPartition(EVENTS, number): OffsetSpec.latest() for number in partitions})
    return {place.partition: future.result(10).offset for place, future in asked.items()}


async def wrong_answers(ground: Ground) -> list[str]:
    """The recorded commands that have not exactly one answer on the log, and what is parked."""
    wrong = []
    recorded = {str(row["id"]): row["type"] for row in await ground.fetch("gateway", "SELECT id, type FROM commands")}
    async with Log(settings_of(ground, "admin")) as log:
        distinct = {
            (envelope.source, envelope.key, envelope.version): str(CommandAnswered.parse(body).command_id)
            for envelope, body in await log.messages()
            if envelope.type == CommandAnswered.TYPE
        }
    answered = Counter(distinct.values())
    for id_, type_ in recorded.items():
        if answered[id_] != 1:
            wrong.append(f"{type_} {id_} has {answered[id_]} answers")
    wrong += [f"an answer to {id_}, which nobody asked" for id_ in answered if id_ not in recorded]
    for database in DATABASES:
        for row in await ground.fetch(database, "SELECT topic, error FROM parked"):
            wrong.append(f"{database} has parked a message of {row['topic']}: {(row['error'] or 'it waits').strip()[-300:]}")
    return wrong


async def audited(ground: Ground) -> list[str]:
    """What the auditor finds wrong."""
    told = ground.installation.audited()
    return [str(finding) for finding in await auditor.audit(_read(told))]


def _read(told: dict[str, str]) -> "auditor.AuditSettings":
    import json

    return auditor.AuditSettings(
        kafka=told["SESAME_KAFKA"],
        kafka_user=told["SESAME_KAFKA_USER"],
        kafka_password=SecretStr(told["SESAME_KAFKA_PASSWORD"]),
        kafka_security="SASL_PLAINTEXT",
        databases=json.loads(told["SESAME_DATABASES"]),
        secrets=tuple(SecretStr(secret) for secret in json.loads(told["SESAME_SECRETS"])),
        files=tuple(json.loads(told["SESAME_FILES"])),
    )
