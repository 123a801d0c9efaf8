"""What is wrong in a table that was sent: an import says all of it at once, by line and column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .headings import Column, Headings

LARGEST_FILE, ROOM = 2 * 1024 * 1024, 1024 * 1024
"""Bytes of an organisation's table, and around it: its form says itself that it is a little too large."""
MOST_SHOWN = 500
"""Problems on a page."""
SHOWN = 100
"""Characters of a cell that is wrong: enough to find it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """On which line (0: in all of it), whose row, in which column, what was read there, and how to repair it."""

    line: int
    who: str
    column: str
    value: str
    what: str


def told(wrong: Sequence[Problem]) -> dict[str, Any]:
    """What a page shows of them (`_problems.html`), how many there are, and on how many lines."""
    return {"problems": wrong[:MOST_SHOWN], "count": len(wrong), "lines": len({problem.line for problem in wrong})}


def wrong_columns(read: Headings[Column], needed: Iterable[Column], called: Mapping[Column, str]) -> list[Problem]:
    """The columns that are missing, or there twice."""
    missing = [Problem(read.line, "", called[name], "", "Cette colonne manque. Ajoutez-la, avec ce nom.") for name in needed]
    twice = [Problem(read.line, "", title[:SHOWN], "", "Cette colonne figure deux fois. Supprimez-en une.") for title in read.twice]
    return [*missing, *twice]
