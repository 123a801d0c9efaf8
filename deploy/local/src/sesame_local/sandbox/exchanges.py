"""What a client sent and what it was answered, record by record, beside what it could read: values, whoever wrote the records."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from chassis.record import Record
from contracts.finance import AcceptedInvoice, InvoiceDecision, IssuedInvoice, Payment, RejectedInvoice, Reply
from contracts.types import ContractNumber

_NUMBER: TypeAdapter[str] = TypeAdapter(ContractNumber)
M = TypeVar("M", InvoiceDecision, Payment)
Fact = IssuedInvoice | AcceptedInvoice | RejectedInvoice
FACTS: Mapping[str, type[Fact]] = {kind.TYPE: kind for kind in (IssuedInvoice, AcceptedInvoice, RejectedInvoice)}


@dataclass(frozen=True)
class Exchange:
    """A record of the client's, and its reply when it has come."""

    sent: Record
    reply: Reply | None = None
    replied_at: datetime | None = None

    @property
    def place(self) -> str:
        """Where it stands: partition/offset, as the broker acknowledged it."""
        return f"{self.sent.partition}/{self.sent.offset}"

    @property
    def code(self) -> str | None:
        """Why it was refused; None when it was not."""
        return self.reply.code if self.reply else None

    @property
    def is_recorded(self) -> bool:
        """Whether it counts, now or from before."""
        return self.reply is not None and self.reply.outcome == "recorded"

    @cached_property
    def contract(self) -> str | None:
        """The contract number in its key; None when that is none."""
        try:
            return _NUMBER.validate_python((self.sent.key or b"").decode())
        except ValueError:
            return None

    @cached_property
    def body(self) -> dict[str, Any] | None:
        """Its JSON object; None when it is none. Numbers with a point are floats, as whoever wrote them had them."""
        try:
            read = json.loads((self.sent.body or b"").decode())
        except ValueError:
            return None
        return read if isinstance(read, dict) else None

    @cached_property
    def decision(self) -> InvoiceDecision | None:
        """The decision that it is."""
        return _parsed(InvoiceDecision, self.sent.body)

    @cached_property
    def payment(self) -> Payment | None:
        """The payment that it is."""
        return _parsed(Payment, self.sent.body)


@dataclass(frozen=True)
class Conversation:
    """All that a client sent, in the order in which it was written, and the facts that it could read."""

    exchanges: tuple[Exchange, ...]
    facts: tuple[Fact, ...]

    @cached_property
    def invoices(self) -> Mapping[UUID, IssuedInvoice]:
        """Every invoice by its id."""
        return {fact.invoice_id: fact for fact in reversed(self.facts) if isinstance(fact, IssuedInvoice)}

    def of(self, contracts: Iterable[str]) -> "Conversation":
        """What was sent about these contracts."""
        among = frozenset(contracts)
        return Conversation(tuple(each for each in self.exchanges if each.contract in among), self.facts)


def conversation(facts: Iterable[Record], sent: Iterable[Record], replies: Iterable[Record]) -> Conversation:
    """What these records of `billing.invoices`, `region.decisions` and its replies make. Of two replies to a record the first counts."""
    answered: dict[tuple[int, int], tuple[Reply, datetime]] = {}
    for record in replies:
        reply = Reply.parse(record.body or b"")
        answered.setdefault((reply.partition, reply.offset), (reply, record.timestamp))
    exchanges = [Exchange(record, *answered.get((record.partition, record.offset), ())) for record in sent]
    exchanges.sort(key=lambda each: (each.sent.timestamp, each.sent.partition, each.sent.offset))
    return Conversation(tuple(exchanges), tuple(_facts(facts)))


def _facts(records: Iterable[Record]) -> Iterable[Fact]:
    seen: set[tuple[str, int]] = set()
    for record in records:
        headers = {name: value or b"" for name, value in record.headers}
        kind = FACTS.get(headers.get("ce_type", b"").decode())
        if kind and headers.get("ce_source") == b"billing":
            fact = kind.parse(record.body or b"")
            if (fact.contract_number, fact.sequence) not in seen:
                seen.add((fact.contract_number, fact.sequence))
                yield fact


def _parsed(kind: type[M], body: bytes | None) -> M | None:
    try:
        return kind.parse(body or b"")
    except ValidationError:
        return None
