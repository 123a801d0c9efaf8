"""A rejected month: what was declared, what is stored now, and whether anything is different (BIL-7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from contracts.codes import Place
from contracts.declarations import ConfirmedLine
from contracts.lines import FIGURES, SixFigures, figure
from contracts.month import Month
from gateway.areas.action.action import MonthView
from gateway.areas.action.visit import ActionVisit

from .queries import Confirmed, Row, load_confirmed


@dataclass(frozen=True, slots=True)
class Correction:
    """A trainee whose line is another than the rejected one: the six figures of each (None: not declared, or not typed), and which differ.

    `since` says that the line was saved since, whatever its figures: its absences may be others; `left`, that the exit is another.
    """

    row: Row
    before: tuple[Decimal | None, ...]
    after: tuple[Decimal | None, ...]
    since: bool
    left: bool

    @property
    def changed(self) -> tuple[bool, ...]:
        """Of each figure, whether it is another."""
        return tuple(before != after for before, after in zip(self.before, self.after, strict=True))


@dataclass(frozen=True, slots=True)
class Corrections:
    """All of a rejected month: who was corrected, and the names of the others."""

    corrected: tuple[Correction, ...]
    unchanged: tuple[str, ...]


def figures_of(line: SixFigures | None) -> tuple[Decimal | None, ...]:
    """The six figures; none of a trainee who was not declared."""
    return tuple(figure(line, path) if line else None for path in FIGURES)


def typed_of(line: ConfirmedLine | None) -> tuple[Decimal | None, ...]:
    """The figures that were typed of a confirmed line: nobody corrects what the month added (DEC-5)."""
    added = line.added if line else None
    less = {f"{place}.excused": getattr(added, place) for place in Place} if added else {}
    return tuple(None if hours is None else hours - less.get(path, 0) for path, hours in zip(FIGURES, figures_of(line), strict=True))


def corrections(rows: Iterable[Row], rejected: Confirmed, month: Month) -> Corrections:
    """What is different of `month` from what was rejected, as it is stored: that is what would be declared."""
    corrected: list[Correction] = []
    unchanged: list[str] = []
    for row in rows:
        since = bool(row.saved_at and row.saved_at > rejected.at)
        left = bool(row.exit_told_at and row.exit_told_at > rejected.at and (row.exit is None or Month.of(row.exit.on) <= month))
        found = Correction(row, typed_of(rejected.lines.get(row.trainee_id)), figures_of(row.line), since, left)
        if since or left or any(found.changed):
            corrected.append(found)
        else:
            unchanged.append(row.name)
    return Corrections(tuple(corrected), tuple(unchanged))


async def corrections_of(visit: ActionVisit, view: MonthView, rows: Iterable[Row]) -> Corrections | None:
    """Those of a month that is reopened; None of any other."""
    rejected = await load_confirmed(visit.db, visit.viewer, visit.contract, view.month) if view.is_reopened else None
    return corrections(rows, rejected, view.month) if rejected else None
