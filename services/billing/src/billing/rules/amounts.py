"""What hours are worth (BIL-1): (attended + excused) × rate, a line per month and place, rounded there once."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from contracts.billing import BillableMonth, InvoiceLine, Share
from contracts.codes import Place
from contracts.declarations import ConfirmedLine, PlaceHours
from contracts.month import Month
from contracts.types import to_cent

ZERO = Decimal(0)


@dataclass(frozen=True)
class Rates:
    """Euros per trainee-hour, per place."""

    centre: Decimal
    company: Decimal

    def of(self, place: Place) -> Decimal:
        """The rate in `place`."""
        return self.centre if place is Place.CENTRE else self.company


def paid_hours(lines: Iterable[ConfirmedLine]) -> Decimal:
    """Attended and excused hours of all trainees in both places: what is paid, and what is realised (BIL-1, ACT-3)."""
    return sum((_paid(line, place) for line in lines for place in Place), ZERO)


def amount_of(lines: Iterable[ConfirmedLine], rates: Rates) -> Decimal:
    """A month's amount excluding tax, the sum of its two rounded lines: 335.00 × 7.00 + 100.00 × 1.00 = 2 445.00."""
    lines = tuple(lines)
    return sum((to_cent(sum((_paid(line, place) for line in lines), ZERO) * rates.of(place)) for place in Place), Decimal("0.00"))


def billable(month: Month, lines: tuple[ConfirmedLine, ...], rates: Rates) -> BillableMonth:
    """The month's two lines with each trainee's exact share of them; a trainee with zeros counts too (BIL-2)."""
    priced = tuple(_line(month, place, lines, rates.of(place)) for place in Place)
    shares = tuple(_share(month, place, line, rates.of(place)) for line in lines for place in Place)
    return BillableMonth(month=month, trainees=len(lines), lines=priced, shares=shares, amount=amount_of(lines, rates))


def _line(month: Month, place: Place, lines: tuple[ConfirmedLine, ...], rate: Decimal) -> InvoiceLine:
    attended = sum((_hours(line, place).attended for line in lines), ZERO)
    excused = sum((_hours(line, place).excused for line in lines), ZERO)
    return InvoiceLine(
        month=month,
        place=place,
        trainees=len(lines),
        attended=attended,
        excused=excused,
        rate=rate,
        amount=to_cent((attended + excused) * rate),
    )


def _share(month: Month, place: Place, line: ConfirmedLine, rate: Decimal) -> Share:
    hours = _hours(line, place)
    return Share(
        month=month,
        place=place,
        trainee_id=line.trainee_id,
        attended=hours.attended,
        excused=hours.excused,
        amount=(hours.attended + hours.excused) * rate,
    )


def _paid(line: ConfirmedLine, place: Place) -> Decimal:
    hours = _hours(line, place)
    return hours.attended + hours.excused


def _hours(line: ConfirmedLine, place: Place) -> PlaceHours:
    return line.centre if place is Place.CENTRE else line.company
