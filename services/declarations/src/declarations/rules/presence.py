"""On which days somebody who is present is offered hours, as the log is told whenever that changes (DEC-11)."""

from collections.abc import Iterator
from datetime import date, timedelta

from holidays import country_holidays

from contracts.codes import Place
from contracts.declarations import PlaceDays, PresenceOffered

from .action import Action

PUBLIC_HOLIDAYS = country_holidays("FR")
FRIDAY = 4


def offer(action: Action) -> PresenceOffered | None:
    """The working days of each place, from the actual start to the planned end; None before the opening."""
    if not action.actual_start:
        return None
    return PresenceOffered(
        places=tuple(
            PlaceDays(place=place, hours=action.planned[place], days=tuple(sorted(set(working_days(action, place))))) for place in Place
        )
    )


def working_days(action: Action, place: Place) -> Iterator[date]:
    """Monday to Friday, no French public holiday, in a period of `place`."""
    for period in action.periods:
        if period.place is place and action.actual_start:
            first, last = max(period.start, action.actual_start), min(period.end, action.planned_end)
            days = (first + timedelta(days) for days in range((last - first).days + 1))
            yield from (day for day in days if day.weekday() <= FRIDAY and day not in PUBLIC_HOLIDAYS)


def offer_changed(before: Action | None, after: Action) -> tuple[PresenceOffered, ...]:
    """What the log is told when something else is offered after a message than before it."""
    if before and _apart_from_people(before) == _apart_from_people(after):
        return ()
    now, known = offer(after), offer(before) if before else None
    return (now,) if now and now != known else ()


def _apart_from_people(action: Action) -> object:
    """What the offer rests on."""
    return action.actual_start, action.planned_end, action.planned, action.periods
