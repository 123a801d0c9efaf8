"""On which days somebody who is present is offered hours, as the log is told whenever that changes (DEC-11)."""

from collections.abc import Iterator
from datetime import date, timedelta

from holidays import country_holidays

from contracts.codes import Place
from contracts.declarations import PlaceDays, PresenceOffered
from contracts.presence import within

from .action import Action

PUBLIC_HOLIDAYS = country_holidays("FR")
FRIDAY = 4


def offer(action: Action) -> PresenceOffered | None:
    """The working days of each place, from the actual start to the planned end; None before the opening."""
    if not action.actual_start:
        return None
    days = tuple(working_days(action.actual_start, action.planned_end))
    return PresenceOffered(
        places=tuple(PlaceDays(place=place, hours=action.planned[place], days=within(days, action.periods, place)) for place in Place),
        working_days=days if action.individualised else (),
    )


def working_days(first: date, last: date) -> Iterator[date]:
    """Monday to Friday, no French public holiday."""
    days = (first + timedelta(days) for days in range((last - first).days + 1))
    return (day for day in days if day.weekday() <= FRIDAY and day not in PUBLIC_HOLIDAYS)


def offer_changed(before: Action | None, after: Action) -> tuple[PresenceOffered, ...]:
    """What the log is told when something else is offered after a message than before it."""
    if before and _apart_from_people(before) == _apart_from_people(after):
        return ()
    now, known = offer(after), offer(before) if before else None
    return (now,) if now and now != known else ()


def _apart_from_people(action: Action) -> object:
    """What the offer rests on."""
    return action.actual_start, action.planned_end, action.planned, action.periods
