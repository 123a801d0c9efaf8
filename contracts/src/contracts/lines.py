"""What is right and wrong in a trainee's line of a month: said early to who types it, decided when the month is confirmed.

The rules take a line as it travels, as `declarations` keeps it, or as the portal reads it back: whatever has these figures. Whether a
month may be filled in is for `declarations` to decide.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from itertools import accumulate
from operator import attrgetter
from typing import Protocol

from .codes import UNEXCUSED, AbsenceReason, Place
from .month import Month
from .refusals import Figurable, Refusal
from .refusals import declarations as refusals

ZERO, QUARTER, HOURS_A_DAY = Decimal(0), Decimal("0.25"), Decimal(10)
KINDS = ("attended", "excused", "unexcused")
FIGURES = tuple(f"{place}.{kind}" for place in Place for kind in KINDS)
"""The paths of the six figures in a line: `centre.attended` to `company.unexcused`."""
GET = {path: attrgetter(path) for path in FIGURES}
PARTS = ("start", "end", "reason", "place", "hours")
"""What a period of absence is made of."""
SUMS: dict[tuple[Place, str], tuple[type[Refusal], type[Refusal]]] = {
    (Place.CENTRE, "excused"): (refusals.ExcusedCentreUnexplained, refusals.ExcusedCentreOverexplained),
    (Place.CENTRE, "unexcused"): (refusals.UnexcusedCentreUnexplained, refusals.UnexcusedCentreOverexplained),
    (Place.COMPANY, "excused"): (refusals.ExcusedCompanyUnexplained, refusals.ExcusedCompanyOverexplained),
    (Place.COMPANY, "unexcused"): (refusals.UnexcusedCompanyUnexplained, refusals.UnexcusedCompanyOverexplained),
}
EXCEEDED: dict[Place, tuple[type[Refusal], type[Refusal]]] = {
    Place.CENTRE: (refusals.PlannedCentreExceeded, refusals.PlannedCentreExceededLater),
    Place.COMPANY: (refusals.PlannedCompanyExceeded, refusals.PlannedCompanyExceededLater),
}
"""What is refused when the hours of a place exceed the planned ones: by the month itself, or only with a later one."""


class Figures(Protocol):
    """The three figures of one place; None is a cell that is still empty."""

    @property
    def attended(self) -> Decimal | None:
        """Hours in training."""

    @property
    def excused(self) -> Decimal | None:
        """Hours of absence for a reason that the Region admits."""

    @property
    def unexcused(self) -> Decimal | None:
        """Hours of absence for no such reason."""


class Absence(Protocol):
    """A period of absence (DEC-4); what is not typed yet is None."""

    @property
    def start(self) -> date | None:
        """Its first day."""

    @property
    def end(self) -> date | None:
        """Its last day."""

    @property
    def reason(self) -> AbsenceReason | None:
        """Why the trainee was absent."""

    @property
    def place(self) -> Place | None:
        """From where."""

    @property
    def hours(self) -> Decimal | None:
        """How many hours."""


class SixFigures(Protocol):
    """A trainee's hours of a month."""

    @property
    def centre(self) -> Figures:
        """Those in the training centre."""

    @property
    def company(self) -> Figures:
        """Those in a company."""


class Line(SixFigures, Protocol):
    """A trainee's line of a month, with what explains its absences."""

    @property
    def absences(self) -> Sequence[Absence]:
        """In the order in which they were typed."""


def figure(line: SixFigures, path: str) -> Decimal | None:
    """The figure at `path` (`centre.excused`); None for an empty cell."""
    hours: Decimal | None = GET[path](line)
    return hours


def of_place(line: SixFigures, place: Place) -> Figures:
    """The three figures of `place`."""
    return line.centre if place is Place.CENTRE else line.company


def total(figures: Figures) -> Decimal:
    """The hours of one place, attended or not; an empty cell counts for nothing."""
    return sum((getattr(figures, kind) or ZERO for kind in KINDS), ZERO)


def is_complete(line: SixFigures) -> bool:
    """Whether the six figures are there, zeros too (DEC-2)."""
    return all(figure(line, path) is not None for path in FIGURES)


def explained(line: Line, place: Place, kind: str) -> Decimal:
    """The hours of the periods in `place` whose reason is of that kind: the reason tells excused from unexcused (DEC-4)."""
    return sum(
        (
            absence.hours or ZERO
            for absence in line.absences
            if absence.place is place and absence.reason and (absence.reason in UNEXCUSED) == (kind == "unexcused")
        ),
        ZERO,
    )


def wrong_figures(line: Line, item: str | None = None) -> list[Refusal]:
    """Every figure of the line and of its absences that is negative or no quarter hour: such a line cannot be saved (DEC-3)."""
    absences = ((f"absences.{number}.hours", absence.hours) for number, absence in enumerate(line.absences))
    typed = (*((path, figure(line, path)) for path in FIGURES), *absences)
    return [refusal for field, hours in typed if hours is not None for refusal in wrong_hours(hours, field, item)]


def wrong_hours(typed: Decimal, field: str, item: str | None = None) -> list[Refusal]:
    """The fault of hours that are negative or no quarter hour, if they are."""
    below = (typed / QUARTER).to_integral_value(ROUND_FLOOR) * QUARTER
    if typed < 0:
        return [refusals.NegativeHours(item=item, field=field, typed=typed)]
    if typed != below:
        return [refusals.NotQuarterHour(item=item, field=field, typed=typed, below=below, above=below + QUARTER)]
    return []


def wrong_line(line: Line, presence: tuple[date, date], trainee: str) -> list[Refusal]:
    """Everything for which a line that can be saved cannot be confirmed, for a trainee who is present in its month from the first to the
    last day of `presence` (DEC-3, DEC-4).
    """
    empty = [path for path in FIGURES if figure(line, path) is None]
    if len(empty) == len(FIGURES):
        return [refusals.LineMissing(item=trainee, trainee=trainee)]
    wrong: list[Refusal] = [refusals.FigureMissing(item=trainee, field=path) for path in empty]
    typed, limit = total(line.centre) + total(line.company), HOURS_A_DAY * days(*presence)
    if typed > limit:
        wrong.append(refusals.TooManyHours(item=trainee, trainee=trainee, typed=typed, limit=limit, first=presence[0], last=presence[1]))
    for number, absence in enumerate(line.absences):
        wrong += _wrong_period(absence, presence, trainee, f"absences.{number}")
    wrong += _wrong_sums(line, trainee)
    return wrong


def beyond_plan(
    month: Month, line: SixFigures, others: Mapping[Month, SixFigures], place: Place, planned: Decimal, item: str | None = None
) -> list[Refusal]:
    """What is wrong when a trainee's hours of `month` and of the `others` together exceed those `planned` in `place` (DEC-3).

    `others` are the trainee's stored lines of the months that are confirmed or reopened. The refusal names the months that make the sum
    and, in a correction, the later one with which it goes beyond (BIL-7).
    """
    hours = {of: total(of_place(declared, place)) for of, declared in sorted({**others, month: line}.items())}
    excess = sum(hours.values(), ZERO) - planned
    if excess <= 0:
        return []
    in_the_way = next(of for of, so_far in zip(hours, accumulate(hours.values()), strict=True) if so_far > planned)
    figures: dict[str, Figurable] = {"months": tuple(of for of in hours if hours[of]), "excess": excess, "planned": planned}
    alone, with_later = EXCEEDED[place]
    if in_the_way > month:
        return [with_later(item=item, field=f"{place}.attended", later=in_the_way, **figures)]
    return [alone(item=item, field=f"{place}.attended", **figures)]


def days(first: date, last: date) -> int:
    """Calendar days from `first` to `last`, both included."""
    return (last - first).days + 1


def _wrong_sums(line: Line, item: str) -> Iterator[Refusal]:
    """The excused and unexcused hours that the periods do not explain, or explain twice (DEC-4); an empty cell is another fault."""
    for (place, kind), (too_few, too_many) in SUMS.items():
        typed = figure(line, f"{place}.{kind}")
        missing = typed - explained(line, place, kind) if typed is not None else ZERO
        if missing > 0:
            yield too_few(item=item, field=f"{place}.{kind}", missing=missing)
        elif missing < 0:
            yield too_many(item=item, field=f"{place}.{kind}", excess=-missing)


def _wrong_period(absence: Absence, presence: tuple[date, date], item: str, path: str) -> Iterator[Refusal]:
    """What is wrong with one period: whole, within month and presence, at most 10 h per calendar day (DEC-4)."""
    yield from (refusals.AbsencePartMissing(item=item, field=f"{path}.{part}") for part in PARTS if getattr(absence, part) is None)
    first, last = presence
    for part, on in (("start", absence.start), ("end", absence.end)):
        if on and not first <= on <= last:
            yield refusals.AbsenceOutsidePresence(item=item, field=f"{path}.{part}", first=first, last=last)
    if absence.start and absence.end and absence.end < absence.start:
        yield refusals.AbsenceDatesReversed(item=item, field=f"{path}.end", start=absence.start)
    elif absence.start and absence.end and absence.hours is not None:
        limit = HOURS_A_DAY * days(absence.start, absence.end)
        if absence.hours > limit:
            yield refusals.AbsenceTooLong(item=item, field=f"{path}.hours", typed=absence.hours, limit=limit)
