"""What a month's hours are worth (BIL-1): a line per month and place, rounded there once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..amounts import payable, share, worth
from ..billing import BillableMonth, InvoiceLine, Share
from ..codes import Place
from ..month import Month
from .hours import Line

ZERO, NOTHING = Decimal(0), Decimal("0.00")


@dataclass(frozen=True)
class Rates:
    """Euros per trainee-hour, per place."""

    centre: Decimal
    company: Decimal

    def of(self, place: Place) -> Decimal:
        """The rate in `place`."""
        return self.centre if place is Place.CENTRE else self.company


def paid_hours(lines: Iterable[Line]) -> Mapping[Place, Decimal]:
    """Attended and excused hours of all trainees in each place: what is paid, and what is realised (BIL-1, ACT-3)."""
    lines = tuple(lines)
    return {place: sum((payable(line.place(place)) for line in lines), ZERO) for place in Place}


def amount_of(hours: Mapping[Place, Decimal], rates: Rates) -> Decimal:
    """A month's amount excluding tax, the sum of its two rounded lines: 335.00 × 7.00 + 100.00 × 1.00 = 2 445.00."""
    return sum((worth(hours[place], rates.of(place)) for place in Place), NOTHING)


def billable(month: Month, lines: Sequence[Line], rates: Rates) -> BillableMonth:
    """The month's two lines; a trainee with zeros counts too (BIL-2)."""
    return BillableMonth(
        month=month,
        trainees=len(lines),
        lines=tuple(_line(month, place, lines, rates.of(place)) for place in Place),
        shares=(),
        amount=amount_of(paid_hours(lines), rates),
    )


def shares(month: Month, lines: Sequence[Line], rates: Rates) -> tuple[Share, ...]:
    """Each trainee's exact share of the month's two lines (BIL-1)."""
    return tuple(_share(month, place, line, rates.of(place)) for line in lines for place in Place)


def _line(month: Month, place: Place, lines: Sequence[Line], rate: Decimal) -> InvoiceLine:
    attended = sum((line.place(place).attended for line in lines), ZERO)
    excused = sum((line.place(place).excused for line in lines), ZERO)
    return InvoiceLine(
        month=month,
        place=place,
        trainees=len(lines),
        attended=attended,
        excused=excused,
        rate=rate,
        amount=worth(attended + excused, rate),
        maintained=sum((line.place(place).maintained for line in lines), ZERO) or None,
    )


def _share(month: Month, place: Place, line: Line, rate: Decimal) -> Share:
    hours = line.place(place)
    return Share(
        month=month,
        place=place,
        trainee_id=line.trainee_id,
        attended=hours.attended,
        excused=hours.excused,
        amount=share(hours, rate),
    )
