"""Two replicas under kills, freezes and falling brokers and databases; then a checker that reads only the log and the database.

It knows nothing of the scenario: it says what must hold of any history.
"""

import asyncio
import random
import secrets
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from uuid import UUID

import asyncpg
import pytest

from chassis.migrate import migrate
from chassis.settings import Settings
from contracts.answers import CommandAnswered
from contracts.envelope import Envelope
from sesame_local import acls, topics
from sesame_local.kafka import Broker
from sesame_local.place import kafka_users
from sesame_local.postgres import Server
from sesame_local.process import Child
from tests.chassis.conftest import settings_of
from tests.chassis.sample import SERVICE, Add, Added, Poked
from tests.infra import Infra, free_port, role_password
from tests.log import Log, eventually
from tests.running import Process

SECONDS = 25.0
KEYS = [f"purse-{number}" for number in range(30)]
pytestmark = pytest.mark.timeout(400)


@dataclass
class Ground:
    """A broker and a database that may be killed and come back."""

    folder: Path
    broker: Broker
    server: Server
    children: dict[str, Child] = field(default_factory=dict)

    def start(self, name: str) -> None:
        command = self.broker.command if name == "kafka" else self.server.command
        self.children[name] = Child(command, self.folder / f"{name}.log")

    def fall(self, name: str) -> None:
        """kill -9, and up again."""
        self.children[name].kill()
        self.start(name)


@pytest.fixture
def ground() -> Iterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="sesame-storm-"))
    broker = Broker(folder / "kafka", free_port(), free_port(), {user: f"password-of-{user}" for user in kafka_users()})
    ground = Ground(folder, broker, Server(folder / "postgres", free_port(), "password-of-postgres", durable=False))
    try:
        for name, part in (("kafka", broker), ("postgres", ground.server)):
            part.prepare()
            ground.start(name)
        ground.server.postgres.wait_ready()
        broker.kafka.wait_ready()
        yield ground
    finally:
        for child in ground.children.values():
            child.kill()
        shutil.rmtree(folder, ignore_errors=True)


async def test_a_storm_loses_nothing_repeats_nothing_and_keeps_every_order(ground: Ground) -> None:
    infra, prefix = Infra(ground.server.postgres, lambda: ground.broker.kafka), f"{secrets.token_hex(3)}."
    acls.apply(ground.broker.kafka.admin(), topics.load(), prefix)
    dsn = await infra.postgres.create_database("billing", "billing", role_password("billing"))
    environment = infra.environment("billing", prefix, dsn)
    settings = settings_of(environment)
    await migrate(SERVICE, settings)
    async with Log(settings_of(infra.environment("admin", prefix, dsn))) as log:
        replicas = [_replica(environment, number) for number in range(2)]
        until = monotonic() + SECONDS
        sent, faults = await asyncio.gather(_writers(log, until), _storm(ground, replicas, environment, until))
        assert sent
        assert set(faults) == {"kill", "freeze", "kafka", "postgres"}
        await eventually(lambda: _all_answered(log, sent), 120)
        for replica in replicas:
            await replica.stop()
        assert await violations(log, settings, sent) == []


async def _writers(log: Log, until: float) -> set[UUID]:
    """Commands and events without pause; each was acknowledged by Kafka."""
    chance, sent = random.Random(1), set()
    while monotonic() < until:
        key = chance.choice(KEYS)
        if chance.random() < 0.2:
            await log.publish("events", log.envelope("surveys", key, Poked), Poked())
        else:
            sent.add(await log.command("billing", key, Add(amount=chance.choice([3, 2, -4]))))
        await asyncio.sleep(0.01)
    return sent


async def _storm(ground: Ground, replicas: list[Process], environment: dict[str, str], until: float) -> list[str]:
    """Each fault once at least, in an order that chance decides; what happened."""
    chance, done, rest = random.Random(2), [], ["kill", "freeze", "kafka", "postgres", "kill"]
    while rest or monotonic() < until:
        await asyncio.sleep(chance.uniform(0.5, 3))
        await _start_anew(replicas, environment)
        fault = rest.pop(chance.randrange(len(rest))) if rest else "kill"
        number = chance.randrange(2)
        if fault == "kill":
            replicas[number].kill()
            replicas[number] = _replica(environment, number)
        elif fault == "freeze":
            replicas[number].freeze(True)
            await asyncio.sleep(8)  # its session is over after 6
            replicas[number].freeze(False)
        else:
            await asyncio.to_thread(ground.fall, fault)
        done.append(fault)
    await _start_anew(replicas, environment)
    return done


def _replica(environment: dict[str, str], number: int) -> Process:
    return Process("tests.chassis.sample:SERVICE", environment | {"SESAME_REPLICA": str(number)})


async def _start_anew(replicas: list[Process], environment: dict[str, str]) -> None:
    """As a supervisor does: what ended because Kafka or PostgreSQL was away said so."""
    for number, replica in enumerate(replicas):
        if not replica.is_running:
            code, said = await replica.ended()
            assert (code, "cannot go on" in said) == (1, True), said
            replicas[number] = _replica(environment, number)


async def _all_answered(log: Log, sent: set[UUID]) -> bool:
    events = await log.messages()
    return sent <= {CommandAnswered.parse(body).command_id for envelope, body in events if envelope.type == CommandAnswered.TYPE}


async def violations(log: Log, settings: Settings, sent: set[UUID]) -> list[str]:
    """What does not hold of the log and the database."""
    wrong: list[str] = []
    events: dict[str, dict[int, tuple[Envelope, bytes]]] = defaultdict(dict)
    for envelope, body in await log.messages():
        if envelope.source != SERVICE.name:
            continue
        known = events[envelope.key]
        if envelope.version in known:
            if known[envelope.version] != (envelope, body):
                wrong.append(f"{envelope.key} has two events number {envelope.version}")
        elif envelope.version != len(known) + 1:
            wrong.append(f"{envelope.key} goes from {len(known)} to {envelope.version}")
        known[envelope.version] = (envelope, body)
    every = [event for known in events.values() for event in known.values()]
    answered = [CommandAnswered.parse(body).command_id for envelope, body in every if envelope.type == CommandAnswered.TYPE]
    if sorted(answered) != sorted(sent):
        wrong.append(f"{len(sent)} commands, {len(answered)} answers to {len(set(answered))} of them")
    return wrong + await _states_that_differ(settings, events)


async def _states_that_differ(settings: Settings, events: dict[str, dict[int, tuple[Envelope, bytes]]]) -> list[str]:
    wrong = []
    connection = await asyncpg.connect(settings.database)
    try:
        if await connection.fetchval("SELECT count(*) FROM parked"):
            wrong.append("something is parked")
        rows = await connection.fetch("SELECT key, version, (state->>'total')::int AS total FROM aggregates WHERE version > 0")
    finally:
        await connection.close()
    for row in rows:
        known = events[row["key"]]
        total = sum(Added.parse(body).amount for envelope, body in known.values() if envelope.type == Added.TYPE)
        if (len(known), total) != (row["version"], row["total"] or 0):
            wrong.append(f"{row['key']}: the log says {len(known)} events and {total}, the database {row['version']} and {row['total']}")
    return wrong
