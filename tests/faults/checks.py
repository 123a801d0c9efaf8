"""What must hold at the end, whatever happened: everything is drained, every recorded command has exactly one answer, and what the
auditor finds wrong is nothing.
"""

import asyncio
import json
from collections import Counter
from time import monotonic

from confluent_kafka import TopicPartition
from confluent_kafka.admin import OffsetSpec
from pydantic import SecretStr

from actions.app import service as actions
from auditor import AuditSettings, Finding, audit
from billing.app import service as billing
from chassis.service import Service
from chassis.settings import Settings
from contracts.answers import CommandAnswered
from declarations.app import service as declarations
from gateway.worker.service import service as gateway
from identity.app import service as identity
from sesame_local.place import DATABASES, READER
from sesame_local.supervise import PROCESSES
from surveys.app import service as surveys
from tests.faults.ground import Ground
from tests.log import Log

SERVICES: tuple[Service, ...] = (identity, actions, declarations, billing, surveys, gateway)


def settings_of(ground: Ground, user: str = READER) -> Settings:
    """Kafka as one who may read all of it."""
    return Settings(
        database="",
        kafka=ground.installation.broker.kafka.bootstrap,
        kafka_user=user,
        kafka_password=SecretStr(ground.place.secrets[f"kafka.{user}"]),
        kafka_security="SASL_PLAINTEXT",
    )


async def undrained(ground: Ground, within: float) -> list[str]:
    """What is left of outboxes, of commands without an answer, of what nobody has read and of invoices without a document, once nothing is,
    or when time is up.
    """
    give_up = monotonic() + within
    while (left := await _left(ground)) and monotonic() < give_up:  # noqa: ASYNC110
        await asyncio.sleep(0.3)
    return left


async def _left(ground: Ground) -> list[str]:
    left = []
    ends = await asyncio.to_thread(_ends, ground)
    for database in DATABASES:
        if rows := (await ground.fetch(database, "SELECT count(*) FROM outbox"))[0][0]:
            left.append(f"{rows} in the outbox of {database}")
    for service in SERVICES:
        stands = {(row["topic"], row["partition"]): row["offset"] for row in await ground.fetch(service.name, "SELECT * FROM positions")}
        for topic in sorted({subscription.topic for subscription in service.subscriptions}):
            behind = sum(end - 1 - stands.get(place, -1) for place, end in ends.items() if place[0] == topic)
            if behind:
                left.append(f"{service.name} is {behind} behind on {topic}")
    if waiting := await ground.fetch("gateway", "SELECT id, type FROM commands WHERE answered_at IS NULL"):
        left.append(f"{len(waiting)} commands without an answer: {[(str(row['id']), row['type']) for row in waiting[:5]]}")
    unprinted = "FROM invoices i WHERE NOT EXISTS (SELECT FROM invoice_documents d WHERE d.invoice_id = i.invoice_id)"
    if count := (await ground.fetch("gateway", f"SELECT count(*) {unprinted}"))[0][0]:
        left.append(f"{count} invoices without a document")
    return left


def _ends(ground: Ground) -> dict[tuple[str, int], int]:
    """Where every partition of the topics that services read ends."""
    admin = ground.installation.broker.kafka.admin()
    known, read = (
        admin.list_topics(timeout=10).topics,
        {subscription.topic for service in SERVICES for subscription in service.subscriptions},
    )
    asked = {TopicPartition(topic, number): OffsetSpec.latest() for topic in read for number in known[topic].partitions}
    return {(place.topic, place.partition): future.result(10).offset for place, future in admin.list_offsets(asked).items()}


async def wrong_answers(ground: Ground) -> list[str]:
    """The recorded commands that have not exactly one answer on the log, and what is parked."""
    wrong = []
    await ground.note_commands()
    async with Log(settings_of(ground, "admin")) as log:
        distinct = {
            (envelope.source, envelope.key, envelope.version): CommandAnswered.parse(body).command_id
            for envelope, body in await log.messages()
            if envelope.type == CommandAnswered.TYPE
        }
    answered = Counter(distinct.values())
    for id_, row in ground.recorded.items():
        if answered[id_] != 1:
            wrong.append(f"{row['type']} {id_} has {answered[id_]} answers")
    wrong += [f"an answer to {id_}, which nobody asked" for id_ in answered if id_ not in ground.recorded]
    for database in DATABASES:
        for row in await ground.fetch(database, "SELECT topic, error FROM parked"):
            wrong.append(f"{database} has parked a message of {row['topic']}: {(row['error'] or 'it waits').strip()[-300:]}")
    return wrong


async def refused(ground: Ground) -> list[str]:
    """The commands that were refused: people do what pages offer them, and nothing of that may be."""
    await ground.note_commands()
    rows = [row for row in ground.recorded.values() if row["faults"] not in {None, "[]"}]
    return [f"{row['type']} {row['id']} of {row['key']} is refused: {row['faults']}" for row in rows]


async def audited(ground: Ground) -> list[Finding]:
    """What the auditor finds wrong; the logs and metrics of replicas are looked through too."""
    logs = [log for log in ground.place.logs.glob("*.log") if log.stem.removesuffix("-2") in PROCESSES]
    theirs = {
        "SESAME_ADDRESSES": json.dumps([f"{running.health}/metrics" for running in ground.processes.values()]),
        "SESAME_FILES": json.dumps(sorted(map(str, logs))),
    }
    return await audit(AuditSettings.told(ground.installation.audited() | theirs))
