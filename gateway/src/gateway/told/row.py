"""The shape of what is told: a row for each event."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar

from chassis.db import Connection
from contracts.message import Event

Figures = Mapping[str, Any]
"""Codes, dates, hours and amounts, as JSON has them once they are stored; nobody's name, nothing that somebody wrote.

Some names mean the same in every row: `trainee`, `month` or `months`, and `invoice` (their ids) are what an act is about; `text` is the
record of `personal` that holds a reason; those in `fields.FIELDS` are told from what to what.
"""
Tone = Literal["ok", "warn", "bad", "wait", "info"]
Audience = Literal["holder", "agents", "administrators", "user"]
HOLDER: Final = "holder"
AGENTS: Final = "agents"
ADMINISTRATORS: Final = "administrators"
USER: Final = "user"
"""Who is notified: the organisation that holds the action, the Region's agents, those who administer an organisation's accounts, or the one
person whom the figure `user` names.
"""
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
class Told(Generic[E]):
    """Everything that is told of an event.

    `figures` are kept in the history (ACC-8), whose `line` is a sentence with their names in braces, or gives one for them. An event about
    `several` trainees is an act for each of them, with these figures. `known` is what the notices say besides, from the views, given the
    contract's number; None: nobody is notified.
    """

    event: type[E]
    line: str | Callable[[Figures], str]
    figures: Callable[[E], Figures] = _nothing
    several: Callable[[E], Iterable[Figures]] | None = None
    notices: tuple[Notice[E], ...] = ()
    known: Callable[[Connection, str, E], Awaitable[Figures | None]] | None = None

    def acts(self, event: E) -> list[Figures]:
        """The figures of each act that the event is."""
        return list(self.several(event)) if self.several else [self.figures(event)]

    def sentence(self, figures: Figures) -> str:
        """The line of an act with these figures, their names still in braces."""
        return self.line(figures) if callable(self.line) else self.line


def subject_of(figures: Figures) -> str:
    """What an act is about most closely, by its ids: a trainee in a month, a trainee, a month, an invoice; empty for the action itself.

    What one act says of it takes the place of what the last one about the same said.
    """
    about = [str(figures[name]) for name in ("trainee", "month") if figures.get(name)]
    return "/".join(about) or str(figures.get("invoice") or "")
