"""What a rule decided about one key: a value, so that rules need nothing that awaits. `Work.keep` writes it."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from contracts.message import Event, Message

S = TypeVar("S", covariant=True)  # what is decided of an account is decided of one of several kinds of state


@dataclass(frozen=True)
class Decision(Generic[S]):
    """The state as it becomes, and what is said about it. Rules return it; nothing of it is kept when the handler refuses after all."""

    state: S
    events: tuple[Event, ...] = ()
    """Facts for the log, in order."""
    records: tuple[Any, ...] = ()
    """What must not stand in the log: records with an id and a version of their own, kept in the service's table and published apart."""
    outside: tuple[Message, ...] = ()
    """What subscribers outside are told, on a topic of theirs."""
    waits: bool = False
    """Another service was asked: the command is answered by `Work.answer` when that service has answered. The state names the command."""
