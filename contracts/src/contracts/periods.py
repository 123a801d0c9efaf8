"""Periods of training: in a contract (ACT-4), as an organisation validates them (DAT-2), in a trainee's own pathway (TRN-3)."""

from collections.abc import Sequence
from datetime import date

from .codes import Place
from .message import Part
from .refusals import Refusal
from .refusals.actions import PeriodOutsideAction, PeriodReversed, PeriodsOverlap


class Period(Part):
    """A stretch of days, both included, in one place."""

    place: Place
    start: date
    end: date


def wrong_periods(
    periods: Sequence[Period], start: date, end: date, path: str, outside: type[Refusal] = PeriodOutsideAction
) -> list[Refusal]:
    """What is wrong: an end before its start, a day `outside` `start`..`end`, two periods of one place that overlap (DAT-2).

    Centre and company may overlap. `path` names the list in a fault's field, `periods` say.
    """
    faults: list[Refusal] = []
    for index, period in enumerate(periods):
        if period.end < period.start:
            faults.append(PeriodReversed(field=f"{path}.{index}.end", start=period.start, end=period.end))
        if start <= end:
            beyond = [name for name, day in (("start", period.start), ("end", period.end)) if not start <= day <= end]
            faults += [outside(field=f"{path}.{index}.{name}", start=start, end=end) for name in beyond]
    return faults + _overlaps(periods, path)


def _overlaps(periods: Sequence[Period], path: str) -> list[Refusal]:
    """Each period that begins before another of its place, begun earlier, has ended: a sweep, so that a long list stays quick."""
    faults: list[Refusal] = []
    longest: dict[str, Period] = {}
    forward = [(index, period) for index, period in enumerate(periods) if period.start <= period.end]
    for index, period in sorted(forward, key=lambda pair: (pair[1].start, pair[0])):
        other = longest.get(period.place)
        if other and period.start <= other.end:
            faults.append(PeriodsOverlap(field=f"{path}.{index}.start", start=other.start, end=other.end))
        if other is None or period.end > other.end:
            longest[period.place] = period
    return faults
