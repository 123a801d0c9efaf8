"""Batches applied to a service's own database, without Kafka: what two replicas do at the same moment, as often as a test wants."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from chassis.engine.batch import Batch, Engine
from chassis.engine.incoming import Incoming
from chassis.engine.transaction import Outcome
from chassis.migrate import migrate
from chassis.reading.reader import Reader
from chassis.reading.readers import readers
from chassis.record import Record
from chassis.service import Service
from chassis.settings import Settings
from contracts.answers import CommandAnswered, Fault
from contracts.envelope import Envelope
from contracts.message import Message
from tests.infra import Infra
from tests.messages.samples import Said, sent_as


@dataclass
class Applied:
    """A service's database, and what is applied to it."""

    service: Service
    settings: Settings
    readers: dict[str, Reader]
    database: asyncpg.Pool
    numbers: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def read(self, *messages: Said) -> list[Incoming]:
        """What the service makes of these records, each the next of its source."""
        read = (self.readers[said.topic].read(self._record(said)) for said in messages)
        return [incoming for incoming in read if incoming]

    async def apply(self, messages: Sequence[Incoming]) -> Outcome:
        """One batch, in its own transaction on its own connection. Raises what trying again can help: a deadlock."""
        async with self.database.acquire() as connection:
            return await Engine(self.service, self.settings).apply(connection, Batch(messages))

    async def say(self, *messages: Said) -> None:
        """Batches one after the other, a message each."""
        for incoming in self.read(*messages):
            await self.apply([incoming])

    async def at_once(self, *batches: Sequence[Said]) -> list[Outcome]:
        """These batches, all at the same moment."""
        return list(await asyncio.gather(*(self.apply(self.read(*batch)) for batch in batches)))

    async def answers(self) -> dict[str, list[tuple[Fault, ...]]]:
        """What was answered, by the key of the command, in order."""
        rows = await self.database.fetch(
            "SELECT key, body FROM outbox WHERE headers::jsonb ->> 'ce_type' = $1 ORDER BY seq", CommandAnswered.TYPE
        )
        answered: dict[str, list[tuple[Fault, ...]]] = defaultdict(list)
        for row in rows:
            answered[row["key"]].append(CommandAnswered.parse(row["body"]).faults)
        return answered

    def _record(self, said: Said) -> Record:
        self.numbers[said.source, said.key] += 1
        number = self.numbers[said.source, said.key]
        topic = self.settings.topic(said.topic)
        if not isinstance(said.message, Message):
            return Record(topic, 0, number, said.key.encode(), (), said.message, said.at)
        made = sent_as(said.source, said.key, number)
        envelope = Envelope(made, said.source, said.message.TYPE, said.key, number, said.at, made, actor=said.actor)
        return Record(topic, 0, number, said.key.encode(), envelope.headers(), said.message.body(), said.at)


@asynccontextmanager
async def applied(infra: Infra, service: Service, at: str) -> AsyncIterator[Applied]:
    """A fresh database for `service`, whose `module:name` is `at`."""

    def settings_of(dsn: str) -> Settings:
        return service.settings.model_validate({"kafka": "nowhere:9092", "database": dsn})

    async def migrated(dsn: str) -> None:
        await migrate(service, settings_of(dsn))

    settings = settings_of(await infra.fresh_database(service.name, migrated, of=at))
    async with asyncpg.create_pool(settings.database, min_size=4, max_size=4) as database:
        yield Applied(service, settings, readers(service, settings), database)
