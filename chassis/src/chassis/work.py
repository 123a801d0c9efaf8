"""What a handler gets: one message, the state of the keys that it touches, and where to put what it decides."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from contracts.answers import CommandAnswered, Fault, PersonalRef
from contracts.envelope import Actor, CommandRef, Envelope, Position, derived_id
from contracts.message import Event, Message

from .db import Connection
from .decision import Decision
from .settings import EVENTS, PERSONAL

S = TypeVar("S")


class WorkError(Exception):
    """A handler did what no handler may: a bug, whose message is parked."""


@dataclass(slots=True)
class Keyed(Generic[S]):
    """One locked row of `aggregates`: the version of the last event under its key, and its state."""

    version: int
    state: S | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row for the outbox. `topic` is without prefix; `version` is unique per key on `events`."""

    topic: str
    envelope: Envelope
    body: bytes


@dataclass(slots=True)
class Work(Generic[S]):
    """One message inside its batch's transaction. Nothing leaves it before the handler returned: a refusal takes it all back."""

    envelope: Envelope
    position: Position
    """Where the message was read."""
    at: datetime
    """The instant that decides every deadline (T-1), the command's; also of what is emitted. A handler of outside messages may set it."""
    today: date | None
    """The last day that this service saw begin (T-2)."""
    connection: Connection
    """For the service's own tables, in the same transaction. A command's handler writes only once it decided."""
    source: str
    keys: tuple[str, ...]
    """Every key that the message touches."""
    keyed: Mapping[str, Keyed[S]]
    numbering: UUID
    """Ids of what this message causes are derived from it."""
    publishes: Mapping[type[Message], str] = field(default_factory=dict)
    """On which topic each message for subscribers outside goes."""
    says: Callable[[S | None, S], Iterable[Event]] | None = None
    """What the log is told of a state that changed: see `Service.says`."""
    records: list[Any] = field(default_factory=list)
    """What is to be kept in the service's own table of records."""
    saved: dict[str, S] = field(default_factory=dict)
    outgoing: list[Outgoing] = field(default_factory=list)
    emitted: dict[str, int] = field(default_factory=dict)
    answers: list[tuple[CommandRef, tuple[Fault, ...]]] = field(default_factory=list)
    is_answered_later: bool = False

    @property
    def key(self) -> str:
        """The message's own key."""
        return self.envelope.key

    @property
    def known(self) -> S:
        """The state that an event is about. Raises LookupError when what began it was never read: the event is parked."""
        if self.state is None:
            raise LookupError(f"{self.envelope.type} about {self.key}, of which nothing is known")
        return self.state

    @property
    def actor(self) -> Actor | None:
        """Who asked, at the beginning of it all."""
        return self.envelope.actor

    @property
    def state(self) -> S | None:
        """The state of the message's own key, as saved so far; None when it has none."""
        return self.state_of(self.key)

    def state_of(self, key: str) -> S | None:
        """The state of `key`, one of those that the subscription's `keys` named. Raises WorkError for another."""
        if key in self.saved:
            return self.saved[key]
        return None if key in self.keys and key not in self.keyed else self._keyed(key).state

    def save(self, state: S, *events: Event | Iterable[Event], key: str | None = None) -> None:
        """The new state of `key` (the message's own by default) and what it says on `events` under that key."""
        self._keyed(key := self.key if key is None else key)
        self.saved[key] = state
        self.emit(*events, key=key)

    def keep(self, decision: Decision[S], key: str | None = None) -> None:
        """All that was decided of `key` (the message's own by default): its state, its facts, its records, what is told outside."""
        key = self.key if key is None else key
        self.save(decision.state, decision.events, key=key)
        for record in decision.records:
            self.records.append(record)
            self.publish(PERSONAL, record.id, record)
        for message in decision.outside:
            self.publish(self.publishes[type(message)], key, message)

    def emit(self, *events: Event | Iterable[Event], key: str | None = None) -> None:
        """Facts for `events`. Raises WorkError under a key that the message does not touch: it would not be in order there."""
        key = self.key if key is None else key
        for one in events:
            # A pydantic model is iterable too: it would fall apart into its fields.
            for event in [one] if isinstance(one, Message) else one:
                version = self._keyed(key).version + self.emitted.get(key, 0) + 1
                self.emitted[key] = self.emitted.get(key, 0) + 1
                self._put(EVENTS, key, version, event)

    def publish(self, topic: str, key: str, message: Message) -> None:
        """A message on another topic; on `personal`, a record with its own id and version, which the command's answer names."""
        self._put(topic, key, getattr(message, "version", 0) if topic == PERSONAL else 0, message)

    def answer_later(self) -> CommandRef:
        """Something is asked of another service: this command is answered when that answer has come, by `answer`."""
        self.is_answered_later = True
        return CommandRef(self.envelope.id, self.key, self.envelope.correlation, self.actor, self.at)

    def answer(self, ref: CommandRef, *faults: Fault) -> None:
        """The late answer, after the events of this message; no fault means accepted."""
        self.answers.append((ref, faults))

    def close(self) -> None:
        """Adds what is said of the states that changed, then the answers that are due; chassis calls it when the handler has returned."""
        if self.says:
            for key, state in self.saved.items():
                self.emit(self.says(self.keyed[key].state, state), key=key)
        personal = tuple(
            PersonalRef(id=sent.envelope.key, version=sent.envelope.version) for sent in self.outgoing if sent.topic == PERSONAL
        )
        for ref, faults in self.answers:
            self.emit(CommandAnswered(command_id=ref.command_id, faults=faults, personal=personal), key=ref.key)
        self.answers.clear()

    def _keyed(self, key: str) -> Keyed[S]:
        if key not in self.keys or key not in self.keyed:
            raise WorkError(f"{self.envelope.type} touches {key!r}, which its subscription does not name, or nobody knows")
        return self.keyed[key]

    def _put(self, topic: str, key: str, version: int, message: Message) -> None:
        envelope = Envelope(
            id=derived_id(self.numbering, len(self.outgoing)),
            source=self.source,
            type=message.TYPE,
            key=key,
            version=version,
            time=self.at,
            correlation=self.envelope.correlation,
            causation=self.envelope.id,
            actor=self.actor,
        )
        self.outgoing.append(Outgoing(topic, envelope, message.body()))


Handler = Callable[[Work[Any], Any], Awaitable[None]]
