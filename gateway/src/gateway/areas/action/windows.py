"""When something can be confirmed, for display: the services decide (DEC-6, BIL-5)."""

from dataclasses import dataclass
from datetime import date

from contracts.month import LAST_DAY_OF_WINDOW, Month, in_window


@dataclass(frozen=True, slots=True)
class Window:
    """The window that is open on `today`, or the next one: from `first` to `last`, both included."""

    first: date
    last: date
    is_open: bool


def window_after(month: Month, today: date, not_before: date | None = None) -> Window:
    """Days 1 to 15 of any month after `month`: the window that contains `today`, or the next; none begins before `not_before` (BIL-4)."""
    day = max(today, not_before or today)
    found = max(Month.of(day), month.next())
    if found == Month.of(day) and not in_window(day):
        found = found.next()
    first = max(found.first, not_before or found.first)
    return Window(first, found.first.replace(day=LAST_DAY_OF_WINDOW), first <= today)
