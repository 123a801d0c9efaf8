"""Kafka, as the sandbox's own hand sees it: whatever stands around the services is said to them message by message, answers waited for."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from clock.calendar import envelope as envelope_of_day
from contracts.answers import CommandAnswered
from contracts.calendar import DayStarted
from contracts.envelope import Envelope, Position
from contracts.message import Command, Message
from sesame_local.place import Trouble

PATIENCE = 60


@dataclass(frozen=True)
class Said:
    """A message, and who said it when."""

    message: Message
    envelope: Envelope


@dataclass
class Stage:
    """Kafka, as whoever may write everything sees it."""

    login: Mapping[str, Any]
    prefix: str
    _producer: AIOKafkaProducer
    _consumer: AIOKafkaConsumer
    _answered: dict[UUID, CommandAnswered]
    _calendar: Position | None = None
    _last: Position | None = None

    async def day(self, today: date) -> None:
        """It is that day."""
        self._calendar = await self.publish(DayStarted(day=today), envelope_of_day(today))

    async def say(self, said: Said) -> None:
        """A fact; or a command, whose author has seen all facts before it, and whose answer is waited for. Raises Trouble on a refusal."""
        if not isinstance(said.message, Command):
            self._last = await self.publish(said.message, said.envelope)
            return
        seen = tuple(filter(None, (self._calendar, self._last)))
        await self.publish(said.message, replace(said.envelope, after=seen))
        answer = await self._answer(said.envelope.id)
        if answer.faults:
            raise Trouble(f"L'histoire s'arrête au contrat {said.envelope.key} : {', '.join(fault.code for fault in answer.faults)}.")

    async def publish(self, message: Message, envelope: Envelope) -> Position:
        """One message of ours."""
        return await self.send(message.topic(), envelope.key.encode(), message.body(), envelope.headers())

    async def send(self, topic: str, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> Position:
        """One record, as it is."""
        sent = await self._producer.send_and_wait(self.prefix + topic, value, key, headers=headers)
        return Position(sent.topic, sent.partition, sent.offset)

    async def everything(self, topic: str) -> list[ConsumerRecord]:
        """Every record of a topic up to now, in order within each partition."""
        return await read_all(self.login, self.prefix + topic)

    async def _answer(self, command: UUID) -> CommandAnswered:
        try:
            async with asyncio.timeout(PATIENCE):
                while command not in self._answered:
                    record = await self._consumer.getone()
                    if dict(record.headers).get("ce_type") == CommandAnswered.TYPE.encode():
                        answer = CommandAnswered.parse(record.value)
                        self._answered[answer.command_id] = answer
        except TimeoutError:
            raise Trouble("Le service de facturation ne répond pas ; voyez son journal, billing.log.") from None
        return self._answered[command]


@asynccontextmanager
async def stage(login: Mapping[str, Any], prefix: str = "") -> AsyncIterator[Stage]:
    """As long as the block lasts."""
    producer = AIOKafkaProducer(**login, acks="all", max_request_size=2 * 1024 * 1024)
    consumer = AIOKafkaConsumer(prefix + CommandAnswered.topic(), **login, auto_offset_reset="latest", fetch_max_wait_ms=50)
    try:
        await producer.start()
        await consumer.start()
        for partition in consumer.assignment():
            await consumer.position(partition)  # from here on, whatever comes before the first poll too
        yield Stage(login, prefix, producer, consumer, {})
    finally:
        await producer.stop()
        await consumer.stop()


async def read_all(login: Mapping[str, Any], topic: str) -> list[ConsumerRecord]:
    """Every record of a topic up to now, without a group, in order within each partition."""
    consumer, found = AIOKafkaConsumer(topic, **login, enable_auto_commit=False, fetch_max_wait_ms=50), []
    try:
        await consumer.start()
        places = consumer.assignment()
        begins, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        unread = {place for place in places if begins[place] < ends[place]}
        for place in unread:
            consumer.seek(place, begins[place])
        while unread:
            for records in (await consumer.getmany(*unread, timeout_ms=200)).values():
                found += records
            unread = {place for place in unread if await consumer.position(place) < ends[place]}
    finally:
        await consumer.stop()
    return sorted(found, key=lambda record: (record.partition, record.offset))
