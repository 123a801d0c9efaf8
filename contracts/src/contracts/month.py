"""Calendar months and days of Europe/Paris (T-1, T-3)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

PARIS = ZoneInfo("Europe/Paris")
LAST_DAY_OF_WINDOW = 15


def paris_day(at: datetime) -> date:
    """The calendar day on which `at` (aware) falls in Paris: it decides every deadline (T-1)."""
    return at.astimezone(PARIS).date()


def beginning(day: date) -> datetime:
    """The instant at which `day` begins in Paris."""
    return datetime.combine(day, time(), PARIS)


def in_window(day: date) -> bool:
    """Whether `day` is one of the first fifteen of its month (T-3)."""
    return day.day <= LAST_DAY_OF_WINDOW


class Month(str):
    """A calendar month, written `2008-02`; months compare and sort as text."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Month":
        """The month written in `text`. Raises ValueError when it is none."""
        if len(text) != 7 or text[4] != "-":
            raise ValueError(f"{text!r} is no month")
        date.fromisoformat(f"{text}-01")
        return super().__new__(cls, text)

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that contains `day`."""
        return cls(day.isoformat()[:7])  # strftime writes a year below 1000 with fewer digits

    @property
    def first(self) -> date:
        """Its first day."""
        return _days_of(self)[0]

    @property
    def last(self) -> date:
        """Its last day."""
        return _days_of(self)[1]

    def next(self) -> "Month":
        """The month after."""
        return Month.of(self.last + timedelta(days=1))

    def previous(self) -> "Month":
        """The month before."""
        return Month.of(self.first - timedelta(days=1))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(pattern=r"^\d{4}-(0[1-9]|1[0-2])$"))


@cache
def _days_of(month: str) -> tuple[date, date]:
    """The first and last day, worked out once: a rule asks for them at every trainee of every month."""
    first = date.fromisoformat(f"{month}-01")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


@cache
def months_between(first: Month, last: Month) -> tuple[Month, ...]:
    """Every month from `first` to `last`, both included; empty when `last` is before `first`. Worked out once, as above."""
    months: list[Month] = []
    while first <= last:
        months.append(first)
        first = first.next()
    return tuple(months)


@dataclass(frozen=True, slots=True)
class Window:
    """Days, both included, on which something can be confirmed: a month (DEC-6), an invoice (BIL-5), a correction (BIL-7)."""

    first: date
    last: date

    @classmethod
    def after(cls, month: Month, day: date, *, not_before: date | None = None, correct_by: date | None = None) -> "Window":
        """The window for `month` that contains `day`, or the next: days 1 to 15 of any later month, none before `not_before` (BIL-4).

        What can be corrected until `correct_by` is open until then whatever the days are (BIL-7).
        """
        if correct_by and day <= correct_by:
            return cls(day, correct_by)
        soonest = max(day, month.next().first, not_before or day)
        opens = soonest if in_window(soonest) else Month.of(soonest).next().first
        start = max(opens.replace(day=1), not_before or opens.replace(day=1))
        return cls(start, opens.replace(day=LAST_DAY_OF_WINDOW))

    def __contains__(self, day: date) -> bool:
        """Whether it is open on `day`."""
        return self.first <= day <= self.last
