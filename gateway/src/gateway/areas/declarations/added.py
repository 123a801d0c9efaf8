"""The hours that are paid after an admissible exit: what a reason would do before it is chosen, and what a month adds (DEC-5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from contracts.added import Remainder, remaining
from contracts.codes import ADMISSIBLE, Place, Standing
from contracts.lines import ZERO
from contracts.month import Month
from gateway.areas.action.action import Action
from gateway.web.values import Values

from .grid import Entry
from .queries import Row

SHUT = frozenset({Standing.CONFIRMED, Standing.PASSED_OVER})
"""Months that add nothing any more."""


@dataclass(frozen=True, slots=True)
class Adds:
    """What a month adds of a trainee's hours, in each place, and what that is worth, exactly, in euros (BIL-1)."""

    month: Month
    centre: Decimal
    company: Decimal
    due_centre: Decimal
    due_company: Decimal

    @property
    def due(self) -> Decimal:
        """What it is worth, in both places."""
        return self.due_centre + self.due_company


@dataclass(frozen=True, slots=True)
class WouldAdd:
    """What an admissible reason would do to pay for an exit `on` that day, month by month."""

    on: date
    months: tuple[Adds, ...]

    @property
    def due(self) -> Decimal:
        """What it would be worth."""
        return sum((adds.due for adds in self.months), ZERO)

    @property
    def hours(self) -> Decimal:
        """All hours that would be added."""
        return sum((adds.centre + adds.company for adds in self.months), ZERO)


def leaving_on(values: Values, entry: Entry) -> date | None:
    """The day of the exit that is typed, whatever else is still to be said of it; None when none is, or it cannot be read."""
    name = f"{entry.key}.exit.on"
    return None if name in values.errors else values.date(name)


def leaves_on(entry: Entry, action: Action, typed: date | None) -> date | None:
    """The day for which it is shown what an admissible reason would do: that of the exit that is typed, or the last of presence in the
    month. None when no day before the planned end is left, and when that exit is admissible and stored: the service has said what comes
    of it.
    """
    row, leaving = entry.row, entry.leaving
    if leaving and leaving == row.exit and leaving.reason in ADMISSIBLE:
        return None
    last = action.planned_end - timedelta(days=1)
    on = typed if typed and row.entered_on <= typed <= action.planned_end else min(row.last, last)
    return on if row.entered_on <= on <= last else None


def would_add(entry: Entry, action: Action, on: date) -> WouldAdd:
    """What it would do for an exit on that day. It costs more than all else in a row: it is asked for the rows that show it."""
    open_ = tuple(view.month for view in action.months if view.month >= Month.of(on) and view.standing not in SHUT)
    hours = {place: _of_place(place, entry, action, on, open_) for place in Place}
    return WouldAdd(on, tuple(_adds(action, month, *(hours[place][month] for place in Place)) for month in open_))


def _of_place(place: Place, entry: Entry, action: Action, on: date, open_: tuple[Month, ...]) -> dict[Month, Decimal]:
    row = entry.row
    # What other months added is in their lines.
    left = remaining(place, row.planned(place, action.terms), (*row.others.values(), entry.line), ())
    return Remainder.of(place, on, action.planned_end, row.pathway.periods if row.pathway else action.periods).foreseen(left, open_)


def _adds(action: Action, month: Month, centre: Decimal, company: Decimal) -> Adds:
    return Adds(month, centre, company, centre * action.terms.centre.rate, company * action.terms.company.rate)


def added_in(rows: Iterable[Row], action: Action, month: Month) -> list[tuple[Row, Adds]]:
    """For whom `month` adds hours, and how many, as `declarations` said."""
    return [(row, _adds(action, month, row.adds.centre, row.adds.company)) for row in rows if row.adds]


def hours_of(added: Iterable[tuple[Row, Adds]]) -> dict[Place, Decimal]:
    """The hours of everybody, by place."""
    hours = [adds for _, adds in added]
    return {place: sum((getattr(adds, place) for adds in hours), ZERO) for place in Place}
