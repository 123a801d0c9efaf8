"""The topics of an installation, as the gateway, the clock and strangers write and read them."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from chassis import kafka
from chassis.ids import uuid7
from chassis.settings import EVENTS, Settings
from clock.calendar import envelope as envelope_of_day
from contracts.answers import CommandAnswered
from contracts.calendar import CALENDAR, DayStarted
from contracts.envelope import Actor, Envelope, EnvelopeError, Position
from contracts.message import Message

Headers = Sequence[tuple[str, bytes | None]]


@dataclass
class Log:
    """The topics of one installation, read and written by a principal that may: what the gateway, the clock and strangers do."""

    settings: Settings
    versions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _producer: AIOKafkaProducer | None = None
    _consumer: AIOKafkaConsumer | None = None
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __aenter__(self) -> "Log":
        self._producer = AIOKafkaProducer(**kafka.client_options(self.settings), acks="all", max_request_size=6 * 1024 * 1024)
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in (self._producer, self._consumer):
            if client:
                await client.stop()

    async def send(self, topic: str, key: bytes | None, headers: Headers, body: bytes | None, partition: int | None = None) -> Position:
        """One record, as it is; where it came to stand."""
        assert self._producer
        sent = await self._producer.send_and_wait(self.settings.topic(topic), body, key, partition, headers=list(headers))
        return Position(sent.topic, sent.partition, sent.offset)

    async def publish(self, topic: str, envelope: Envelope, message: Message) -> Position:
        """One message of ours."""
        return await self.send(topic, envelope.key.encode(), envelope.headers(), message.body())

    async def delete_before(self, topic: str, partition: int, offset: int) -> None:
        """Forgets what stands before `offset`, as retention does."""
        admin = AIOKafkaAdminClient(**kafka.client_options(self.settings))
        await admin.start()
        try:
            await admin.delete_records({TopicPartition(topic, partition): RecordsToDelete(before_offset=offset)})
        finally:
            await admin.close()

    def envelope(self, source: str, key: str, kind: type[Message], actor: Actor | None = None, after: Iterable[Position] = ()) -> Envelope:
        """The envelope of the next message that `source` writes about `key`."""
        made = uuid7()
        self.versions[f"{source}/{key}"] += 1
        version = self.versions[f"{source}/{key}"]
        return Envelope(made, source, kind.TYPE, key, version, datetime.now(UTC), made, actor=actor, after=tuple(after))

    async def command(self, service: str, key: str, command: Message, actor: Actor | None = None, after: Iterable[Position] = ()) -> UUID:
        """A command, as the gateway sends it; its id."""
        envelope = self.envelope("gateway", key, type(command), actor, after)
        await self.publish(f"{service}.commands", envelope, command)
        return envelope.id

    async def day(self, day: DayStarted) -> Position:
        """A day, as the clock says it."""
        return await self.publish(CALENDAR, envelope_of_day(day.day), day)

    async def records(self, topic: str, key: str | None = None) -> list[ConsumerRecord]:
        """Every record of `topic` until now, of one key if given, in order within each partition."""
        async with self._reading:
            if self._consumer is None:
                self._consumer = AIOKafkaConsumer(**kafka.client_options(self.settings), fetch_max_wait_ms=20)
                await self._consumer.start()
            consumer, name = self._consumer, self.settings.topic(topic)
            places = [TopicPartition(name, partition) for partition in sorted((await kafka.partitions(self.settings))[name])]
            consumer.assign(places)
            starts, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
            for place in places:
                consumer.seek(place, starts[place])
            found: list[ConsumerRecord] = []
            while any([await consumer.position(place) < ends[place] for place in places]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += [record for record in records if key is None or record.key == key.encode()]
        return found

    async def messages(self, topic: str = EVENTS, key: str | None = None) -> list[tuple[Envelope, bytes]]:
        """Every message of ours on `topic`, with its body; what is not one is left out."""
        found = []
        for record in await self.records(topic, key):
            with suppress(EnvelopeError):
                found.append((Envelope.read(record.key, record.headers), record.value or b""))
        return found

    async def answers(self, command: UUID) -> list[CommandAnswered]:
        """Every answer to `command` on the log, of distinct versions: a relay that crashed may send one twice."""
        distinct = {(envelope.key, envelope.version): (envelope, body) for envelope, body in await self.messages()}
        parsed = [CommandAnswered.parse(body) for envelope, body in distinct.values() if envelope.type == CommandAnswered.TYPE]
        return [answer for answer in parsed if answer.command_id == command]

    async def answer(self, command: UUID, within: float = 20) -> CommandAnswered:
        """The one answer to `command`, waited for. Raises TimeoutError."""
        found: list[CommandAnswered] = await eventually(lambda: self.answers(command), within)
        return found[0]


async def eventually(look: Callable[[], Any], within: float = 20) -> Any:
    """What `look` (a coroutine function) gives, once that is true. Raises TimeoutError."""
    began, pause = monotonic(), 0.005
    while not (found := await look()):
        if monotonic() - began > within:
            raise TimeoutError(f"still {found!r}")
        await asyncio.sleep(pause)
        pause = min(0.05, pause * 1.5)
    return found
