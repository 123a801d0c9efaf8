"""A record once it has been read: a message to handle, or one to park."""

import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from contracts.answers import CommandAnswered
from contracts.envelope import Envelope
from contracts.refusals import Refusal
from contracts.refusals.common import Discarded

from ..record import Record
from ..work import Handler, Work


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message to handle, or to park when `poison` says why it cannot be understood."""

    record: Record
    envelope: Envelope | None = None
    """Who says it, when and of what; absent when its headers cannot be read."""
    kind: Literal["command", "event", "outside", "impostor"] = "event"
    """An impostor claims a source that may not say its type: it is parked alone, and handled by nobody."""
    creates: bool = True
    """Whether a key of those that nobody knows is given a row."""
    keys: tuple[str, ...] = ()
    """Every key that it touches; none when its key cannot be read: it is then parked alone."""
    message: Any = None
    """What its handler gets: the parsed body, or the record itself when a stranger wrote it."""
    handler: Handler | None = None
    """What handles it; absent when it is poison, and for an answer that the service only notes."""
    on_discard: Handler | None = None
    on_refusal: Callable[[Work[Any], Record, Refusal], Awaitable[None]] | None = None
    """Tells a stranger that what they sent is refused."""
    poison: str | None = None
    number: tuple[str, str, int] | None = None
    """Source, key and version: a repeat has no higher version than what was seen of that source and key. A record of
    people has none, nor has what a stranger wrote.
    """
    id: UUID | None = None
    """The `id` of its work."""

    @property
    def answer(self) -> CommandAnswered | None:
        """The answer that it is, if it is one."""
        return self.message if isinstance(self.message, CommandAnswered) else None

    @property
    def holds(self) -> tuple[str, ...]:
        """The keys that it holds up while it is parked: a command that touches several (an import), its own alone.

        It asks one thing of many. What stands in its way for one of them refuses it, and nobody else waits for that.
        """
        return (self.envelope.key,) if self.is_of_many and self.envelope else self.keys

    @property
    def is_of_many(self) -> bool:
        """Whether it is a command that touches other keys than its own."""
        return self.kind == "command" and len(self.keys) > 1

    def refused(self, refusal: Refusal) -> "Incoming":
        """The same, to be answered by `refusal` without being handled."""

        async def refuse(_work: Work[Any], _message: Any) -> None:
            raise refusal

        return replace(self, handler=refuse)

    async def give_up(self, work: Work[Any], message: Any) -> None:
        """A handler: the operator discards it, and whoever waits for it is told."""
        if self.on_discard:
            await self.on_discard(work, message)
        if self.kind == "command":
            work.answer(work.answer_later(), *Discarded().faults())

    def poisoned_by(self, error: BaseException) -> "Incoming":
        """The same, to be parked because of `error`. A stranger's record holds nobody else up."""
        text = "".join(traceback.format_exception(error)).encode(errors="replace").decode().replace("\0", "�")
        return replace(self, poison=text, keys=() if self.kind == "outside" else self.keys)
