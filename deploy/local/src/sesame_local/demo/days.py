"""The calendar of a small Region: on which days things are done."""

from datetime import date, timedelta
from functools import lru_cache

from contracts.month import Month
from contracts.payment_clock import last_day


@lru_cache
def weekdays(first: date, last: date) -> tuple[date, ...]:
    """Monday to Friday from `first` to `last`, both included."""
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in every if day.weekday() < 5)


def weekday(day: date) -> date:
    """`day`, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def shifted(month: Month, number: int) -> Month:
    """So many months later, or earlier."""
    for _ in range(abs(number)):
        month = month.next() if number > 0 else month.previous()
    return month


def declaring_day(month: Month) -> date:
    """When the organisations confirm and invoice a month: the 4th of the next one, or the Monday after (DEC-6, BIL-5)."""
    return weekday(month.next().first + timedelta(days=3))


def deciding_day(month: Month) -> date:
    """When the Region decides what was invoiced for a month: a week later."""
    return weekday(declaring_day(month) + timedelta(days=7))


def paying_day(month: Month) -> date:
    """When it pays: nine days after that."""
    return weekday(declaring_day(month) + timedelta(days=16))


def late_paying_day(month: Month) -> date:
    """When it pays what was forgotten: ten days after the last day of an invoice of the declaring day (BIL-15)."""
    return weekday(last_day(declaring_day(month)) + timedelta(days=10))


def last_declared(today: date) -> Month:
    """The latest month whose declaring day is over."""
    month = Month.of(today).previous()
    return month if declaring_day(month) < today else month.previous()
