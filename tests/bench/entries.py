"""Hour entries through `declarations` and `billing`: Kafka → rules → PostgreSQL → Kafka, against the usual design and against the floor.

All three have the same Kafka and PostgreSQL, the same open actions, the same entries; they take turns, so that what else the machine
does hits all. Each starts its own processes, waits until they idle, gets its backlog at once, and is done when both have read to the end.
"""

import asyncio
import os
import pickle
import sys
import tempfile
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

import asyncpg
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from billing.app import service as billing
from chassis import kafka
from chassis.migrate import migrate
from chassis.settings import Settings
from declarations.app import service as declarations
from tests.infra import Infra, local

from . import cpu, floor, usual
from .backlog import Backlog, Sent
from .row import Result

COMMANDS, EVENTS = "declarations.commands", "events"
ROUNDS = 3
SETTLE = 3.0
"""Seconds between a side's start and its backlog: joining groups is no work."""
HANDLED = {
    kind.TYPE.encode() for subscription in billing.subscriptions if hasattr(subscription, "handlers") for kind in subscription.handlers
}


@dataclass(frozen=True)
class Turn:
    """One side's turn: entries, seconds, and CPU seconds of its processes, of Kafka and of PostgreSQL."""

    entries: int
    seconds: float
    cpu: dict[str, float]

    @property
    def each(self) -> float:
        """Milliseconds of CPU for one entry, everything counted."""
        return 1000 * sum(self.cpu.values()) / self.entries


@dataclass
class Side(ABC):
    """One way to do it: topics, databases and a backlog of its own."""

    infra: Infra
    producer: AIOKafkaProducer
    onlooker: AIOKafkaConsumer
    folder: Path
    backlog: Backlog = field(default_factory=Backlog)
    prefix: str = ""
    databases: dict[str, str] = field(default_factory=dict)
    _looks: dict[str, asyncpg.Connection] = field(default_factory=dict)
    """Connections to the databases, kept: to make one costs more than to look."""

    def settings(self, principal: str) -> Settings:
        values = self.infra.environment(principal, self.prefix, self.databases.get(principal, "unused"))
        return Settings.model_validate({name.removeprefix("SESAME_").lower(): value for name, value in values.items()})

    async def prepare(self) -> None:
        """Its topics and databases."""
        self.prefix = await asyncio.to_thread(self.infra.fresh_topics, "declarations", "billing", "gateway")
        for name in ("declarations", "billing"):
            self.databases[name] = await self.infra.fresh_database(name)

    async def close(self) -> None:
        """Lets the databases go."""
        for connection in self._looks.values():
            await connection.close()

    async def fetch(self, name: str, query: str) -> list[asyncpg.Record]:
        """What a database says."""
        if name not in self._looks:
            self._looks[name] = await asyncpg.connect(self.databases[name])
        return await self._looks[name].fetch(query)

    @abstractmethod
    def commands(self) -> dict[str, list[str]]:
        """The command line of each of its two processes."""

    @abstractmethod
    async def behind(self) -> int:
        """How many records its processes have not handled."""

    async def send(self, topic: str, sent: Sequence[Sent]) -> None:
        """All at once."""
        acks = [
            await self.producer.send(self.prefix + topic, message.body(), envelope.key.encode(), headers=envelope.headers())
            for envelope, message in sent
        ]
        await asyncio.gather(*acks)

    async def ends(self, *topics: str) -> dict[TopicPartition, int]:
        """The end of each partition of these topics."""
        names = [self.prefix + topic for topic in topics]
        places = [TopicPartition(name, number) for name in names for number in await self.producer.partitions_for(name)]
        ends: dict[TopicPartition, int] = await self.onlooker.end_offsets(places)
        return ends

    async def turn(self, entries: int, sent: Sequence[Sent] = ()) -> tuple[Turn, Sequence[Sent]]:
        """Starts its processes, gives them so many entries (the next ones, or these), waits until all is done, stops them."""
        async with AsyncExitStack() as stack:
            processes = {name: await self._start(name, line, stack) for name, line in self.commands().items()}
            await self.send(COMMANDS, self.backlog.entries(1))  # once that is done, both have started
            await self.settle(150)
            await asyncio.sleep(SETTLE)
            sent = sent or self.backlog.entries(entries)
            before, began = self._cpu(processes), monotonic()
            await self.send(COMMANDS, sent)
            await self.settle(120)
            return Turn(entries, monotonic() - began, cpu.spent(before, self._cpu(processes))), sent

    async def settle(self, within: float) -> None:
        """Until nothing is left to do. Raises TimeoutError."""
        give_up, calm = monotonic() + within, 0
        while calm < 2:
            calm = 0 if await self.behind() else calm + 1
            if monotonic() > give_up:
                said = "".join(log.read_text()[-2000:] for log in self.folder.glob("*.log"))
                raise TimeoutError(f"{type(self).__name__}: {await self.behind()} records behind\n{said}")
            await asyncio.sleep(0.2)

    async def _start(self, name: str, line: list[str], stack: AsyncExitStack) -> int:
        environment = os.environ | self.infra.environment(name, self.prefix, self.databases[name]) | {"SESAME_REPLICA": "1"}
        with (self.folder / f"{type(self).__name__}.{name}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(sys.executable, "-m", *line, env=environment, stdout=log, stderr=log)

        async def stop() -> None:
            process.terminate()
            await process.wait()

        stack.push_async_callback(stop)
        return process.pid

    def _cpu(self, processes: dict[str, int]) -> dict[str, float]:
        foundation = {"kafka": "java", "postgres": "postgres"}
        children = {child.name(): child.pid for child in psutil.Process().children()}
        return {name: cpu.used([pid]) for name, pid in processes.items()} | {
            name: cpu.used([children[binary]]) for name, binary in foundation.items()
        }


class Ours(Side):
    """The project's own processes, as they are deployed."""

    async def prepare(self) -> None:
        await super().prepare()
        for service in (declarations, billing):
            await migrate(service, self.settings(service.name))
        await self.send(EVENTS, list(self.backlog.before()))
        async with AsyncExitStack() as stack:
            for name, line in self.commands().items():
                await self._start(name, line, stack)
            await self.settle(150)

    def commands(self) -> dict[str, list[str]]:
        return {"declarations": ["declarations"], "billing": ["billing"]}

    async def behind(self) -> int:
        """Records that are not read, and rows that are not sent."""
        waiting = 0
        for name, topics in (("declarations", (COMMANDS, EVENTS)), ("billing", (EVENTS,))):
            waiting += len(await self.fetch(name, "SELECT 1 FROM outbox"))
            rows = await self.fetch(name, 'SELECT topic, partition, "offset" FROM positions')
            reached = {TopicPartition(row["topic"], row["partition"]): row["offset"] + 1 for row in rows}
            waiting += sum(max(0, end - reached.get(place, 0)) for place, end in (await self.ends(*topics)).items())
        return waiting

    async def states(self, name: str) -> dict[str, str]:
        """The state of each key."""
        rows = await self.fetch(name, "SELECT key, state::text FROM aggregates WHERE state IS NOT NULL")
        return {row["key"]: row["state"] for row in rows}

    async def said(self, since: dict[TopicPartition, int]) -> dict[bytes, list[tuple[bytes, list[tuple[str, bytes]], bytes]]]:
        """What stands on the log since then, by the command that caused it."""
        consumer = AIOKafkaConsumer(**kafka.client_options(self.settings("admin")))
        await consumer.start()
        ends, caused = await self.ends(EVENTS), defaultdict(list)
        consumer.assign(list(since))
        for place, offset in since.items():
            consumer.seek(place, offset)
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    headers = list(record.headers)
                    caused[dict(headers)["ce_causation"]].append((record.key, headers, record.value))
        await consumer.stop()
        return dict(caused)


@dataclass
class Usual(Side):
    """FastStream as it comes, a message at a time, with our rules (`usual.py`)."""

    _groups: dict[str, AIOKafkaConsumer] = field(default_factory=dict)

    async def take_over(self, ours: Ours) -> None:
        """The same states, before any entry."""
        for name, dsn in self.databases.items():
            connection = await asyncpg.connect(dsn)
            await connection.execute(usual.SCHEMA)
            rows = [(key, 100, state) for key, state in (await ours.states(name)).items()]
            await connection.executemany("INSERT INTO aggregates VALUES ($1, $2, $3::jsonb)", rows)
            await connection.close()

    def commands(self) -> dict[str, list[str]]:
        return {name: ["tests.bench.usual", name] for name in self.databases}

    async def behind(self) -> int:
        """Records that are not committed to Kafka."""
        waiting = 0
        for name, topics in (("declarations", (COMMANDS, EVENTS)), ("billing", (EVENTS,))):
            for topic in topics:
                group = await self._group(f"{name}.{self.prefix}{topic}")
                for place, end in (await self.ends(topic)).items():
                    waiting += max(0, end - (await group.committed(place) or 0))
        return waiting

    async def close(self) -> None:
        """Lets Kafka go too."""
        await super().close()
        for group in self._groups.values():
            await group.stop()

    async def _group(self, name: str) -> AIOKafkaConsumer:
        """A look at a group that takes no part in it, kept as connections are."""
        if name not in self._groups:
            self._groups[name] = AIOKafkaConsumer(group_id=name, enable_auto_commit=False, **kafka.client_options(self.settings("admin")))
            await self._groups[name].start()
        return self._groups[name]


class Floor(Side):
    """Nothing but the bytes (`floor.py`)."""

    async def take_over(self, ours: Ours) -> None:
        """Its tables, and the states whose bytes it writes."""
        for dsn in self.databases.values():
            connection = await asyncpg.connect(dsn)
            await connection.execute(floor.SCHEMA)
            await connection.close()
        await self.give(ours, {})

    async def give(self, ours: Ours, said: dict[bytes, list[tuple[bytes, list[tuple[str, bytes]], bytes]]]) -> None:
        """What the next turn's records lead to."""
        for name, kinds in (("declarations", set()), ("billing", HANDLED)):
            given = (await ours.states(name), said if name == "declarations" else {}, kinds)
            (self.folder / f"floor.{name}").write_bytes(pickle.dumps(given))

    def commands(self) -> dict[str, list[str]]:
        topics = {"declarations": COMMANDS, "billing": EVENTS}
        group = {name: f"{name}.{self.prefix}floor" for name in topics}
        return {name: ["tests.bench.floor", group[name], topic, str(self.folder / f"floor.{name}")] for name, topic in topics.items()}

    async def behind(self) -> int:
        """Records that are not in its tables."""
        waiting = 0
        for name, topic in (("declarations", COMMANDS), ("billing", EVENTS)):
            rows = await self.fetch(name, 'SELECT partition, "offset" FROM positions')
            reached = {TopicPartition(self.prefix + topic, row["partition"]): row["offset"] + 1 for row in rows}
            waiting += sum(max(0, end - reached.get(place, 0)) for place, end in (await self.ends(topic)).items())
        return waiting


@asynccontextmanager
async def sides(*kinds: type[Side]) -> AsyncIterator[tuple[Any, ...]]:
    """These sides, on one durable Kafka and PostgreSQL, with as many partitions as in production."""
    with local(12, durable=True) as infra, tempfile.TemporaryDirectory() as folder:
        environment = infra.environment("admin", "", "unused")
        settings = Settings.model_validate({name.removeprefix("SESAME_").lower(): value for name, value in environment.items()})
        options = kafka.client_options(settings)
        async with AIOKafkaProducer(acks="all", **options) as producer, AIOKafkaConsumer(**options) as onlooker:
            made = tuple(kind(infra, producer, onlooker, Path(folder)) for kind in kinds)
            yield made
            for side in made:
                await side.close()


async def measure(short: bool) -> list[Result]:
    """The first row of the table."""
    many, few = (600, 60) if short else (6000, 600)
    turns: dict[str, list[Turn]] = defaultdict(list)
    async with sides(Ours, Usual, Floor) as (ours, design, bytes_):
        for side in (ours, design, bytes_):
            await side.prepare()
        await design.take_over(ours)
        await bytes_.take_over(ours)
        for _ in range(1 if short else ROUNDS):
            since = await ours.ends(EVENTS)
            turn, sent = await ours.turn(many)
            turns["ours"].append(turn)
            await bytes_.give(ours, await ours.said(since))
            turns["floor"].append((await bytes_.turn(many, sent))[0])
            turns["usual"].append((await design.turn(few))[0])
    return [_result("(a) the usual design", turns, "usual", 10), _result("(b) the floor", turns, "floor", 0.5)]


def _result(what: str, turns: dict[str, list[Turn]], other: str, goal: float) -> Result:
    each = {side: median(turn.each for turn in of) for side, of in turns.items()}
    rate = {side: median(turn.entries / turn.seconds for turn in of) for side, of in turns.items()}
    ratio = each[other] / each["ours"]
    parts = {name: 1000 * median(turn.cpu[name] / turn.entries for turn in turns["ours"]) for name in turns["ours"][0].cpu}
    return Result(
        f"hour entries, against {what}",
        f"{ratio:.1f} ×" if goal > 1 else f"{ratio:.0%}",
        f"≥ {goal:.0f} ×" if goal > 1 else f"≥ {goal:.0%}",
        ratio >= goal,
        f"{each['ours']:.2f} ms of CPU each against {each[other]:.2f} "
        f"({', '.join(f'{name} {value:.2f}' for name, value in parts.items())}); {rate['ours']:.0f} /s against {rate[other]:.0f}",
        f"{turns['ours'][0].entries} waiting entries ({turns['usual'][0].entries} for the usual design), entries per second of CPU, "
        f"processes, Kafka and PostgreSQL counted; median of {len(turns['ours'])} turns",
    )
