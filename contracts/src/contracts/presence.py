"""The hours of who is present, as they are offered to be typed (DEC-11): an offer, never a rule. The portal lays them over a month, on the
days that `declarations` says.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Protocol

from .actions import PathwayPlan
from .codes import Place
from .declarations import PlaceDays
from .lines import QUARTER, ZERO
from .pathways import planned

Days = tuple[date, date]
"""A stretch of calendar days, both included."""


class Stretch(Protocol):
    """A period, as it travels or as it is kept."""

    @property
    def place(self) -> Place:
        """Where it takes place."""

    @property
    def start(self) -> date:
        """Its first day."""

    @property
    def end(self) -> date:
        """Its last day."""


def within(days: Sequence[date], periods: Iterable[Stretch], place: Place) -> tuple[date, ...]:
    """Those of the days, which are in order, that lie in a period of `place`."""
    there = [(bisect_left(days, period.start), bisect_right(days, period.end)) for period in periods if period.place is place]
    return tuple(days[at] for at in sorted({at for first, after in there for at in range(first, after)}))


def own_days(everybodys: PlaceDays, pathway: PathwayPlan | None, working_days: Sequence[date]) -> PlaceDays:
    """A trainee's own days and hours of that place: those of their pathway, when they have one (TRN-3)."""
    hours = planned(pathway).get(everybodys.place)
    if pathway is None or hours is None:
        return everybodys
    return PlaceDays(place=everybodys.place, hours=hours, days=within(working_days, pathway.periods, everybodys.place))


def share(hours: Decimal, days: int, among: int) -> Decimal:
    """`hours` × `days` ÷ `among`, down to the quarter hour: 812 h × 20 days ÷ 152 days = 106.75 (106.84); nothing among no days."""
    return (hours * days / among / QUARTER).to_integral_value(ROUND_FLOOR) * QUARTER if among else ZERO


def count(place: PlaceDays, days: Days) -> int:
    """How many of the place's working days lie in `days`."""
    first, last = days
    return max(0, bisect_right(place.days, last) - bisect_left(place.days, first))


def offered(place: PlaceDays, days: Days) -> Decimal | None:
    """The planned hours of a trainee who is present on `days`; None when the plan does not say on which days they lie."""
    if not place.days:
        return None if place.hours else ZERO
    return share(place.hours, count(place, days), len(place.days))


def present(place: PlaceDays, typed: Decimal, whole: Days, own: Days, most: Decimal) -> Decimal:
    """The hours of a trainee who is present on `own` days, when those of one who is present on all the `whole` days are `typed`.

    As offered by the plan, they follow from it; otherwise they are `typed` in proportion to the working days, or just these where there
    are none. At most `most`, what remains of the trainee's plan.
    """
    days, among = count(place, own), count(place, whole)
    if typed == offered(place, whole):
        typed, among = place.hours, len(place.days)
    return max(ZERO, min(share(typed, days, among) if among else typed, most))
