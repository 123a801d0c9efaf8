"""What stands on the log in a service's name, and its database never said: what it said after the backup from which it was restored."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.envelope import Envelope, EnvelopeError, Position

from .. import outbox
from ..record import Partition, Record
from ..trouble import Trouble
from ..words import Words, say


class NotBroughtBack(Trouble):
    """The database cannot come to what the log holds: the sentences say at which message, why, and what an operator does."""

    def __init__(self, why: str, **figures: object) -> None:
        super().__init__(why, **figures)
        self.args = (self.told({}),)

    def told(self, words: Words) -> str:
        """As `Trouble`."""
        begin = say(words, "This database was restored from a backup, and cannot be brought back to what the log holds:")
        end = say(
            words,
            "Restore a later backup, or this one up to its last transaction (point-in-time recovery), and start again. "
            "Until then nothing is read or said.",
        )
        return f"{begin} {super().told(words)} {end}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A message of the service that its database does not know."""

    topic: str
    """Its name in Kafka."""
    envelope: Envelope
    digest: bytes
    sequence: int
    """It was decided after whatever has a lower one, wherever the two have anything to do with each other."""
    by: Position
    """The record that caused it; a topic without name when none did."""
    read: Mapping[int, int]
    """How far each partition of `events` had been read when it was decided."""
    last_tick: datetime | None
    body: bytes | None = None
    """Kept of what no record caused: only the fact itself tells what was done."""

    @property
    def place(self) -> Partition:
        """The partition of the record that caused it."""
        return self.by.topic, self.by.partition


@dataclass(slots=True)
class Decided:
    """All that one record caused, or one act that no record did."""

    facts: dict[UUID, Fact] = field(default_factory=dict)
    """By id."""

    @property
    def first(self) -> Fact:
        """The one that was said first; what was known then is the same for all."""
        return min(self.facts.values(), key=lambda fact: fact.sequence)


def read_fact(record: Record) -> Fact:
    """The fact in a record of the service's own. Raises NotBroughtBack when it does not say how it was decided."""
    headers = dict(record.headers)
    try:
        envelope = Envelope.read(record.key, record.headers)
        decided = json.loads(headers[outbox.DECIDED] or b"")
        by = Position(*decided["by"])
        return Fact(
            topic=record.topic,
            envelope=envelope,
            digest=digest(record.topic, envelope, record.body),
            sequence=int(headers[outbox.SEQUENCE] or b""),
            by=by,
            read={int(partition): int(offset) for partition, offset in decided["read"].items()},
            last_tick=datetime.fromisoformat(decided["tick"]) if decided["tick"] else None,
            body=None if by.topic else record.body,
        )
    except (EnvelopeError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise NotBroughtBack(
            "the message at {topic}-{partition}@{offset} does not say what it was decided by.",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
        ) from error


def by_cause(facts: Iterable[Fact], ticks: Collection[str] = ()) -> list[Decided]:
    """What each record, and each act without a record, caused: in the order in which it was decided. A tick, which comes by one of the
    topics `ticks` (their names in Kafka), is done once for each key, and each time decided by itself.
    """
    causes: dict[object, Decided] = defaultdict(Decided)
    for fact in facts:
        by = (fact.by, fact.envelope.key) if fact.by.topic in ticks else fact.by
        causes[by if fact.by.topic else fact.envelope.causation].facts[fact.envelope.id] = fact
    return sorted(causes.values(), key=lambda decided: decided.first.sequence)


def digest(topic: str, envelope: Envelope, body: bytes | None) -> bytes:
    """Equal for the same message, and for no other."""
    return hashlib.blake2b(
        repr((topic, envelope.key, sorted(replace(envelope, trace=None).headers()), body)).encode(), digest_size=16
    ).digest()


@dataclass
class SaidBefore:
    """What a message says now is held against what it said the first time."""

    versions: Mapping[str, int]
    """The last version of each key that stands on `events`."""
    events: str
    """Its name in Kafka."""
    decided: Decided | None = None
    """What the message said the first time; None when it said nothing."""
    last_tick: datetime | None = None

    def unsaid(self, rows: Sequence[outbox.Row]) -> list[outbox.Row]:
        """As `engine.transaction.Again`. Raises NotBroughtBack."""
        left, new = dict(self.decided.facts if self.decided else {}), []
        for row in rows:
            topic, key, version, headers, body, _ = row
            envelope = Envelope.read(key.encode(), [(name, value.encode()) for name, value in json.loads(headers).items()])
            fact = left.pop(envelope.id, None)
            if fact and fact.digest == digest(topic, envelope, body):
                continue
            if fact or (topic == self.events and version and version <= self.versions.get(key, 0)):
                raise self._differs(envelope.type, key, envelope.version, fact)
            new.append(row)
        if left:
            missed = next(iter(left.values()))
            raise self._differs("", missed.envelope.key, missed.envelope.version, missed)
        return new

    def _differs(self, now: str, key: str, version: int, fact: Fact | None) -> NotBroughtBack:
        return NotBroughtBack(
            "number {version} of {key} is {before} on the log, and now it would be {now}.",
            version=version,
            key=key,
            before=fact.envelope.type if fact else "?",
            now=now or "–",
        )
