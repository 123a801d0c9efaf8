"""Periods of training, in a contract (ACT-4) and as an organisation validates them (DAT-2)."""

from collections.abc import Sequence
from datetime import date

from contracts.actions import Period
from contracts.refusals import Refusal
from contracts.refusals.actions import PeriodOutsideAction, PeriodReversed, PeriodsOverlap

from . import terms


def kept(periods: Sequence[Period]) -> tuple[terms.Period, ...]:
    """Those of a message, as they are kept."""
    return tuple(terms.Period(period.place, period.start, period.end) for period in periods)


def sent(periods: Sequence[terms.Period]) -> tuple[Period, ...]:
    """Those that are kept, as they travel."""
    return tuple(Period(place=period.place, start=period.start, end=period.end) for period in periods)


def wrong_periods(periods: Sequence[Period], start: date, end: date, path: str) -> list[Refusal]:
    """What is wrong: an end before its start, a day outside `start`..`end`, two periods of one place that overlap (DAT-2).

    Centre and company may overlap. `path` names the list in a fault's field, `periods` say.
    """
    faults: list[Refusal] = []
    for index, period in enumerate(periods):
        if period.end < period.start:
            faults.append(PeriodReversed(field=f"{path}.{index}.end", start=period.start, end=period.end))
        if start <= end:
            outside = [name for name, day in (("start", period.start), ("end", period.end)) if not start <= day <= end]
            faults += [PeriodOutsideAction(field=f"{path}.{index}.{name}", start=start, end=end) for name in outside]
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
