"""Which days the clock publishes (T-2, T-3)."""

from datetime import UTC, date, datetime

import pytest

from clock.calendar import envelope
from clock.days import day_of, midnight, missing


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2027, 1, 14, 22, 59, 59, tzinfo=UTC), date(2027, 1, 14)),
        (datetime(2027, 1, 14, 23, 0, tzinfo=UTC), date(2027, 1, 15)),  # winter: Paris is one hour ahead
        (datetime(2027, 7, 14, 21, 59, 59, tzinfo=UTC), date(2027, 7, 14)),
        (datetime(2027, 7, 14, 22, 0, tzinfo=UTC), date(2027, 7, 15)),  # summer: two
    ],
)
def test_t_3_a_day_begins_at_midnight_in_paris(instant: datetime, day: date) -> None:
    assert day_of(instant) == day
    assert day_of(midnight(day)) == day


@pytest.mark.parametrize(
    ("last", "today", "days"),
    [
        (None, date(2027, 3, 1), [date(2027, 3, 1)]),
        (date(2027, 2, 27), date(2027, 3, 1), [date(2027, 2, 28), date(2027, 3, 1)]),
        (date(2027, 3, 1), date(2027, 3, 1), []),
        (date(2027, 3, 2), date(2027, 3, 1), []),
    ],
)
def test_t_2_every_missed_day_is_published_once_and_in_order(last: date | None, today: date, days: list[date]) -> None:
    assert missing(last, today) == days


def test_t_2_a_day_that_is_published_twice_has_the_same_id_and_version() -> None:
    first, second = envelope(date(2027, 3, 1)), envelope(date(2027, 3, 1))
    assert first == second
    assert envelope(date(2027, 3, 2)).version == first.version + 1
