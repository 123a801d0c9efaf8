"""How a service says what it is: its name, its state, the table of what it listens to. `run` does the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contracts.answers import CommandAnswered
from contracts.calendar import DayStarted
from contracts.envelope import Envelope
from contracts.message import Command, Event, Message

from .db import Connection
from .settings import Settings
from .work import Handler, Work

if TYPE_CHECKING:
    from .runtime import Runtime

ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Subscription:
    """A topic of ours and the table of what is done with each of its messages; others are dropped by a look at a header.

    A topic whose handlers are all of commands takes nothing else: what is not in the table there is parked.
    """

    topic: str
    """Without prefix."""
    handlers: Mapping[type[Message], Handler]
    keys: Callable[[Any, Envelope], Iterable[str]] | None = None
    """All keys that a message touches, when not only its own. Pure; what it raises parks the message."""
    on_discard: Mapping[type[Message], Handler] = field(default_factory=dict)
    """What is done when the operator discards a parked message: an ask is answered "…Refused"."""

    @property
    def commands(self) -> bool:
        """Whether this is a topic of commands."""
        return bool(self.handlers) and all(issubclass(kind, Command) for kind in self.handlers)


@dataclass(frozen=True, slots=True)
class OutsideRecord:
    """A record as strangers wrote it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    body: bytes | None
    timestamp: datetime
    """Kafka's: the wall clock."""


@dataclass(frozen=True)
class Outside:
    """A topic that strangers write, without our envelope. Nothing that they send parks a key: `handle` refuses it on its reply topic."""

    topic: str
    """Without prefix."""
    handle: Callable[[Work[Any], OutsideRecord], Awaitable[None]]
    keys: Callable[[OutsideRecord], Iterable[str]]
    """Which keys it may touch; one that the service does not know has no state, and nothing can be emitted under it."""


@dataclass(frozen=True)
class Service:
    """One deployable: what `python -m <name>` runs."""

    name: str
    """Also the source of its events and the beginning of its consumer groups, `billing.events`."""
    state: type[Any] | None
    """A frozen dataclass, the state of one key, kept as JSON; None for a process that only projects."""
    subscriptions: tuple[Subscription | Outside, ...]
    migrations: str | Mapping[str, Sequence[str]]
    """The package of its NNNN_words.sql; or the packages of each schema, chassis' own named among them."""
    daily: Callable[[Work[Any], DayStarted], Awaitable[None]] | None = None
    """What a new day does to one key (T-2); once per day and key."""
    daily_keys: Callable[[Connection, DayStarted], Awaitable[list[str]]] | None = None
    """The keys that want `daily` for this day."""
    note: Callable[[Work[Any], CommandAnswered], Awaitable[None]] | None = None
    """Sees every answer before it is handled, that of a parked key too."""
    after_batch: Callable[[Connection, Sequence[Work[Any]]], Awaitable[None]] | None = None
    """At the end of a batch's transaction: one NOTIFY, not one per message."""
    on_start: tuple[Callable[[Runtime], AbstractAsyncContextManager[Any]], ...] = ()
    """Entered once migrations are applied, left when the process stops."""
    http: Callable[[Runtime], ASGIApp] | None = None
    """The service's own HTTP, beside `/live`, `/ready` and `/metrics`."""
    settings: type[Settings] = Settings
    publishes: Mapping[type[Message], str] = field(default_factory=dict)
    """On which topic (without prefix) each message for subscribers outside goes: a decision's `outside`."""
    keep_records: Callable[[Connection, Sequence[Any]], Awaitable[None]] | None = None
    """Keeps a decision's `records` in the service's own table."""
    says: Callable[[Any, Any], Iterable[Event]] | None = None
    """Who decides, says: what the log is told when a state changes, computed from the state before (None for a new key) and after.

    Called once per message and key, its events follow the message's own: no handler has to think of it, and none can forget it.
    """


def run(service: Service, arguments: Sequence[str] | None = None) -> None:
    """What `python -m <name>` does: run, or `parked list|show|replay|discard`. Ends the process with an error that says what to do."""
    from .runtime import main

    main(service, arguments)
