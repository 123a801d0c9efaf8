"""Plays stories on a service, and says what came of it: the states, and what the service said, whole."""

import asyncio
import importlib
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg

from chassis.migrate import migrate
from chassis.service import Service
from chassis.settings import Settings
from contracts.answers import CommandAnswered
from contracts.envelope import Envelope, Position
from contracts.message import Command, Message
from tests.infra import Infra
from tests.log import Log, eventually
from tests.messages.samples import Said, Sample, sent_as
from tests.running import running

Outcome = dict[str, Any]
Then = Callable[[Said], Awaitable[None]]


@dataclass
class Installation:
    """One installation of one service."""

    sample: Sample
    service: Service
    settings: Settings
    environment: dict[str, str]
    log: Log
    database: asyncpg.Pool
    sent: dict[tuple[str, int], int] = field(default_factory=dict)
    """The last offset written to each partition that the service reads."""
    records: list[tuple[Said, Envelope | None]] = field(default_factory=list)
    """All that was sent, in order."""
    numbers: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    async def send(self, said: Said, after: Iterable[Position] = ()) -> Position:
        """The next message of a story, with the id, version and time that it has in every performance."""
        envelope = None
        if isinstance(said.message, Message):
            self.numbers[said.source, said.key] += 1
            version = self.numbers[said.source, said.key]
            made = sent_as(said.source, said.key, version)
            kind = said.message.TYPE
            envelope = Envelope(made, said.source, kind, said.key, version, said.at, made, actor=said.actor, after=tuple(after))
        self.records.append((said, envelope))
        return await self.send_again(said, envelope)

    async def send_again(self, said: Said, envelope: Envelope | None) -> Position:
        """The same record once more."""
        body = said.message.body() if isinstance(said.message, Message) else said.message
        headers = envelope.headers() if envelope else []
        place = await self.log.send(said.topic, said.key.encode(), headers, body)
        last = self.sent.get((place.topic, place.partition), -1)
        self.sent[place.topic, place.partition] = max(last, place.offset)
        return place

    async def settle(self, within: float = 40) -> None:
        """Until all that was sent has been handled, and what it caused is on the log."""
        await eventually(self._is_settled, within)

    async def _is_settled(self) -> bool:
        rows = await self.fetch('SELECT topic, partition, "offset" FROM positions')
        reached = {(row["topic"], row["partition"]): row["offset"] for row in rows}
        if any(reached.get(place, -1) < offset for place, offset in self.sent.items()):
            return False
        return not await self.fetch("SELECT 1 FROM outbox LIMIT 1")

    async def is_past(self, place: Position) -> bool:
        """Whether the record there has been handled."""
        query = 'SELECT 1 FROM positions WHERE topic = $1 AND partition = $2 AND "offset" >= $3'
        return bool(await self.fetch(query, place.topic, place.partition, place.offset))

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """What the service's database says."""
        async with self.database.acquire() as connection:
            return await connection.fetch(query, *arguments)

    async def outcome(self) -> Outcome:
        """States, versions, side tables; and every event of the service, its body and its envelope but for what it stood after."""
        outcome: Outcome = {}
        ours = {envelope.id for _, envelope in self.records if envelope}
        ids: dict[str, UUID] = {}
        for row in await self.fetch("SELECT key, version, state::text FROM aggregates"):
            outcome[f"state of {row['key']}"] = (row["version"], row["state"])
        for table in self.sample.tables:
            outcome[f"table {table}"] = sorted(str(dict(row)) for row in await self.fetch(f"SELECT * FROM {table}"))
        for envelope, body in await self.log.messages():
            if envelope.source == self.service.name:
                # What a stranger caused has its id and time from where and when the record was written, which differ.
                origin = (envelope.id, envelope.time) if envelope.causation in ours else None
                name, event = f"event {envelope.version} of {envelope.key}", (origin, envelope.type, envelope.actor, body)
                # A relay that crashed sends again; what it sends is the same, or it is another event under a number that was given.
                assert ids.setdefault(name, envelope.id) == envelope.id
                assert outcome.setdefault(name, event) == event
        outcome["parked"] = len(await self.fetch("SELECT 1 FROM parked"))
        return outcome

    async def answered(self) -> dict[UUID, int]:
        """How often each command has been answered, each record on the log counted."""
        counts = {envelope.id: 0 for said, envelope in self.records if envelope and isinstance(said.message, Command)}
        for envelope, body in await self.log.messages():
            if envelope.type == CommandAnswered.TYPE and envelope.source == self.service.name:
                counts[CommandAnswered.parse(body).command_id] += 1
        return counts

    async def has_sent(self, count: int) -> bool:
        """Whether so many records were sent."""
        return len(self.records) >= count

    async def play(self, story: Sequence[Said]) -> None:
        """A story in its order: each message once those before it are handled, as when each is somebody's answer to what they saw."""
        for said in story:
            await self.send(said)
            await self.settle()


@asynccontextmanager
async def installed(infra: Infra, sample: Sample) -> AsyncIterator[Installation]:
    """A fresh installation for `sample`: its topics, its database, nothing that runs."""
    module, _, name = sample.at.partition(":")
    service: Service = getattr(importlib.import_module(module), name)
    prefix = infra.fresh_topics(service.name)

    def environment_of(principal: str, dsn: str) -> dict[str, str]:
        return {**infra.environment(principal, prefix, dsn), **sample.environment, "SESAME_REPLICA": "1"}

    def settings_of(principal: str, dsn: str) -> Settings:
        environment = environment_of(principal, dsn)
        return service.settings.model_validate({name.removeprefix("SESAME_").lower(): value for name, value in environment.items()})

    async def migrated(dsn: str) -> None:
        await migrate(service, settings_of(service.name, dsn))

    dsn = await infra.fresh_database(service.name, migrated, of=sample.at)
    settings, environment = settings_of(service.name, dsn), environment_of(service.name, dsn)
    async with Log(settings_of("admin", dsn)) as log, asyncpg.create_pool(dsn, min_size=1, max_size=2) as database:
        yield Installation(sample, service, settings, environment, log, database)


@asynccontextmanager
async def performed(infra: Infra, sample: Sample) -> AsyncIterator[Installation]:
    """A fresh installation whose service runs in this process."""
    async with installed(infra, sample) as installation, running(installation.service, installation.settings):
        yield installation


def interleaved(stories: Sequence[Sequence[Said]], seed: int) -> list[tuple[int, Said]]:
    """All stories as one, each in its own order, with the story's number."""
    chance, rest = random.Random(seed), [list(story) for story in stories]
    mixed = []
    while any(rest):
        number = chance.choice([number for number, story in enumerate(rest) if story])
        mixed.append((number, rest[number].pop(0)))
    return mixed


def is_command(said: Said) -> bool:
    """Whether it is one."""
    return isinstance(said.message, Command)


async def nothing_more(_said: Said) -> None:
    """What is done once a message has been handled, when nothing is."""


async def at_once(installation: Installation, mixed: Sequence[tuple[int, Said]], then: Then = nothing_more) -> None:
    """Sends stories that were mixed; a story's next message goes as soon as its last one is handled, whatever the others do.

    `then` is done after each.
    """
    waiting: dict[int, list[Said]] = defaultdict(list)
    for number, said in mixed:
        waiting[number].append(said)

    async def tell(story: Sequence[Said]) -> None:
        for said in story:
            place = await installation.send(said)
            await eventually(partial(installation.is_past, place), 120)
            await then(said)

    await asyncio.gather(*(tell(story) for story in waiting.values()))
