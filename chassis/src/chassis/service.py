"""How a service says what it is: its name, its state, the table of what it listens to. `chassis.process.run` does the rest."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, Protocol

from litestar.types import ControllerRouterHandler

from contracts.answers import CommandAnswered
from contracts.envelope import Actor, Envelope
from contracts.message import Command, Event, Message
from contracts.refusals import Refusal

from .db import Connection
from .record import Record
from .settings import Settings
from .work import Handler, Work


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
    erased: Handler | None = None
    """Of a topic of records: what is done when one is erased, which a record without a body says of its key. Its handler gets None."""

    @property
    def commands(self) -> bool:
        """Whether this is a topic of commands."""
        return bool(self.handlers) and all(issubclass(kind, Command) for kind in self.handlers)


@dataclass(frozen=True)
class Outside:
    """A topic that strangers write, without our envelope. Nothing that they send parks a key: what is wrong with it, `handle` refuses.

    They have no time of ours: what they send happens at the time of the last tick.
    """

    topic: str
    """Without prefix."""
    handle: Callable[[Work[Any], Record], Awaitable[None]]
    """Raises a Refusal for what cannot be done; what it wrote until then is taken back."""
    keys: Callable[[Record], Iterable[str]]
    """Which keys it may touch."""
    refused: Callable[[Work[Any], Record, Refusal], Awaitable[None]]
    """Tells the stranger of the refusal, on their reply topic."""
    replies: str = ""
    """That topic, without prefix: it tells a database that was restored which records had been answered. The service may read it."""
    actor: Actor | None = None
    """Who writes it: whoever reads what comes of a record reads who began it."""
    creates: bool = False
    """Whether a stranger may begin something: a key that the service does not know is given a row, to be locked by. Otherwise it has no
    state, and nothing can be emitted under it.
    """


@dataclass(frozen=True)
class Ticks:
    """A topic whose messages move the service's time on. Each is done once for every key that wants it, then for the service itself.

    The keys are done in chunks, each its own transaction. A tick that is not after the last one is done for nobody.
    """

    topic: str
    """Without prefix."""
    message: type[Message]
    keys: Callable[[Connection, Any], Awaitable[Iterable[str]]] | None = None
    """The keys that want this tick; None when none ever does."""
    handle: Handler | None = None
    """What the tick does to one of them."""


Series = tuple[str, str]
"""What is numbered together: what one source (in one epoch) says about one key."""


class Host(Protocol):
    """The process that runs a service, as the service's own parts (`on_start`, `http`) see it."""

    service: "Service"
    settings: Any

    async def connect(self) -> Connection:
        """A new connection to the service's database; whoever asks closes it."""

    def background(self, routine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs `routine` until the process stops; what it raises ends the process."""


@dataclass(frozen=True)
class Service:
    """One deployable: what `python -m <name>` runs."""

    name: str
    """Also the source of its events and the beginning of its consumer groups, `<name>.events`."""
    state: type[Any] | UnionType | None
    """A frozen dataclass, the state of one key, kept as JSON; of several, which their fields tell apart, a key has one. None for a process
    that only projects.
    """
    subscriptions: tuple[Subscription | Outside | Ticks, ...]
    migrations: str | Mapping[str, Sequence[str]]
    """The package of its NNNN_words.sql; or the packages of each schema, chassis' own named among them."""
    note: Callable[[Work[Any], CommandAnswered], Awaitable[None]] | None = None
    """Sees every answer before it is handled, that of a parked key too."""
    after_batch: Callable[[Connection, Sequence[Work[Any]]], Awaitable[None]] | None = None
    """At the end of a batch's transaction: one NOTIFY, not one per message."""
    before_sending: Callable[[Connection, Settings], Awaitable[None]] | None = None
    """Each time that a relay becomes the one that sends, before it does; under its lock."""
    on_start: tuple[Callable[[Host], AbstractAsyncContextManager[Any]], ...] = ()
    """Entered once migrations are applied, left when the process stops."""
    http: Callable[[], Sequence[ControllerRouterHandler]] | None = None
    """The service's own HTTP, on a port of its own; called once its parts have started."""
    settings: type[Settings] = Settings
    says: Callable[[Any | None, Any], Iterable[Event]] | None = None
    """What else the log is told whenever a message changed the state of a key, given the state before and after: after the events of the
    message, before its answer. What can be done next is said so, once for the whole service.
    """
    retold: Mapping[type[Event], Handler] = field(default_factory=dict)
    """Does again what no message caused (`Engine.direct`), for a restored database: by the first event that came of it, which it says
    again.
    """
    shared: Callable[[Any, Envelope, Any | None], Iterable[str]] | None = None
    """What a message may write that belongs to no key, by name: given the message, its envelope and the state of its own key. All that a
    batch names is locked before its first handler, in one order, so that two batches never wait for each other in a circle.
    """
    publishes: Mapping[type[Message], str] = field(default_factory=dict)
    """On which topic (without prefix) each message for subscribers outside goes: a decision's `outside`."""
    records_topic: str = ""
    """The topic (without prefix) of what must not stand on the log: records with an id, of which the latest version counts."""
    keep_records: Callable[[Connection, Sequence[Any]], Awaitable[None]] | None = None
    """Keeps a decision's `records` in the service's own table."""
