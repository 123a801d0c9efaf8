"""A Region's year: thousands of actions that all begin, last twelve months, and come to a balance. Pure."""

from datetime import date, timedelta

from contracts.codes import ExitReason, Frequency
from contracts.month import Month
from sesame_local.demo.days import shifted, weekday
from sesame_local.demo.plan import Leave, Plan
from sesame_local.demo.region import OFFICE, PARTNERS

TRAINEES, MONTHS = 20, 12


def plans(actions: int, today: date, run: str = "") -> tuple[Plan, ...]:
    """So many, awarded tomorrow. One in five is paid in instalments, one in ten has an invoice rejected; in one in seven, one leaves."""
    return tuple(_plan(index, Month.of(today).next(), today + timedelta(days=1), run) for index in range(actions))


def end_of(some: tuple[Plan, ...]) -> date:
    """A day after everything."""
    return shifted(some[0].months[-1], 4).first


def _plan(index: int, first: Month, awarded: date, run: str) -> Plan:
    last = shifted(first, MONTHS - 1).last
    return Plan(
        f"Y{run}{index:04}", "UNE ANNÉE", PARTNERS[index % len(PARTNERS)], OFFICE,
        weekday(first.first), last - timedelta(days=(last.weekday() - 4) % 7), awarded,
        centre=(1200, "5.50"), company=(210, "1.00"), headcount=TRAINEES, trainees=TRAINEES, look="",
        frequency=Frequency.MONTHLY if index % 5 else Frequency.THREE_INSTALMENTS,
        rejected=None if index % 10 != 3 else shifted(first, 2),
        leaves=() if index % 7 != 1 else (Leave(3, shifted(first, 4).first + timedelta(days=9), ExitReason.DROPPED_OUT),),
    )  # fmt: skip
