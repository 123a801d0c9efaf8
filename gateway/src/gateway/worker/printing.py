"""Every issued invoice becomes a document, once (BIL-9): printed, put on the topic `gateway.documents`, and kept as it stands there.

The topic decides, not this database: before anything is printed, the topic is read to its end, and the first record about an invoice is
its document for everybody. So a worker that is killed between printing and publishing has made nothing, one that is killed after finds its
own record, and a database that was restored reads what it had forgotten. One worker prints at a time; should two, the first record counts.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from time import monotonic
from typing import LiteralString
from uuid import UUID

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer

from chassis import kafka, metrics
from chassis.db import Connection
from chassis.instant import now
from chassis.record import Record
from chassis.service import Host
from chassis.settings import Settings
from chassis.trouble import Trouble, is_transient, where
from chassis.waits import is_set
from contracts.awards import Terms
from contracts.billing import Invoice
from contracts.envelope import Envelope, EnvelopeError, derived_id
from contracts.finance import InvoiceDocument
from gateway.documents.printers import Printers
from gateway.facturx.document import make
from gateway.facturx.invoice import InvoiceInFull, Named, Party
from gateway.settings import GatewaySettings
from gateway.web.hub import CHANGED
from gateway.web.topics import INVOICES

from . import hints

log = structlog.get_logger()

DOCUMENTS = "gateway.documents"
LOCK = 0x5E5A44
"""The advisory lock's number: one worker prints at a time."""
FROZEN = 120_000
"""Milliseconds without a statement after which the server ends the session, and with it the lock of one that does nothing."""
MOST = 20
"""Invoices that are printed and published together."""
EVERY, SOON = timedelta(minutes=10), timedelta(seconds=2)
"""How often it looks at all invoices, and tries one again; and how soon it looks, when another prints, or Kafka or the database is away."""

Tried = dict[UUID, float]
"""When each invoice was tried, by the monotonic clock."""


@asynccontextmanager
async def printing(host: Host) -> AsyncIterator[None]:
    """Prints while the worker runs. Raises Trouble when nobody said for whom invoices are."""
    region = region_of(host.settings)
    async with Printers.open() as printers:
        host.background(_print_again_and_again(host, region, printers))
        yield


def region_of(settings: GatewaySettings) -> Party:
    """For whom invoices are. Raises Trouble when it is not said."""
    if not settings.region_siret:
        raise Trouble(
            "Une facture dit à qui elle s’adresse : donnez SESAME_REGION_SIRET, et SESAME_REGION, SESAME_REGION_ADDRESS, "
            "SESAME_REGION_POSTCODE et SESAME_REGION_TOWN."
        )
    address = tuple(filter(None, [settings.region_address]))
    return Party(settings.region, settings.region_siret, address, settings.region_postcode, settings.region_town)


@dataclass(slots=True)
class Calls:
    """What the worker tells open pages of: which keys changed since they were looked at, and that an invoice is among it."""

    changed: set[str] = field(default_factory=set)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    whole_at: float = -inf
    """When all invoices were looked at, by the monotonic clock."""

    def hear(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        """A hint (`hints.payloads`)."""
        heard = json.loads(str(payload))
        self.changed.update(heard)
        if INVOICES in heard:
            self.called.set()

    def wake(self, _connection: object) -> None:
        """The connection is gone."""
        self.called.set()

    async def wait(self, longest: timedelta) -> None:
        """Until somebody calls."""
        await is_set(self.called, longest.total_seconds())

    def look(self) -> frozenset[str] | None:
        """Among which contracts something may be missing now; None, now and then, for all."""
        self.called.clear()
        return None if monotonic() - self.whole_at >= EVERY.total_seconds() else frozenset(self.changed)

    def done(self, among: frozenset[str] | None) -> None:
        """These were looked at."""
        self.changed.difference_update(among or ())
        self.whole_at = monotonic() if among is None else self.whole_at


async def _print_again_and_again(host: Host, region: Party, printers: Printers) -> None:
    while True:
        connection, calls, tried = None, Calls(), Tried()
        try:
            connection = await host.connect()
            try:
                await connection.add_listener(CHANGED, calls.hear)
                connection.add_termination_listener(calls.wake)
                while not connection.is_closed():
                    among = calls.look()
                    all_done = await print_what_is_missing(connection, host.settings, region, printers, tried, among)
                    if all_done:
                        calls.done(among)
                    await calls.wait(EVERY if all_done else SOON)
            finally:
                connection.terminate()
        except Exception as error:
            if not (is_transient(error, connection) or isinstance(error, OSError)):
                raise
            log.warning("invoices not printed", error=type(error).__name__)
        await asyncio.sleep(SOON.total_seconds())


async def print_what_is_missing(
    connection: Connection, settings: Settings, region: Party, printers: Printers, tried: Tried, among: Collection[str] | None = None
) -> bool:
    """Makes and publishes the documents that no record of the topic holds, of all invoices or those of the contracts `among`, but for those
    that were `tried` a moment ago; notes those that it tries. Whether each has one, or cannot have one for now; not when another worker is
    at it. Raises what Kafka and the database raise.
    """
    if not await _missing(connection, tried, among):
        return True
    if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
        return False
    await connection.execute("SELECT set_config('idle_session_timeout', $1, false)", str(FROZEN))
    try:
        await take_in(connection, settings)
        while rows := await _missing(connection, tried, among):
            made = [document for row in rows if (document := await _made(connection, row, region, printers))]
            await publish(settings, made)
            tried |= dict.fromkeys((row["invoice_id"] for row in rows), monotonic())
            await take_in(connection, settings)
        return True
    finally:
        if not connection.is_closed():
            await connection.execute("SELECT set_config('idle_session_timeout', '0', false), pg_advisory_unlock($1)", LOCK)


MISSING: LiteralString = """
    SELECT i.contract_number, i.invoice_id, i.body, a.terms
    FROM invoices i JOIN actions a USING (contract_number)
    WHERE NOT EXISTS (SELECT FROM invoice_documents d WHERE (d.contract_number, d.invoice_id) = (i.contract_number, i.invoice_id))
        AND i.invoice_id <> ALL($2::uuid[])
"""
AMONG: LiteralString = " AND i.contract_number = ANY($3::text[])"
"""A few by their index: looking at all of some years takes a quarter of a second."""


async def _missing(connection: Connection, tried: Tried, among: Collection[str] | None) -> Sequence[asyncpg.Record]:
    """The oldest without a document, but for those that were tried a moment ago."""
    since = monotonic() - EVERY.total_seconds()
    but = [invoice for invoice, at in tried.items() if at > since]
    if among is None:
        return await connection.fetch(MISSING + " ORDER BY i.issued_at LIMIT $1", MOST, but)
    return await connection.fetch(MISSING + AMONG + " ORDER BY i.issued_at LIMIT $1", MOST, but, list(among))


async def _made(connection: Connection, row: asyncpg.Record, region: Party, printers: Printers) -> InvoiceDocument | None:
    """The document; None, and an alarm, for one that cannot be made: whatever is wrong with it, it holds up no other."""
    contract, invoice_id = row["contract_number"], row["invoice_id"]
    named = await _named(connection, contract)
    try:
        invoice = Invoice.model_validate_json(row["body"])
        bill = InvoiceInFull(contract, Terms.model_validate_json(row["terms"]), invoice, region, named)
        return InvoiceDocument.of(contract, invoice_id, invoice.legal_number, await make(bill, printers))
    except Exception as error:
        metrics.alarm("gateway", "not-printed")
        log.error("an invoice has no document", contract=contract, invoice=str(invoice_id), error=type(error).__name__, where=where(error))
        return None


async def _named(connection: Connection, contract: str) -> dict[UUID, Named]:
    rows = await connection.fetch("SELECT invoice_id, legal_number, issued_on FROM invoices WHERE contract_number = $1", contract)
    return {row["invoice_id"]: Named(row["legal_number"], row["issued_on"]) for row in rows}


async def publish(settings: Settings, documents: Sequence[InvoiceDocument]) -> None:
    """Puts them on the topic; they are there when this returns. Raises KafkaError."""
    if not documents:
        return
    producer = AIOKafkaProducer(**kafka.client_options(settings), enable_idempotence=True, acks="all")
    try:
        await producer.start()
        for document in documents:
            made = derived_id(document.invoice_id, 0)
            envelope = Envelope(made, "gateway", document.TYPE, document.contract_number, 1, now(), made, document.invoice_id)
            key = document.contract_number.encode()
            await producer.send_and_wait(settings.topic(DOCUMENTS), document.body(), key, headers=envelope.headers())
    finally:
        await producer.stop()


async def take_in(connection: Connection, settings: Settings) -> None:
    """Keeps what the topic holds behind what was read of it, the first record of each invoice. Raises KafkaError."""
    rows = await connection.fetch('SELECT topic, partition, "offset" FROM documents_read')
    after = {(row["topic"], row["partition"]): row["offset"] for row in rows}
    async for record in kafka.records(settings, {settings.topic(DOCUMENTS)}, after):
        document = _read(record)
        async with connection.transaction():
            if document:
                await keep(connection, document)
            await connection.execute(
                """
                INSERT INTO documents_read (topic, partition, "offset") VALUES ($1, $2, $3)
                ON CONFLICT (topic, partition) DO UPDATE SET "offset" = excluded."offset"
                """,
                *(record.topic, record.partition, record.offset),
            )


def _read(record: Record) -> InvoiceDocument | None:
    """None, and an alarm, for what is no document of ours."""
    try:
        envelope, document = Envelope.read(record.key, record.headers), InvoiceDocument.parse(record.body or b"")
        of = (document.TYPE, "gateway", document.contract_number)
        if (envelope.type, envelope.source, envelope.key) != of or not document.content:
            raise ValueError("somebody else's")
    except (EnvelopeError, ValueError):
        metrics.alarm("gateway", "impostor")
        log.error("no document of ours", partition=record.partition, offset=record.offset)
        return None
    return document


async def keep(connection: Connection, document: InvoiceDocument) -> None:
    """Keeps it, if it is the first of its invoice; open pages hear of it."""
    kept = await connection.fetchval(
        """
        WITH kept AS (
            INSERT INTO invoice_documents (contract_number, invoice_id, sha256, content) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING RETURNING sha256
        )
        SELECT coalesce((SELECT sha256 FROM kept),
                        (SELECT sha256 FROM invoice_documents WHERE (contract_number, invoice_id) = ($1, $2)))
        """,
        *(document.contract_number, document.invoice_id, document.sha256, document.content),
    )
    if kept != document.sha256:
        log.warning("a second document of an invoice counts for nothing", invoice=str(document.invoice_id))
    for payload in hints.payloads({document.contract_number}):
        await connection.execute("SELECT pg_notify($1, $2)", CHANGED, payload)
