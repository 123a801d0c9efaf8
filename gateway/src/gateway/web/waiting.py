"""Commands that nobody has answered yet: what they are about shows an hourglass instead of a button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.message import Command


@dataclass(frozen=True, slots=True)
class Sent:
    """A command on its way: its type, the key and the thing that it is about, and when it was accepted (T-1)."""

    type: str
    key: str
    subject: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """The viewer's side's commands without an answer."""

    sent: Sequence[Sent] = ()

    def since(self, key: str, *kinds: type[Command], subject: str | None = None) -> datetime | None:
        """Since when the oldest command about `key` (of one of these kinds, and about `subject`) waits; None when none does."""
        about = (sent for sent in self.sent if sent.key == key and subject in (None, sent.subject))
        return next((sent.at for sent in about if not kinds or sent.type in {kind.TYPE for kind in kinds}), None)
