"""How a topic is read: from its records to the batches that the engine applies."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence

from contracts.envelope import Envelope, EnvelopeError
from contracts.message import Message

from ..db import Connection
from ..engine.batch import Batch, OffsetRange
from ..engine.incoming import Incoming
from ..record import Partition, Record

MAX_VERSION = 2**63


class Reader(ABC):
    """Reads one topic. Subclasses say what a record is."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        """Its name in Kafka."""
        self.own_versions: dict[str, int] = {}
        """The highest version of this service's own events that was read since this was last emptied, by key."""

    @abstractmethod
    def read(self, record: Record) -> Incoming | None:
        """The message in a record; None when it is nobody's here. Never raises: what cannot be understood is poison."""

    async def batches(
        self,
        connection: Connection,  # noqa: ARG002
        records: Sequence[Record],
        ranges: Mapping[Partition, OffsetRange],
    ) -> AsyncIterator[Batch]:
        """What is done with `records`, a transaction each; the last of a partition moves its position to the end of its range."""
        yield Batch([incoming for record in records if (incoming := self.read(record))], ranges)


class Impostor(Exception):
    """Who may say a message, and who claims to have said it."""


def impostor(record: Record, kind: type[Message]) -> Incoming | None:
    """What is parked instead of a message of `kind` that claims a source which may not say it; None when its source may.

    It has neither key nor number: it holds nothing up, and counts for nothing of what its source says. What names no source at all
    cannot be read, which is another matter.
    """
    source = dict(record.headers).get("ce_source")
    if source is None or kind.may_come_from(claimed := source.decode(errors="replace")):
        return None
    who = Impostor(f"{claimed!r} may not say this, only {' or '.join(sorted(kind.sources()))}")
    return Incoming(record, kind="impostor").poisoned_by(who)


def envelope_of(record: Record) -> Envelope:
    """The envelope of a message of ours. Raises EnvelopeError when there is none that could be stored."""
    envelope = Envelope.read(record.key, record.headers)
    if not 0 <= envelope.version < MAX_VERSION:
        raise EnvelopeError("a version that no counter reaches")
    storable(envelope.key + envelope.source)
    return envelope


def storable(text: str) -> str:
    """The same text. Raises EnvelopeError when PostgreSQL cannot keep it."""
    if "\0" in text:
        raise EnvelopeError("PostgreSQL keeps no text with a zero byte")
    return text
