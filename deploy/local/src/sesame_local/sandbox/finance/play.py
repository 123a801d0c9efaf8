"""Lets the history of the finance system's sandbox happen."""

import json
from collections.abc import Callable
from datetime import datetime, time

from aiokafka import ConsumerRecord

from contracts.awards import ActionAwarded, Terms
from contracts.billing import InvoiceIssued
from contracts.envelope import Envelope, derived_id
from contracts.finance import InvoiceDocument, IssuedInvoice
from contracts.month import PARIS
from gateway.documents.printers import Printers
from gateway.facturx.document import make
from gateway.facturx.invoice import InvoiceInFull, Named, Party
from sesame_local.supervise import DEMO_REGION

from ..stage import Stage
from . import history
from .history import STRANGERS, TODAY, TWICE, contract

LOG, INVOICES = ActionAwarded.topic(), IssuedInvoice.topic()


async def play(stage: Stage, say: Callable[[str], None]) -> None:
    """The history, the invoices' documents, and what Kafka and strangers do to a reader. Raises Trouble."""
    say("L'histoire des factures…")
    await stage.day(TODAY)
    for said in history.history():
        await stage.say(said)
    await _repeat(stage)
    say("Les factures en PDF (Factur-X)…")
    await _print(stage)


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


async def _print(stage: Stage) -> None:
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
    region = _region()
    async with Printers.open() as printers:
        for key, event in issued:
            invoice = event.invoice
            content = await make(InvoiceInFull(key, terms[key], invoice, region, named), printers)
            document = InvoiceDocument.of(key, invoice.invoice_id, invoice.legal_number, content)
            made, at = derived_id(invoice.invoice_id, 0), datetime.combine(TODAY, time(10), PARIS)
            await stage.publish(document, Envelope(made, "gateway", document.TYPE, key, 1, at, made, invoice.invoice_id))


def _is_issued(record: ConsumerRecord) -> bool:
    headers = dict(record.headers)
    return (headers["ce_type"], headers["ce_source"]) == (IssuedInvoice.TYPE.encode(), b"billing")


def _region() -> Party:
    """For whom the sandbox's invoices are."""
    of = DEMO_REGION
    address = (of["SESAME_REGION_ADDRESS"],)
    return Party(of["SESAME_REGION"], of["SESAME_REGION_SIRET"], address, of["SESAME_REGION_POSTCODE"], of["SESAME_REGION_TOWN"])
