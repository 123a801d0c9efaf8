"""At which pace an action is realised, and the hours of the months to come at that pace: an estimate, which decides nothing.

The pace is what was confirmed of what the plan (DEC-11) had for those months; it is applied to what the plan has for the others.
412 h of 448 h planned so far: 92 %; of 112 h planned for March, 103 h come.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ..codes import Place
from ..declarations import PlaceDays
from ..lines import ZERO
from ..month import Month
from ..presence import Days, count, share

Hours = Mapping[Place, Decimal]


@dataclass(frozen=True, slots=True)
class Presence:
    """A trainee as the plan knows them: on which `days` they are present, their planned days and hours in each place, the hours that
    confirmed months hold already, attended or not, and those that the others are foreseen to add after an admissible exit (DEC-5).
    """

    days: Days
    places: tuple[PlaceDays, ...]
    held: Hours
    added: Mapping[Month, Hours]

    @property
    def is_planned(self) -> bool:
        """Whether the plan says on which days all planned hours lie."""
        return all(place.days or not place.hours for place in self.places)

    def planned(self, place: PlaceDays, month: Month, pace: Decimal = Decimal(1)) -> Decimal:
        """The planned hours of a month in one place, at a pace, down to the quarter hour."""
        there = (max(month.first, self.days[0]), min(month.last, self.days[1]))
        return share(place.hours * pace, count(place, there), len(place.days))


def planned(trainees: Iterable[Presence], months: Sequence[Month]) -> Decimal:
    """The planned hours of these months, of everybody and in both places."""
    return sum((each.planned(place, month) for each in trainees for place in each.places for month in months), ZERO)


def pace_of(realised: Decimal, planned_hours: Decimal) -> Decimal | None:
    """What was realised of what was planned, to the nearest percent: what is shown is what is reckoned with. None as long as there is
    nothing to compare, and the plan itself is the pace.
    """
    return (realised / planned_hours).quantize(Decimal("0.01"), ROUND_HALF_UP) if planned_hours else None


def coming(trainees: Sequence[Presence], months: Sequence[Month], pace: Decimal) -> list[tuple[Month, dict[Place, Decimal]]]:
    """The hours of everybody in the months to come, in order; nobody's exceed what is left of their planned hours (DEC-3).

    What is foreseen to be added rests on what is typed so far: what comes at the pace comes before it.
    """
    hours: dict[Month, dict[Place, Decimal]] = {month: dict.fromkeys(Place, ZERO) for month in months}
    for each in trainees:
        for place in each.places:
            left = place.hours - each.held.get(place.place, ZERO)
            for month in months:
                come = max(ZERO, min(each.planned(place, month, pace), left))
                hours[month][place.place] += come
                left -= come
            for month in months:
                come = max(ZERO, min(each.added.get(month, {}).get(place.place, ZERO), left))
                hours[month][place.place] += come
                left -= come
    return list(hours.items())
