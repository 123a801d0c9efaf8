"""The topic `calendar`, key `day`: a day is an event (T-2)."""

from datetime import date
from typing import ClassVar

from .message import Event

CALENDAR = "calendar"


class DayStarted(Event):
    """A day has begun in Paris; its version is the day's ordinal."""

    TYPE: ClassVar[str] = "calendar.day-started.v1"

    day: date

    @classmethod
    def sources(cls) -> frozenset[str]:
        """The clock."""
        return frozenset({"clock"})

    @classmethod
    def topic(cls) -> str:
        """The calendar."""
        return CALENDAR
