"""Periods of absence, which explain the excused and unexcused hours of a line (DEC-4)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from contracts.codes import UNEXCUSED, Place
from contracts.declarations import Absence, Line
from contracts.refusals import Refusal
from contracts.refusals.declarations import (
    AbsenceDatesReversed,
    AbsenceOutsidePresence,
    AbsencePartMissing,
    AbsenceTooLong,
    ExcusedCentreOverexplained,
    ExcusedCentreUnexplained,
    ExcusedCompanyOverexplained,
    ExcusedCompanyUnexplained,
    UnexcusedCentreOverexplained,
    UnexcusedCentreUnexplained,
    UnexcusedCompanyOverexplained,
    UnexcusedCompanyUnexplained,
)

HOURS_A_DAY = Decimal(10)
PARTS = ("start", "end", "reason", "place", "hours")
SUMS: dict[tuple[Place, str], tuple[type[Refusal], type[Refusal]]] = {
    (Place.CENTRE, "excused"): (ExcusedCentreUnexplained, ExcusedCentreOverexplained),
    (Place.CENTRE, "unexcused"): (UnexcusedCentreUnexplained, UnexcusedCentreOverexplained),
    (Place.COMPANY, "excused"): (ExcusedCompanyUnexplained, ExcusedCompanyOverexplained),
    (Place.COMPANY, "unexcused"): (UnexcusedCompanyUnexplained, UnexcusedCompanyOverexplained),
}


def days(first: date, last: date) -> int:
    """Calendar days from `first` to `last`, both included."""
    return (last - first).days + 1


def wrong_absences(line: Line, presence: tuple[date, date], item: str) -> list[Refusal]:
    """Everything that is wrong with a line's absences, for a trainee present from the first to the last day of `presence` (DEC-4)."""
    wrong: list[Refusal] = []
    for number, absence in enumerate(line.absences):
        wrong += wrong_period(absence, presence, item, f"absences.{number}")
    for (place, kind), (too_few, too_many) in SUMS.items():
        figure: Decimal | None = getattr(getattr(line, place), kind)
        if figure is None:
            continue
        missing = figure - explained(line.absences, place, unexcused=kind == "unexcused")
        if missing > 0:
            wrong.append(too_few(item=item, field=f"{place}.{kind}", missing=missing))
        elif missing < 0:
            wrong.append(too_many(item=item, field=f"{place}.{kind}", excess=-missing))
    return wrong


def explained(absences: Iterable[Absence], place: Place, *, unexcused: bool) -> Decimal:
    """The hours of the periods in `place` whose reason is of that kind: the reason tells excused from unexcused (DEC-4)."""
    of_kind = (absence for absence in absences if absence.place is place and absence.reason and (absence.reason in UNEXCUSED) == unexcused)
    return sum((absence.hours for absence in of_kind if absence.hours is not None), Decimal(0))


def wrong_period(absence: Absence, presence: tuple[date, date], item: str, path: str) -> list[Refusal]:
    """What is wrong with one period: whole, within month and presence, at most 10 h per calendar day (DEC-4)."""
    wrong: list[Refusal] = [AbsencePartMissing(item=item, field=f"{path}.{part}") for part in PARTS if getattr(absence, part) is None]
    first, last = presence
    for part, on in (("start", absence.start), ("end", absence.end)):
        if on and not first <= on <= last:
            wrong.append(AbsenceOutsidePresence(item=item, field=f"{path}.{part}", first=first, last=last))
    if absence.start and absence.end and absence.end < absence.start:
        wrong.append(AbsenceDatesReversed(item=item, field=f"{path}.end", start=absence.start))
    elif absence.start and absence.end and absence.hours is not None:
        limit = HOURS_A_DAY * days(absence.start, absence.end)
        if absence.hours > limit:
            wrong.append(AbsenceTooLong(item=item, field=f"{path}.hours", typed=absence.hours, limit=limit))
    return wrong
