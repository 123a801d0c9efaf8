"""What a client sent and what it was answered, record by record: values, whoever wrote the records."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from chassis.record import Record
from contracts.message import Message
from contracts.types import ContractNumber

_NUMBER: TypeAdapter[str] = TypeAdapter(ContractNumber)


@dataclass(frozen=True)
class Answer:
    """What came of a record: `recorded`, or another word for what was done; or why it was refused, by code and sentence."""

    partition: int
    offset: int
    outcome: str
    reasons: tuple[tuple[str, str], ...]
    at: datetime


@dataclass(frozen=True)
class Exchange:
    """A record of the client's, and its answer when it has come."""

    sent: Record
    answer: Answer | None = None

    @property
    def place(self) -> str:
        """Where it stands: partition/offset, as the broker acknowledged it."""
        return f"{self.sent.partition}/{self.sent.offset}"

    @property
    def code(self) -> str | None:
        """Why it was refused, first of all; None when it was not."""
        return next(iter(self.codes), None)

    @property
    def codes(self) -> tuple[str, ...]:
        """Everything for which it was refused."""
        return tuple(code for code, _ in self.answer.reasons) if self.answer else ()

    @property
    def is_recorded(self) -> bool:
        """Whether it counts."""
        return self.answer is not None and not self.answer.reasons

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


@dataclass(frozen=True)
class Conversation:
    """All that a client sent, in the order in which it was written, and the facts that it could read, each once."""

    exchanges: tuple[Exchange, ...]
    facts: tuple[Message, ...] = ()

    def of(self, contracts: Iterable[str]) -> "Conversation":
        """What was sent about these contracts."""
        among = frozenset(contracts)
        return Conversation(tuple(each for each in self.exchanges if each.contract in among), self.facts)


def conversation(
    sent: Iterable[Record], replies: Iterable[Record], read: Callable[[Record], Answer], facts: Iterable[Message]
) -> Conversation:
    """What these records make; `read` reads a reply. Of two replies to a record the first counts."""
    answered: dict[tuple[int, int], Answer] = {}
    for answer in map(read, replies):
        answered.setdefault((answer.partition, answer.offset), answer)
    exchanges = [Exchange(record, answered.get((record.partition, record.offset))) for record in sent]
    exchanges.sort(key=lambda each: (each.sent.timestamp, each.sent.partition, each.sent.offset))
    return Conversation(tuple(exchanges), tuple(facts))
