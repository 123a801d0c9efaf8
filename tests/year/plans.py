"""A Region's year: thousands of actions that all begin, last twelve months, and come to a balance. Pure."""

from datetime import date, timedelta

from contracts.codes import ExitReason, Frequency
from contracts.month import Month
from sesame_local.demo.days import shifted, weekday
from sesame_local.demo.plan import Leave, Plan
from sesame_local.demo.region import OFFICE, PARTNERS

TRAINEES, MONTHS = 20, 12


def plans(actions: int, today: date, months: int = MONTHS) -> tuple[Plan, ...]:
    """So many, awarded tomorrow. One in five is paid in instalments, one in ten has an invoice rejected; in one in seven, one leaves."""
    return tuple(_plan(index, Month.of(today).next(), months, today + timedelta(days=1)) for index in range(actions))


def end_of(some: tuple[Plan, ...]) -> date:
    """A day after everything."""
    return shifted(some[0].months[-1], 4).first


def _plan(index: int, first: Month, months: int, awarded: date) -> Plan:
    last = shifted(first, months - 1).last
    return Plan(
        f"Y{awarded:%m%d}{index:04}", "UNE ANNÉE", PARTNERS[index % len(PARTNERS)], OFFICE,
        weekday(first.first), last - timedelta(days=(last.weekday() - 4) % 7), awarded,
        centre=(100 * months, "5.50"), company=(21 * months // 7 * 7, "1.00"), headcount=TRAINEES, trainees=TRAINEES, look="",
        frequency=Frequency.THREE_INSTALMENTS if index % 5 == 4 else Frequency.MONTHLY,
        rejected=shifted(first, months // 4) if index % 10 == 0 else None,
        leaves=(Leave(3, shifted(first, months // 3).first + timedelta(days=9), ExitReason.DROPPED_OUT),) if index % 7 == 1 else (),
    )  # fmt: skip
