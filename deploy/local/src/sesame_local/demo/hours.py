"""Hours as a training organisation would declare them: seven a day or so, an absence now and then. The same each time they are asked."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from random import Random

from contracts.codes import AbsenceReason, Place
from contracts.declarations import Absence, Line, PlaceFigures
from contracts.month import Month

from .days import weekdays
from .plan import Plan

QUARTER, ZERO = Decimal("0.25"), Decimal(0)
AWAY_FOR_SURE = 3
"""Trainees who are excused in the month whose proofs are shown."""
EXCUSED = (AbsenceReason.PERSONAL, AbsenceReason.SUMMONS, AbsenceReason.FAMILY)


def line(plan: Plan, index: int, month: Month) -> Line:
    """A trainee's whole line of a month, within DEC-3 and DEC-4: what the periods of each place plan, less absences."""
    chance = Random(f"{plan.number}/{index}/{month}")
    figures: dict[Place, PlaceFigures] = {}
    absences: list[Absence] = []
    for place in Place:
        days, each = _days(plan, index, month, place), _each(plan, index, place)
        excused, unexcused = list(_away(chance, place, days, each, sure=month == plan.proofs and index < AWAY_FOR_SURE))
        absences += [absence for absence in (excused, unexcused) if absence]
        away = [absence.hours if absence and absence.hours else ZERO for absence in (excused, unexcused)]
        figures[place] = PlaceFigures(attended=each * len(days) - sum(away), excused=away[0], unexcused=away[1])
    return Line(centre=figures[Place.CENTRE], company=figures[Place.COMPANY], absences=tuple(absences))


def corrected(of: Line) -> Line:
    """The line with two attended hours less, as an agent who rejects an invoice may ask for."""
    place = "centre" if of.centre.attended else "company"
    figures: PlaceFigures = getattr(of, place)
    less = figures.model_copy(update={"attended": max((figures.attended or ZERO) - 2, ZERO)})
    return of.model_copy(update={place: less})


def half_done(of: Line) -> Line:
    """The line as somebody leaves it who was called away: the centre's attended hours, nothing else."""
    return Line(centre=PlaceFigures(attended=of.centre.attended))


def _days(plan: Plan, index: int, month: Month, place: Place) -> list[date]:
    first, last = plan.presence(index)
    periods = [period for period in plan.periods if period.place is place]
    days = weekdays(max(first, month.first), min(last, month.last))
    return [day for day in days if any(period.start <= day <= period.end for period in periods)]


def _each(plan: Plan, index: int, place: Place) -> Decimal:
    """Hours a day, cut to the quarter so that they never exceed what is planned."""
    number = sum(len(weekdays(period.start, period.end)) for period in plan.periods if period.place is place)
    return (plan.planned_for(index)[place] / number / QUARTER).to_integral_value(ROUND_FLOOR) * QUARTER if number else ZERO


def _away(chance: Random, place: Place, days: list[date], each: Decimal, *, sure: bool) -> Iterator[Absence | None]:
    """An excused absence of a day, an unexcused late arrival of half an hour to two hours; mostly none, unless the first is `sure`."""
    for likely, reasons in ((1 if sure else 0.18, EXCUSED), (0.08, (AbsenceReason.LATE,))):
        if len(days) < 3 or chance.random() > likely:
            yield None
            continue
        day, reason = chance.choice(days), chance.choice(reasons)
        hours = Decimal(chance.choice(("0.5", "1", "2"))) if reason is AbsenceReason.LATE else each
        yield Absence(start=day, end=day, reason=reason, place=place, hours=min(hours, each))
