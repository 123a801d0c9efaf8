"""What the finance system reads and writes, as its contract has it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar
from uuid import UUID

from pydantic import ValidationError

from chassis.record import Record
from contracts.finance import AcceptedInvoice, InvoiceDecision, IssuedInvoice, Payment, RejectedInvoice, Reply

from ..exchanges import Answer, Conversation, Exchange

M = TypeVar("M", InvoiceDecision, Payment)
Fact = IssuedInvoice | AcceptedInvoice | RejectedInvoice
FACTS: Mapping[str, type[Fact]] = {kind.TYPE: kind for kind in (IssuedInvoice, AcceptedInvoice, RejectedInvoice)}


def facts(records: Iterable[Record]) -> Iterator[Fact]:
    """What billing says on `billing.invoices`, each once."""
    seen: set[tuple[str, int]] = set()
    for record in records:
        headers = {name: value or b"" for name, value in record.headers}
        kind = FACTS.get(headers.get("ce_type", b"").decode())
        if kind and headers.get("ce_source") == b"billing":
            fact = kind.parse(record.body or b"")
            if (fact.contract_number, fact.sequence) not in seen:
                seen.add((fact.contract_number, fact.sequence))
                yield fact


def answer(record: Record) -> Answer:
    """A reply."""
    reply = Reply.parse(record.body or b"")
    reasons = ((reply.code, reply.reason or ""),) if reply.code else ()
    return Answer(reply.partition, reply.offset, reply.outcome, reasons, record.timestamp)


def invoices(conversation: Conversation) -> Mapping[UUID, IssuedInvoice]:
    """Every invoice that was issued, by its id."""
    return {fact.invoice_id: fact for fact in conversation.facts if isinstance(fact, IssuedInvoice)}


def decision(exchange: Exchange) -> InvoiceDecision | None:
    """The decision that it is."""
    return _parsed(InvoiceDecision, exchange.sent.body)


def payment(exchange: Exchange) -> Payment | None:
    """The payment that it is."""
    return _parsed(Payment, exchange.sent.body)


def _parsed(kind: type[M], body: bytes | None) -> M | None:
    try:
        return kind.parse(body or b"")
    except ValidationError:
        return None
