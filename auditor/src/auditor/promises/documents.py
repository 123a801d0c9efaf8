"""Each invoice is a document once, everywhere the same bytes, and what it says is what the log says (BIL-9)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from contracts.billing import Invoice, InvoiceIssued
from contracts.finance import InvoiceDocument

from ..document import cents
from ..finding import Finding, Promise
from ..history import DOCUMENTS, EVENTS, History, Told, as_id
from ..log import read_json

PORTAL = "gateway"
WHILE = timedelta(minutes=15)
"""How long an invoice may be without a document: one that could not be made is tried again after ten minutes."""


def documents(history: History) -> Iterator[Finding]:
    """What the portal keeps is the first record of each invoice, which says its amounts; none is missing for long."""
    first, kept = _first(history), {as_id(row["invoice_id"]): row["sha256"] for row in history.rows(PORTAL, "documents")}
    issued = {id_: invoice for _, id_, invoice in _issued(history)}
    for id_, digest in kept.items():
        if id_ not in first:
            yield _wrong(history, id_, "son document est dans la base et non sur le journal")
        elif digest != first[id_][1]["sha256"]:
            yield _wrong(history, id_, f"son document n’est pas dans la base ce qu’il est sur le journal ({first[id_][0].place})")
    for id_, (told, document) in first.items():
        if history.cut.has_read(PORTAL, told):
            if id_ not in kept:
                yield _wrong(history, id_, f"son document est sur le journal et non dans la base ({told.place})")
            for what in _differences(document["says"], history.key, issued.get(id_)):
                yield _wrong(history, id_, f"son document {what} ({told.place})")
    seen = {told.id for told, _ in history.seen_by(PORTAL)}
    for told, id_, _ in _issued(history):
        if id_ not in first and told.id in seen and history.cut.today - told.written > WHILE:
            yield _wrong(history, id_, f"elle n’a pas de document ({told.place})")


def _first(history: History) -> Mapping[str, tuple[Told, Mapping[str, Any]]]:
    """By invoice, the record that counts, and what it says: others about it count for nothing."""
    found: dict[str, tuple[Told, Mapping[str, Any]]] = {}
    for told in history.told:
        if told.topic == DOCUMENTS and told.kind is InvoiceDocument and (document := read_json(told.body)).get("contract") == history.key:
            found.setdefault(document["invoice_id"], (told, document))
    return found


def _issued(history: History) -> Iterator[tuple[Told, str, Invoice]]:
    """Whatever was issued: a portal that was restored may know a document before its invoice."""
    for told in history.told:
        if told.topic == EVENTS and told.kind is InvoiceIssued and isinstance(said := history.parsed(told), InvoiceIssued):
            yield told, as_id(said.invoice.invoice_id), said.invoice


def _differences(says: Mapping[str, Any] | None, contract: str, invoice: Invoice | None) -> Iterator[str]:
    if invoice is None:
        yield "est d’une facture que personne n’a émise"
    elif says is None:
        yield "n’a pas de données qui se lisent"
    else:
        of_lines = [line.amount for line in invoice.lines]
        expected: dict[str, object] = {
            "numéro": invoice.legal_number,
            "émetteur": invoice.issuer,
            "contrat": contract,
            "monnaie": "EUR",
            "hors taxes": [cents(invoice.excluding_tax)],
            "taxe": [cents(invoice.tax)],
            "toutes taxes comprises": [cents(invoice.including_tax)],
            "net à payer": [cents(invoice.including_tax)],
            "retenues": [cents(each.amount) for each in invoice.adjustments],
        }
        expected |= {"lignes": list(map(cents, of_lines))} if of_lines else {}
        wrong = [name for name, value in expected.items() if says[name] != value]
        if wrong:
            yield f"dit autre chose que le journal : {', '.join(wrong)}"


def _wrong(history: History, invoice_id: str, what: str) -> Finding:
    return Finding(Promise.DOCUMENTS, history.key, f"facture {invoice_id} : {what}")
