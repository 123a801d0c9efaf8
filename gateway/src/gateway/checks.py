"""What a line still lacks before its month can be confirmed, as the page says it while it is typed (DEC-3 to DEC-6).

The service decides when the month is confirmed; these are its sentences, said early.
"""

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from contracts.actions import Terms
from contracts.codes import UNEXCUSED, Place
from contracts.declarations import Absence, Line
from contracts.refusals import Refusal
from contracts.refusals import declarations as refusals

from .views.declarations import KINDS, ZERO, Row, total

QUARTER = Decimal("0.25")
HOURS_A_DAY = Decimal(10)
FIGURES = tuple(f"{place}.{kind}" for place in Place for kind in KINDS)
PARTS = ("start", "end", "reason", "place", "hours")
SUMS: dict[tuple[Place, str], tuple[type[Refusal], type[Refusal]]] = {
    (Place.CENTRE, "excused"): (refusals.ExcusedCentreUnexplained, refusals.ExcusedCentreOverexplained),
    (Place.CENTRE, "unexcused"): (refusals.UnexcusedCentreUnexplained, refusals.UnexcusedCentreOverexplained),
    (Place.COMPANY, "excused"): (refusals.ExcusedCompanyUnexplained, refusals.ExcusedCompanyOverexplained),
    (Place.COMPANY, "unexcused"): (refusals.UnexcusedCompanyUnexplained, refusals.UnexcusedCompanyOverexplained),
}
EXCEEDED = {Place.CENTRE: refusals.PlannedCentreExceeded, Place.COMPANY: refusals.PlannedCompanyExceeded}


def figure(line: Line, path: str) -> Decimal | None:
    """One of the six figures: `centre.attended`."""
    place, kind = path.split(".")
    found: Decimal | None = getattr(getattr(line, place), kind)
    return found


def is_complete(line: Line) -> bool:
    """Whether the six figures are there, zeros too (DEC-2)."""
    return all(figure(line, path) is not None for path in FIGURES)


def wrong_figures(line: Line) -> Iterator[Refusal]:
    """Every figure that is negative or no quarter hour: such a line cannot be saved (DEC-3)."""
    periods = ((f"absences.{number}.hours", absence.hours) for number, absence in enumerate(line.absences))
    for field, typed in (*((path, figure(line, path)) for path in FIGURES), *periods):
        if typed is None:
            continue
        below = (typed / QUARTER).to_integral_value(ROUND_FLOOR) * QUARTER
        if typed < 0:
            yield refusals.NegativeHours(field=field, typed=typed)
        elif typed != below:
            yield refusals.NotQuarterHour(field=field, typed=typed, below=below, above=below + QUARTER)


def explained(line: Line, place: Place, kind: str) -> Decimal:
    """The hours of the periods of absence in `place` whose reason is of that kind (DEC-4)."""
    of_kind = (one for one in line.absences if one.place is place and one.reason and (one.reason in UNEXCUSED) == (kind == "unexcused"))
    return sum((one.hours or ZERO for one in of_kind), ZERO)


def lacking(row: Row, line: Line, terms: Terms) -> Iterator[Refusal]:
    """Everything for which a line that can be saved cannot be confirmed yet."""
    trainee = str(row.trainee_id)
    empty = [path for path in FIGURES if figure(line, path) is None]
    if len(empty) == len(FIGURES):
        yield refusals.LineMissing(trainee=trainee, field=FIGURES[0])
        return
    for path in empty:
        yield refusals.FigureMissing(field=path)
    typed, limit = total(line.centre) + total(line.company), HOURS_A_DAY * ((row.last - row.first).days + 1)
    if typed > limit:
        yield refusals.TooManyHours(field=FIGURES[0], trainee=trainee, typed=typed, limit=limit, first=row.first, last=row.last)
    for number, absence in enumerate(line.absences):
        yield from _wrong_period(row, absence, f"absences.{number}")
    for (place, kind), (too_few, too_many) in SUMS.items():
        missing = (figure(line, f"{place}.{kind}") or ZERO) - explained(line, place, kind)
        if missing > 0:
            yield too_few(field=f"{place}.{kind}", missing=missing)
        elif missing < 0:
            yield too_many(field=f"{place}.{kind}", excess=-missing)
    for place in Place:
        planned, so_far = getattr(terms, place).hours, row.used(place) + total(getattr(line, place))
        if so_far > planned:
            yield EXCEEDED[place](field=f"{place}.attended", excess=so_far - planned, planned=planned)


def _wrong_period(row: Row, absence: Absence, path: str) -> Iterator[Refusal]:
    missing = [part for part in PARTS if getattr(absence, part) is None]
    if missing:
        yield refusals.AbsencePartMissing(field=f"{path}.{missing[0]}")
    for part, on in (("start", absence.start), ("end", absence.end)):
        if on and not row.first <= on <= row.last:
            yield refusals.AbsenceOutsidePresence(field=f"{path}.{part}", first=row.first, last=row.last)
    if absence.start and absence.end and absence.end < absence.start:
        yield refusals.AbsenceDatesReversed(field=f"{path}.end", start=absence.start)
    elif absence.start and absence.end and absence.hours is not None:
        limit = HOURS_A_DAY * ((absence.end - absence.start).days + 1)
        if absence.hours > limit:
            yield refusals.AbsenceTooLong(field=f"{path}.hours", typed=absence.hours, limit=limit)
