"""Until when a month can be confirmed, and from when again: days that follow each other are one time, and no day is named twice."""

from datetime import date

import pytest

from contracts.codes import Standing
from contracts.month import Month
from gateway.areas.action.action import MonthView


def month(correct_by: date | None) -> MonthView:
    """October 2026, reopened while it is to be corrected by a day."""
    standing = Standing.REOPENED if correct_by else Standing.DRAFT
    found = {"month": Month("2026-10"), "standing": standing, "present": 1, "owed": 0, "waits_for": None}
    found |= {"to_declare": True, "with_zeros": ()}
    unknown = dict.fromkeys(("confirmed_at", "rejected_invoice", "rejected_number", "rejection", "invoice_id", "invoice_state", "amount"))
    return MonthView(**found, complete=1, correct_by=correct_by, **unknown)


@pytest.mark.parametrize(
    ("today", "correct_by", "until", "again"),
    [
        (date(2026, 11, 20), date(2026, 12, 15), date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 11, 20), date(2026, 12, 8), date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 11, 20), date(2026, 11, 30), date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 11, 20), date(2026, 11, 29), date(2026, 11, 29), date(2026, 12, 15)),
        (date(2026, 11, 10), date(2026, 11, 25), date(2026, 11, 25), date(2026, 12, 15)),
        (date(2026, 11, 26), date(2026, 11, 25), None, date(2026, 12, 15)),
        (date(2026, 12, 3), date(2026, 11, 25), date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 11, 10), None, date(2026, 11, 15), date(2026, 12, 15)),
        (date(2026, 11, 20), None, None, date(2026, 12, 15)),
    ],
)
def test_bil_07_a_correction_and_the_window_that_it_runs_into_are_one_time(
    today: date, correct_by: date | None, until: date | None, again: date
) -> None:
    view = month(correct_by)
    assert (view.open_until(today), view.opens_again(today).last) == (until, again)
    assert (view.open_until(today) is not None) is view.can_be_confirmed(today)
