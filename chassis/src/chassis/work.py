"""What a handler gets: one message, the state of the keys that it touches, and where to put what it decides."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, LiteralString, TypeVar
from uuid import UUID

from contracts.answers import CommandAnswered, Fault
from contracts.envelope import Actor, Envelope, Position, derived_id
from contracts.message import Event, Message

from .db import Connection
from .decision import Decision
from .settings import EVENTS, Settings

S = TypeVar("S")
ERASED = "erased"
"""The type of a record without a body: its key says all that there is to say."""


class WorkError(Exception):
    """A handler did what no handler may: a bug, whose message is parked."""


@dataclass(slots=True)
class Aggregate(Generic[S]):
    """One locked row of `aggregates`: the version of the last event under its key, and its state."""

    version: int
    state: S | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message for the outbox. `topic` is without prefix; `version` is unique per key on `events`."""

    topic: str
    envelope: Envelope
    body: bytes | None
    """None on the topic of records alone: the record is erased."""


@dataclass(slots=True)
class Work(Generic[S]):
    """One message inside its batch's transaction. Nothing leaves it before the handler returned: a refusal takes it all back."""

    envelope: Envelope
    position: Position
    """Where the message was read."""
    at: datetime
    """The instant that decides every deadline, the command's; also of what is emitted. A handler of outside records may set it."""
    last_tick: datetime | None
    """The time of the last tick that this service has done; None before the first."""
    connection: Connection
    """For the service's own tables, in the same transaction."""
    source: str
    """The service's name."""
    keys: tuple[str, ...]
    """Every key that the message touches."""
    aggregates: Mapping[str, Aggregate[S]]
    id: UUID
    """The message's own id; of a message that is done once for each key, one derived from both. What it causes has ids derived from it."""
    settings: Settings | None = None
    """The process's, of the kind that its service names."""
    publishes: Mapping[type[Message], str] = field(default_factory=dict)
    """On which topic each message for subscribers outside goes."""
    says: Callable[[S | None, S], Iterable[Event]] | None = None
    """What the log is told of a state that changed: see `Service.says`."""
    records_topic: str = ""
    """On which topic records go."""
    records: list[Any] = field(default_factory=list)
    """What is to be kept in the service's own table of records."""
    saved: dict[str, S] = field(default_factory=dict)
    outgoing: list[Outgoing] = field(default_factory=list)
    emitted: dict[str, int] = field(default_factory=dict)
    """How many events were emitted under each key."""
    answers: list[tuple[UUID, tuple[Fault, ...]]] = field(default_factory=list)
    is_answered_later: bool = False
    put_off: list[tuple[LiteralString, tuple[object, ...]]] = field(default_factory=list)
    """Statements that run at the end of the batch, and their values."""
    leaves: list[Any] = field(default_factory=list)
    """What its handler leaves for `Service.after_batch`."""

    @property
    def key(self) -> str:
        """The message's own key."""
        return self.envelope.key

    @property
    def actor(self) -> Actor | None:
        """Who asked, at the beginning of it all."""
        return self.envelope.actor

    @property
    def state(self) -> S | None:
        """The state of the message's own key, as saved so far; None when it has none."""
        return self.state_of(self.key)

    @property
    def known(self) -> S:
        """The state that an event is about. Raises LookupError when what began it was never read: the event is parked."""
        if self.state is None:
            raise LookupError(f"{self.envelope.type} about {self.key}, of which nothing is known")
        return self.state

    def state_of(self, key: str) -> S | None:
        """The state of `key`, one of those that the subscription's `keys` named. Raises WorkError for another."""
        if key in self.saved:
            return self.saved[key]
        return None if key in self.keys and key not in self.aggregates else self._aggregate(key).state

    def keep(self, decision: Decision[S], key: str | None = None) -> None:
        """All that was decided of `key` (the message's own by default): its state, its facts, its records, what is told outside."""
        key = self.key if key is None else key
        self.is_answered_later |= decision.waits
        self.save(decision.state, decision.events, key=key)
        if decision.records and not self.records_topic:
            raise WorkError("this service has no topic of records")
        for record in decision.records:
            self.records.append(record)
            self.publish(self.records_topic, record.id, record)
        for message in decision.outside:
            self.publish(self.publishes[type(message)], key, message)

    def save(self, state: S, *events: Event | Iterable[Event], key: str | None = None) -> None:
        """The new state of `key` (the message's own by default) and what it says on `events` under that key."""
        self._aggregate(key := self.key if key is None else key)
        self.saved[key] = state
        self.emit(*events, key=key)

    def emit(self, *events: Event | Iterable[Event], key: str | None = None) -> None:
        """Facts for `events`. Raises WorkError under a key that the message does not touch: it would not be in order there."""
        key = self.key if key is None else key
        for argument in events:
            # A pydantic model is iterable too: it would fall apart into its fields.
            for event in [argument] if isinstance(argument, Message) else argument:
                version = self._aggregate(key).version + self.emitted.get(key, 0) + 1
                self._put(EVENTS, key, version, event)
                self.emitted[key] = self.emitted.get(key, 0) + 1

    def publish(self, topic: str, key: str, message: Message) -> None:
        """A message on another topic; on the topic of records, one with an id and a version, which the command's answer names."""
        self._put(topic, key, getattr(message, "version", 0) if topic == self.records_topic else 0, message)

    def erase(self, ids: Iterable[str]) -> None:
        """These records are no more: whoever reads the topic of records forgets them, and Kafka does. The handler has taken them out of the
        service's own table.
        """
        for id_ in ids:
            self.outgoing.append(Outgoing(self.records_topic, self._envelope(ERASED, id_, 0), None))

    def write_later(self, statement: LiteralString, *values: object) -> None:
        """Runs `statement` at the end of the batch, with all others of the same text, in the order of their messages: one trip to the
        database for all of them. For a table that no handler reads, and that statements put off alone write: of two texts, all of the
        first run before any of the second.
        """
        self.put_off.append((statement, values))

    def answer_later(self) -> UUID:
        """Something is asked of another service: this command is answered when that answer has come, by `answer`. Its id."""
        self.is_answered_later = True
        return self.envelope.id

    def answer(self, command_id: UUID, *faults: Fault) -> None:
        """The answer to a command of the message's own key, after the events of this message; no fault means accepted."""
        self.answers.append((command_id, faults))

    def close(self) -> None:
        """Adds what is said of the states that changed, then the answers that are due; chassis calls it when the handler has returned."""
        if self.says:
            for key, state in self.saved.items():
                self.emit(self.says(self.aggregates[key].state, state), key=key)
        records = [(sent.envelope.key, sent.envelope.version) for sent in self.outgoing if sent.topic == self.records_topic and sent.body]
        for command_id, faults in self.answers:
            self.emit(CommandAnswered.of(command_id, faults, records))
        self.answers.clear()

    def _aggregate(self, key: str) -> Aggregate[S]:
        if key not in self.keys or key not in self.aggregates:
            raise WorkError(f"{self.envelope.type} touches {key!r}, which its subscription does not name, or nobody knows")
        return self.aggregates[key]

    def _put(self, topic: str, key: str, version: int, message: Message) -> None:
        if self.source not in message.sources():
            raise WorkError(f"{self.source} may not say {message.TYPE}: no reader would believe it")
        self.outgoing.append(Outgoing(topic, self._envelope(message.TYPE, key, version), message.body()))

    def _envelope(self, type_: str, key: str, version: int) -> Envelope:
        return Envelope(
            id=derived_id(self.id, len(self.outgoing)),
            source=self.source,
            type=type_,
            key=key,
            version=version,
            time=self.at,
            correlation=self.envelope.correlation,
            causation=self.envelope.id,
            actor=self.actor,
            trace=self.envelope.trace,
        )


Handler = Callable[[Work[Any], Any], Awaitable[None]]
