"""Lets the history happen on an installation whose billing runs: said to it message by message, its answers waited for."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from clock.calendar import envelope as envelope_of_day
from contracts.answers import CommandAnswered
from contracts.awards import ActionAwarded, Terms
from contracts.billing import InvoiceIssued
from contracts.calendar import DayStarted
from contracts.envelope import Envelope, Position, derived_id
from contracts.finance import InvoiceDocument, IssuedInvoice
from contracts.message import Command, Message
from contracts.month import PARIS
from gateway.documents.printers import Printers
from gateway.facturx.document import make
from gateway.facturx.invoice import InvoiceInFull, Named, Party
from sesame_local.place import Trouble

from . import history
from .history import STRANGERS, TODAY, TWICE, Said, contract

PATIENCE = 60
LOG, INVOICES = "events", "billing.invoices"


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

    async def day(self) -> None:
        """It is today."""
        self._calendar = await self.publish(DayStarted(day=TODAY), envelope_of_day(TODAY))

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
    consumer = AIOKafkaConsumer(prefix + LOG, **login, auto_offset_reset="latest", fetch_max_wait_ms=50)
    try:
        await producer.start()
        await consumer.start()
        for partition in consumer.assignment():
            await consumer.position(partition)  # from here on, whatever comes before the first poll too
        yield Stage(login, prefix, producer, consumer, {})
    finally:
        await producer.stop()
        await consumer.stop()


async def play(stage: Stage, region: Party, say: Callable[[str], None]) -> None:
    """The history, the invoices' documents, and what Kafka and strangers do to a reader. Raises Trouble."""
    say("L'histoire des factures…")
    await stage.day()
    for said in history.history():
        await stage.say(said)
    await _repeat(stage)
    say("Les factures en PDF (Factur-X)…")
    await _print(stage, region)


async def acknowledge(stage: Stage) -> None:
    """An agent acknowledges the balance's report: it can be accepted now."""
    await stage.say(history.acknowledgement())


async def _repeat(stage: Stage) -> None:
    """A fact comes a second time, as after a failure; and somebody who is not billing claims an invoice."""
    key = contract(TWICE).encode()
    record = next(record for record in await stage.everything(INVOICES) if record.key == key)
    await stage.send(INVOICES, key, record.value, list(record.headers))
    claimed = json.loads(record.value) | {"sequence": 2, "invoice_id": str(STRANGERS), "legal_number": "2026-009999"}
    headers = dict(record.headers) | {"ce_source": b"gateway", "ce_id": str(STRANGERS).encode()}
    await stage.send(INVOICES, key, json.dumps(claimed).encode(), list(headers.items()))


async def _print(stage: Stage, region: Party) -> None:
    terms: dict[str, Terms] = {}
    issued: list[tuple[str, InvoiceIssued]] = []
    for record in await stage.everything(LOG):
        envelope = Envelope.read(record.key, record.headers)
        if envelope.type == ActionAwarded.TYPE:
            terms[envelope.key] = ActionAwarded.parse(record.value).terms
        elif envelope.type == InvoiceIssued.TYPE:
            issued.append((envelope.key, InvoiceIssued.parse(record.value)))
    facts = [IssuedInvoice.parse(record.value) for record in await stage.everything(INVOICES) if _is_issued(record)]
    named = {fact.invoice_id: Named(fact.legal_number, fact.issued_on) for fact in facts}
    async with Printers.open() as printers:
        for key, event in issued:
            invoice = event.invoice
            content = await make(InvoiceInFull(key, terms[key], invoice, region, named), printers)
            document = InvoiceDocument.of(key, invoice.invoice_id, invoice.legal_number, content)
            made, at = derived_id(invoice.invoice_id, 0), datetime.combine(TODAY, time(10), PARIS)
            await stage.publish(document, Envelope(made, "gateway", document.TYPE, key, 1, at, made, invoice.invoice_id))


def _is_issued(record: ConsumerRecord) -> bool:
    headers = dict(record.headers)
    return headers["ce_type"] == IssuedInvoice.TYPE.encode() and headers["ce_source"] == b"billing"


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
