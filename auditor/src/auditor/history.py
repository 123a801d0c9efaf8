"""All that is known of one key at the cut, and what each service had taken in of it: what promises are checked on.

Everybody is judged by what they had read: a service's own messages up to the number that its database had given, what others say up to
where it stood in each partition. What came later, or waited, is in flight and no fault.
"""

import builtins
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from contracts.message import Command, Message
from contracts.registry import MESSAGES

EVENTS, INVOICES, DECISIONS, REPLIES = "events", "billing.invoices", "region.decisions", "region.decisions.replies"
CONTRACTS, CONTRACTS_REPLIES = "region.contracts", "region.contracts.replies"
DOCUMENTS = "gateway.documents"
Row = Mapping[str, Any]
"""A row of a database as JSON says it; amounts are Decimal or text."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message on a topic, or on its way there."""

    topic: str
    """Without prefix."""
    key: str
    source: str
    version: int
    type: str
    id: str
    cause: str
    """The id of what caused it; empty when nothing did."""
    partition: int
    offset: int
    """Its place in the outbox, while it waits there."""
    waits: bool
    """Whether it is in its source's outbox and perhaps not on the topic yet."""
    written: datetime
    body: bytes
    digest: bytes
    """Of type and body: equal for what was sent again."""
    sequence: int = 0
    """Its row in its source's outbox; 0 when that is not said."""
    knew: str = ""
    """How far its author had read or seen `events`, by partition, as JSON; empty when that is not said."""

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"boîte d’envoi de {self.source}@{self.offset}" if self.waits else f"{self.topic}-{self.partition}@{self.offset}"

    @property
    def owner(self) -> str:
        """Whose source it is, whatever its epoch: `gateway` of `gateway/3f9a0c1e`."""
        return self.source.partition("/")[0]

    @property
    def kind(self) -> "builtins.type[Message] | None":
        """Its class, when it is one of ours and its source may say it: nobody believes another."""
        kind = MESSAGES.get(self.type)
        source = self.owner if kind and issubclass(kind, Command) else self.source
        return kind if kind and source in kind.sources() else None


@dataclass(frozen=True)
class Cut:
    """Where every database stood when it was read."""

    databases: Set[str]
    """Those that are audited."""
    positions: Mapping[tuple[str, str, int], int]
    """By database, topic and partition: the offset of the last record that it has taken in."""
    today: datetime
    """By the wall clock, which stamps records on topics."""
    erased: Set[str] = frozenset()
    """The contracts whose people somebody has erased by the end of the audit (PRV-1)."""
    sent: Mapping[str, int] = field(default_factory=dict)
    """By source: the last row of its outbox that had been on a topic for a while (`log.WHILE`) when the databases were read."""

    def has_read(self, database: str, told: Told) -> bool:
        """Whether it had taken in a record of a topic, or parked it."""
        return not told.waits and told.offset <= self.positions.get((database, told.topic, told.partition), -1)


@dataclass
class History:
    """One key."""

    key: str
    cut: Cut
    told: list[Told] = field(default_factory=list)
    """Every message under the key, as each topic has them, then what waits in outboxes."""
    held: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    """The rows about it, by database and name (`snapshot.HELD`)."""
    _taken_in: dict[str, list[tuple[Told, Message]]] = field(default_factory=dict)
    _parsed: dict[str, Message | None] = field(default_factory=dict)

    def rows(self, database: str, name: str) -> list[Row]:
        """What a database holds of it."""
        return self.held.get((database, name), [])

    def counted(self, source: str) -> int:
        """How many events a service had said about it, or commands the portal in an epoch."""
        rows = self.rows(source.partition("/")[0], "counted")
        return max((int(row["version"]) for row in rows if row["source"] == source), default=0)

    def on(self, topic: str) -> list[Told]:
        """The messages of one topic, each once, in order."""
        return list({(told.source, told.version, told.digest): told for told in reversed(self.told) if told.topic == topic}.values())[::-1]

    def seen_by(self, database: str) -> list[tuple[Told, Message]]:
        """The facts that a service had taken in, its own too, each once and in order."""
        if database not in self._taken_in:
            self._taken_in[database] = list(self._take_in(database))
        return self._taken_in[database]

    def parsed(self, told: Told) -> Message | None:
        """The message itself; None for one that nobody can read, or believes."""
        if told.place not in self._parsed:
            self._parsed[told.place] = _parse(told)
        return self._parsed[told.place]

    def is_parked(self, database: str, told: Told) -> bool:
        """Whether a service had put it aside."""
        return (told.topic, told.partition, told.offset) in {
            (row["topic"], row["partition"], row["offset"]) for row in self.rows(database, "parked")
        }

    def _take_in(self, database: str) -> Iterator[tuple[Told, Message]]:
        last: dict[str, int] = {}
        counted = self.counted(database)
        for told in self.told:
            if told.topic != EVENTS or told.version <= last.get(told.source, 0):
                continue
            known = told.version <= counted if told.source == database else self.cut.has_read(database, told)
            if known and not self.is_parked(database, told) and (message := self.parsed(told)):
                last[told.source] = told.version
                yield told, message


def _parse(told: Told) -> Message | None:
    try:
        return told.kind.parse(told.body) if told.kind else None
    except ValidationError:
        return None


def amount(value: object) -> Decimal:
    """A figure of a row."""
    return Decimal(str(value))


def as_id(value: object) -> str:
    """An id as rows and messages both write it."""
    return str(UUID(str(value)))
