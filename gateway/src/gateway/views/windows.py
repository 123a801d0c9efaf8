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


def window_after(month: Month, today: date) -> Window:
    """Days 1 to 15 of any month after `month`: the one that contains `today`, or the next."""
    found = max(Month.of(today), month.next())
    if found == Month.of(today) and not in_window(today):
        found = found.next()
    return Window(found.first, found.first.replace(day=LAST_DAY_OF_WINDOW), found.first <= today)
