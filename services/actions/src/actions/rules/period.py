"""Periods of training between a message and the state that keeps them."""

from collections.abc import Sequence

from contracts.periods import Period

from . import terms


def kept(periods: Sequence[Period]) -> tuple[terms.Period, ...]:
    """Those of a message, as they are kept."""
    return tuple(terms.Period(period.place, period.start, period.end) for period in periods)


def sent(periods: Sequence[terms.Period]) -> tuple[Period, ...]:
    """Those that are kept, as they travel."""
    return tuple(Period(place=period.place, start=period.start, end=period.end) for period in periods)
