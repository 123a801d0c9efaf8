"""Which day it is, in Paris (T-3), and which days have not been published. Pure."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def day_of(instant: datetime) -> date:
    """The calendar day in Europe/Paris at `instant`, which has a time zone."""
    return instant.astimezone(PARIS).date()


def midnight(day: date) -> datetime:
    """The instant at which `day` begins in Europe/Paris."""
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


def missing(last: date | None, today: date) -> list[date]:
    """The days to publish, in order: those after `last` up to `today`; only `today` on a calendar that is empty (T-2)."""
    if last is None:
        return [today]
    return [last + timedelta(days=number) for number in range(1, (today - last).days + 1)]
