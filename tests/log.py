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
from pydantic import ValidationError

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
    _records: dict[str, list[ConsumerRecord]] = field(default_factory=lambda: defaultdict(list))
    _messages: dict[str, list[tuple[Envelope, bytes]]] = field(default_factory=lambda: defaultdict(list))
    _answers: dict[UUID, dict[tuple[str, int], CommandAnswered]] = field(default_factory=lambda: defaultdict(dict))
    _next: dict[TopicPartition, int] = field(default_factory=dict)

    async def __aenter__(self) -> "Log":
        options = kafka.client_options(self.settings) | {"request_timeout_ms": 60_000}  # nobody sends again what expires here
        self._producer = AIOKafkaProducer(**options, acks="all", max_request_size=6 * 1024 * 1024)
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
        await kafka.delete_before(self.settings, {(topic, partition): offset})

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
        await self._read_on(topic)
        return [record for record in self._records[topic] if key is None or record.key == key.encode()]

    async def messages(self, topic: str = EVENTS, key: str | None = None) -> list[tuple[Envelope, bytes]]:
        """Every message of ours on `topic`, with its body; what is not one is left out."""
        await self._read_on(topic)
        return [message for message in self._messages[topic] if key is None or message[0].key == key]

    async def _read_on(self, topic: str) -> None:
        """From where it was read last: whoever waits for a message asks often, and a log may be long."""
        async with self._reading:
            news = await self._news(self.settings.topic(topic))
            self._records[topic] += news
            for record in news:
                with suppress(EnvelopeError):
                    self._note(topic, Envelope.read(record.key, record.headers), record.value or b"")

    def _note(self, topic: str, envelope: Envelope, body: bytes) -> None:
        self._messages[topic].append((envelope, body))
        if envelope.type == CommandAnswered.TYPE:
            with suppress(ValidationError):  # a stranger's
                answer = CommandAnswered.parse(body)
                self._answers[answer.command_id][envelope.key, envelope.version] = answer

    async def _news(self, topic: str) -> list[ConsumerRecord]:
        assert self._producer
        if self._consumer is None:
            self._consumer = AIOKafkaConsumer(**kafka.client_options(self.settings), fetch_max_wait_ms=20)
            await self._consumer.start()
        consumer, places = self._consumer, [TopicPartition(topic, number) for number in await self._producer.partitions_for(topic)]
        if new := [place for place in places if place not in self._next]:
            self._next |= await consumer.beginning_offsets(new)
        ends = {place: end for place, end in (await consumer.end_offsets(places)).items() if end > self._next[place]}
        if not ends:
            return []
        consumer.assign(list(ends))
        for place in ends:
            consumer.seek(place, self._next[place])
        all_records: list[ConsumerRecord] = []
        while any([await consumer.position(place) < ends[place] for place in ends]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                all_records += records
        self._next |= {place: await consumer.position(place) for place in ends}
        consumer.pause(*ends)  # otherwise it goes on asking, fifty times a second, while nobody reads
        return all_records

    async def answers(self, command: UUID) -> list[CommandAnswered]:
        """Every answer to `command` on the log, of distinct versions: a relay that crashed may send one twice."""
        await self._read_on(EVENTS)
        return list(self._answers[command].values())

    async def answer(self, command: UUID, within: float = 20) -> CommandAnswered:
        """The one answer to `command`, waited for. Raises TimeoutError."""
        answers: list[CommandAnswered] = await eventually(lambda: self.answers(command), within)
        return answers[0]


async def eventually(look: Callable[[], Any], within: float = 20) -> Any:
    """What `look` (a coroutine function) gives, once that is true. Raises TimeoutError."""
    began, pause = monotonic(), 0.005
    while not (seen := await look()):
        if monotonic() - began > within:
            raise TimeoutError(f"still {seen!r}")
        await asyncio.sleep(pause)
        pause = min(0.05, pause * 1.5)
    return seen
