"""The shape of what is told: a row for each event."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar

from chassis.db import Connection
from contracts.message import Event

Figures = Mapping[str, Any]
"""Codes, dates, hours and amounts, as JSON has them once they are stored; nobody's name, nothing that somebody wrote."""
Tone = Literal["ok", "warn", "bad", "wait", "info"]
Audience = Literal["holder", "agents"]
HOLDER: Final = "holder"
AGENTS: Final = "agents"
"""Who is notified: the organisation that holds the action, or the Region's agents."""
E = TypeVar("E", bound=Event)


def _always(_event: Any) -> bool:
    return True


def _nothing(_event: Any) -> Figures:
    return {}


@dataclass(frozen=True, slots=True)
class Notice(Generic[E]):
    """Whom an event notifies, and how it reads (NOT-1): a title, a sentence, and a link to where something can be done.

    Braces in `title`, `text` and `path` are filled from figures (`words.sentences`): the row's, unless the notice has its own; and all may
    say `{action}` (its title), `{contract}` (its number) and `{organisation}`. `kind` is stored, and names the sentence: it never changes.
    """

    to: Audience
    kind: str
    tone: Tone
    title: str
    text: str
    link: str
    path: str
    figures: Callable[[E], Figures] | None = None
    when: Callable[[E], bool] = _always


@dataclass(frozen=True, slots=True)
class Together:
    """Events about several trainees that read as one line: those of one day, by one person, whose figure `by` is the same.

    `line` has the figures of the first of them, and `trainees`, how many trainees they are about.
    """

    by: str
    line: str


@dataclass(frozen=True, slots=True)
class Told(Generic[E]):
    """Everything that is told of an event.

    `figures` are kept in the history (ACC-8), whose `line` is a sentence with their names in braces, or gives one for them; an act
    without a line is kept and shown nowhere. `known` is what the notices say besides, from the views, given the
    contract's number; None: nobody is notified.
    """

    event: type[E]
    line: str | Callable[[Figures], str] = ""
    figures: Callable[[E], Figures] = _nothing
    together: Together | None = None
    notices: tuple[Notice[E], ...] = ()
    known: Callable[[Connection, str, E], Awaitable[Figures | None]] | None = None
