"""What is right and wrong in a trainee's line of a month by itself: said early to who types it, decided when the month is confirmed.

What rests on more than the line (the planned hours of all months, whether this one may be filled in) is for `declarations` to decide.
"""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from .codes import UNEXCUSED, Place
from .declarations import Absence, ConfirmedLine, Line, PlaceFigures, PlaceHours
from .refusals import Refusal
from .refusals import declarations as refusals

ZERO, QUARTER, HOURS_A_DAY = Decimal(0), Decimal("0.25"), Decimal(10)
KINDS = ("attended", "excused", "unexcused")
FIGURES = tuple(f"{place}.{kind}" for place in Place for kind in KINDS)
"""The paths of the six figures in a line: `centre.attended` to `company.unexcused`."""
PARTS = ("start", "end", "reason", "place", "hours")
"""What a period of absence is made of."""
SUMS: dict[tuple[Place, str], tuple[type[Refusal], type[Refusal]]] = {
    (Place.CENTRE, "excused"): (refusals.ExcusedCentreUnexplained, refusals.ExcusedCentreOverexplained),
    (Place.CENTRE, "unexcused"): (refusals.UnexcusedCentreUnexplained, refusals.UnexcusedCentreOverexplained),
    (Place.COMPANY, "excused"): (refusals.ExcusedCompanyUnexplained, refusals.ExcusedCompanyOverexplained),
    (Place.COMPANY, "unexcused"): (refusals.UnexcusedCompanyUnexplained, refusals.UnexcusedCompanyOverexplained),
}


def figure(line: Line | ConfirmedLine, path: str) -> Decimal | None:
    """One of the six figures; None for an empty cell."""
    place, kind = path.split(".")
    found: Decimal | None = getattr(getattr(line, place), kind)
    return found


def total(figures: PlaceFigures | PlaceHours) -> Decimal:
    """The hours of one place, attended or not; an empty cell counts for nothing."""
    return sum((getattr(figures, kind) or ZERO for kind in KINDS), ZERO)


def is_complete(line: Line | ConfirmedLine) -> bool:
    """Whether the six figures are there, zeros too (DEC-2)."""
    return all(figure(line, path) is not None for path in FIGURES)


def explained(line: Line, place: Place, kind: str) -> Decimal:
    """The hours of the periods in `place` whose reason is of that kind: the reason tells excused from unexcused (DEC-4)."""
    of_kind = (one for one in line.absences if one.place is place and one.reason and (one.reason in UNEXCUSED) == (kind == "unexcused"))
    return sum((one.hours or ZERO for one in of_kind), ZERO)


def wrong_figures(line: Line, item: str | None = None) -> list[Refusal]:
    """Every figure of the line and of its absences that is negative or no quarter hour: such a line cannot be saved (DEC-3)."""
    absences = ((f"absences.{number}.hours", absence.hours) for number, absence in enumerate(line.absences))
    wrong: list[Refusal] = []
    for field, typed in (*((path, figure(line, path)) for path in FIGURES), *absences):
        if typed is None:
            continue
        below = (typed / QUARTER).to_integral_value(ROUND_FLOOR) * QUARTER
        if typed < 0:
            wrong.append(refusals.NegativeHours(item=item, field=field, typed=typed))
        elif typed != below:
            wrong.append(refusals.NotQuarterHour(item=item, field=field, typed=typed, below=below, above=below + QUARTER))
    return wrong


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
