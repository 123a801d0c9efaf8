"""The envelope: what a message says of itself in Kafka headers, with CloudEvents names. The body is the message alone.

`ce_id` is derived from what caused the message, so that the same cause gives the same id. `ce_version` numbers whatever one source
writes about one key, without gaps: a reader needs one number per source and key to drop what it has seen. A source whose database was
restored from a backup would give the same numbers to other messages; so the portal, which alone cannot bring its numbers back from the
log, names an epoch of its own behind a slash, and another one after each restore.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

Role = Literal["organisation", "agent", "operator", "finance", "programme", "system", "link"]
"""`link`: whoever holds a personal link, which lets them do one thing and nothing else (SURV-1)."""
TRACEPARENT = re.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-9a-f]")
NAMESPACE = uuid5(NAMESPACE_URL, "urn:sesame:messages")


def owner_of(source: str) -> str:
    """Whose source it is, whatever its epoch: `gateway` of `gateway/3f9a0c1e`."""
    return source.partition("/")[0]


class EnvelopeError(ValueError):
    """The headers are not those of one of our messages."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asked: the user's id, the role, and the SIRET of the organisation for which they act."""

    subject: str
    role: Role
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a topic: the offset of a record that was read."""

    topic: str
    partition: int
    offset: int


def derived_id(cause: UUID, counter: int) -> UUID:
    """The id of the `counter`-th message that `cause` caused."""
    return uuid5(NAMESPACE, f"{cause}/{counter}")


def made_id(contract_number: str, command_id: UUID, place: int | None = None) -> UUID:
    """The id of what a command makes on an action, a trainee or an invoice: the same however often the command is handled.

    Of several that one command makes, `place` is that in its list, from 0. Whoever decides the command makes it. No client chooses it, and
    no other contract has the same.
    """
    return uuid5(NAMESPACE, f"{contract_number}/{command_id}" if place is None else f"{contract_number}/{command_id}/{place}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who says what, about which key, when (business time, T-1), because of what; `after`: what the command's author had seen."""

    id: UUID
    source: str
    type: str
    key: str
    version: int
    time: datetime
    correlation: UUID
    causation: UUID | None = None
    actor: Actor | None = None
    after: tuple[Position, ...] = ()
    trace: str | None = None
    """A W3C `traceparent`, of a message whose way is followed (CloudEvents' distributed tracing). No rule and no promise looks at it."""
    TRACE: ClassVar[str] = "ce_traceparent"

    def headers(self) -> list[tuple[str, bytes]]:
        """The envelope as Kafka headers; the key is the record's own."""
        headers = {
            "ce_specversion": "1.0",
            "ce_id": str(self.id),
            "ce_source": self.source,
            "ce_type": self.type,
            "ce_time": self.time.isoformat(),
            "ce_version": str(self.version),
            "ce_correlation": str(self.correlation),
            "content-type": "application/json",
        }
        if self.causation:
            headers["ce_causation"] = str(self.causation)
        if self.actor:
            headers["ce_actor"] = json.dumps([self.actor.subject, self.actor.role, self.actor.organisation])
        if self.after:
            headers["ce_after"] = json.dumps([[position.topic, position.partition, position.offset] for position in self.after])
        if self.trace:
            headers[self.TRACE] = self.trace
        return [(name, value.encode()) for name, value in headers.items()]

    @staticmethod
    def readable_trace(text: str) -> str | None:
        """The same, if it is a `traceparent`: one that is none loses a trace and no message."""
        return text if TRACEPARENT.fullmatch(text) else None

    @classmethod
    def read(cls, key: bytes | None, headers: Iterable[tuple[str, bytes | None]]) -> "Envelope":
        """The envelope in a record's key and headers. Raises EnvelopeError when one is missing, null, not UTF-8 or nonsense."""
        try:
            if key is None:
                raise EnvelopeError("a record without a key")
            texts = {name: _text(value) for name, value in headers if name.startswith("ce_")}
            actor = json.loads(texts["ce_actor"]) if "ce_actor" in texts else None
            time = datetime.fromisoformat(texts["ce_time"])
            if time.tzinfo is None:
                raise EnvelopeError("ce_time has no time zone")
            return cls(
                id=UUID(texts["ce_id"]),
                source=texts["ce_source"],
                type=texts["ce_type"],
                key=key.decode(),
                version=int(texts["ce_version"]),
                time=time,
                correlation=UUID(texts.get("ce_correlation", texts["ce_id"])),
                causation=UUID(texts["ce_causation"]) if "ce_causation" in texts else None,
                actor=Actor(*actor) if actor else None,
                after=tuple(Position(str(t), int(p), int(o)) for t, p, o in json.loads(texts.get("ce_after", "[]"))),
                trace=cls.readable_trace(texts.get(cls.TRACE, "")),
            )
        except EnvelopeError:
            raise
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise EnvelopeError(f"unreadable envelope: {error!r}") from error


def _text(value: bytes | None) -> str:
    if value is None:
        raise EnvelopeError("a null header")
    return value.decode()
