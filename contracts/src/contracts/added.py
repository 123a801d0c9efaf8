"""The hours that are paid after an admissible exit, which each month to the action's end adds as excused hours (DEC-5).

190 h left after an exit on 20 January, training until 31 March: 190 × 11 ÷ 70 = 29.75 in January, 160.25 × 28 ÷ 59 = 76 in February, the
rest, 84.25, in March.

`declarations` decides by it when a month is confirmed, and foresees what the others will add; the portal says by it what a reason would
do before it is chosen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .codes import Place
from .lines import ZERO, SixFigures, of_place, total
from .month import Month
from .presence import Stretch, share

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Remainder:
    """What is paid of one place after an admissible exit: its last day of presence was `left`, the pay ends with the day `until`.

    `periods` are those of the place alone.
    """

    left: date
    until: date
    periods: tuple[Stretch, ...]

    @classmethod
    def of(cls, place: Place, left: date, until: date, periods: Iterable[Stretch]) -> "Remainder":
        """That of `place`, of all the `periods` of an action."""
        return cls(left, until, tuple(period for period in periods if period.place is place))

    def days(self, open_: Iterable[Month]) -> dict[Month, int]:
        """Over which days of the `open_` months, those neither confirmed nor passed over, the hours are spread.

        The days of the place's periods; where none are left, the calendar days; where none of these are left, the exit's own month takes
        all.
        """
        months = tuple(open_)
        for spans in ([(period.start, period.end) for period in self.periods], [(self.left + DAY, self.until)]):
            days = {month: sum(self._among(month, first, last) for first, last in spans) for month in months}
            if any(days.values()):
                return days
        return {month: int(month == Month.of(self.left)) for month in months}

    def _among(self, month: Month, first: date, last: date) -> int:
        """How many days of `month` after the exit lie between these two."""
        return max(0, (min(last, month.last, self.until) - max(first, month.first, self.left + DAY)).days + 1)

    def hours(self, remaining: Decimal, month: Month, open_: Iterable[Month]) -> Decimal:
        """What `month` adds of the `remaining` hours, when these months are `open_`, itself included: down to the quarter hour."""
        days = self.days(open_)
        return share(remaining, days[month], sum(days.values()))

    def foreseen(self, remaining: Decimal, open_: Sequence[Month]) -> dict[Month, Decimal]:
        """What each of the `open_` months will add when they are confirmed one after the other and nothing else changes."""
        hours: dict[Month, Decimal] = {}
        days: dict[Month, int] = {}
        for number, month in enumerate(open_):
            if not any(days.values()):
                days = self.days(open_[number:])
            hours[month] = share(remaining, days[month], sum(days.values()))
            remaining -= hours[month]
            del days[month]
        return hours


def remaining(place: Place, planned: Decimal, lines: Iterable[SixFigures], added: Iterable[Decimal]) -> Decimal:
    """A trainee's planned hours of `place` that nobody stored in any line, attended or not, and no confirmed month added; never below 0."""
    return max(ZERO, planned - sum((total(of_place(line, place)) for line in lines), ZERO) - sum(added, ZERO))
