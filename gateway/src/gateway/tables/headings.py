"""Which column is which: headings in any order, whatever the letters, and not always on the first line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .cells import Rows, comparable

Column = TypeVar("Column")
LOOKED_AT = 20
"""Lines among which the headings are looked for: a title may stand above them."""


@dataclass(slots=True)
class Headings(Generic[Column]):
    """Where each column is, on which line its heading was read; titles that name no column, and those that name one twice."""

    line: int = 0
    places: dict[Column, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def cells(self, texts: Sequence[str]) -> dict[Column, str]:
        """A row's texts by column; a row may end early."""
        return {column: texts[place] for column, place in self.places.items() if place < len(texts)}


def headings(line: int, titles: Iterable[str], called: Mapping[str, Column]) -> Headings[Column]:
    """What these titles say; `called` has the columns by what their headings may be."""
    known = {comparable(name): column for name, column in called.items()}
    read: Headings[Column] = Headings(line)
    for place, title in enumerate(titles):
        column = known.get(comparable(title))
        if column is not None and column not in read.places:
            read.places[column] = place
        elif title:
            (read.unknown if column is None else read.twice).append(title)
    return read


def under_headings(rows: Rows, called: Mapping[str, Column]) -> tuple[Headings[Column], Rows]:
    """The headings of a table, from the line that names most columns, and the rows below it."""
    tried = [headings(line, titles, called) for line, titles in rows[:LOOKED_AT]]
    best = max(tried, key=lambda read: len(read.places), default=Headings())
    return best, [(line, texts) for line, texts in rows if line > best.line]
