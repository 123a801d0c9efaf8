"""The payment clock (BIL-15): by when an invoice is to be decided and paid, and what is owed when it is late.

Two dates make it, and the log has both: the day of the invoice's issue, from which `billing` says the last day, and a payment's own,
from which it says how late that payment is. So no day decides anything (T-2), and an interest is on no invoice and in no event: it is
these facts at the rate in force, which whoever shows it works out here. A rate that the Region keys in late heals by that what was shown
without it; had events carried an interest, it would stand wrong for ever, and a restored database could not say it again.

100.00 € paid 5 days late at 12 %: 100.00 × 12 × 5 ÷ 36 500 = 0.16 €; two of them 0.32 €, and 40.00 € once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Protocol

from pydantic import AfterValidator

from .types import Percent, to_cent

NOTHING = Decimal("0.00")
DAYS_TO_PAY: tuple[tuple[date, int], ...] = ((date.min, 30),)
"""Within how many days of its issue an invoice is to be decided and paid, oldest first, each from a day of issue on."""
FIXED_CHARGE = Decimal("40.00")
"""Euros that an invoice owes once, as soon as any of it is late, whatever the rate."""
DAYS_OF_A_YEAR = 365
"""In a leap year too."""

Rates = Mapping[date, Decimal]
"""Percent a year, by the first day of the half-year in which the rate is in force."""
HISTORIC_RATES: Rates = {
    date(2013, 7, 1): Decimal("8.50"),
    date(2014, 1, 1): Decimal("8.25"),
    date(2014, 7, 1): Decimal("8.15"),
    date(2015, 1, 1): Decimal("8.05"),
    date(2015, 7, 1): Decimal("8.05"),
    date(2016, 1, 1): Decimal("8.05"),
    **{date(year, month, 1): Decimal("8.00") for year in range(2016, 2023) for month in (1, 7) if (year, month) != (2016, 1)},
    date(2023, 1, 1): Decimal("10.50"),
    date(2023, 7, 1): Decimal("12.00"),
    date(2024, 1, 1): Decimal("12.50"),
    date(2024, 7, 1): Decimal("12.25"),
    date(2025, 1, 1): Decimal("11.15"),
    date(2025, 7, 1): Decimal("10.15"),
}
"""The European Central Bank's rate for its main refinancing operations on the first day of each half-year, and 8 points. What follows is
for the Region to key in: no rate outlives its half-year, so that a forgotten one is said to be missing instead of being guessed.
"""


def half_year(day: date) -> date:
    """The first day of the half-year that contains `day`: 1 January or 1 July."""
    return day.replace(month=1 if day.month < 7 else 7, day=1)


def _begin_half_years(rates: dict[date, Decimal]) -> dict[date, Decimal]:
    if wrong := [day.isoformat() for day in rates if day != half_year(day)]:
        raise ValueError(f"a rate is in force from 1 January or 1 July: {', '.join(wrong)}")
    return rates


KeyedRates = Annotated[dict[date, Percent], AfterValidator(_begin_half_years)]
"""Rates as a setting has them: `{"2026-01-01": "10.15"}`."""


def last_day(issued_on: date) -> date:
    """The last day on which what was issued on that day is decided and paid in time: 6 March → 5 April."""
    days = [days for since, days in DAYS_TO_PAY if since <= issued_on][-1]
    return issued_on + timedelta(days=days)


def days_late(pay_by: date, day: date) -> int:
    """How many days after the last one `day` is; 0 in time."""
    return max((day - pay_by).days, 0)


def rate_in_force(rates: Rates, day: date) -> Decimal | None:
    """The rate of the half-year of `day`, in percent a year; None when there is none."""
    return rates.get(half_year(day))


def interest(amount: Decimal, rate: Decimal, days: int) -> Decimal:
    """What `amount`, tax included, owes when it is paid so many days late, half up to the cent."""
    return to_cent(amount * rate * days / (100 * DAYS_OF_A_YEAR))


class Paid(Protocol):
    """A payment that was reported (BIL-13)."""

    @property
    def amount(self) -> Decimal:
        """Euros, tax included."""

    @property
    def paid_on(self) -> date:
        """Its own day."""


@dataclass(frozen=True, slots=True)
class LatePart:
    """A part of an invoice that is late: paid on a day, which fixed it, or unpaid until today (`paid_on` is None). Euros, tax included.

    `interest` is None when no rate is in force.
    """

    amount: Decimal
    paid_on: date | None
    days: int
    interest: Decimal | None


@dataclass(frozen=True, slots=True)
class PaymentClock:
    """An invoice's clock on a day: the last day, the rate in force on it (percent; None: none is known), and what is late."""

    pay_by: date
    rate: Decimal | None
    late: tuple[LatePart, ...]

    @property
    def running(self) -> LatePart | None:
        """What is late and still unpaid."""
        return next((part for part in self.late if part.paid_on is None), None)

    @property
    def fixed_charge(self) -> Decimal:
        """40.00 € once any of it is late."""
        return FIXED_CHARGE if self.late else NOTHING

    @property
    def interest(self) -> Decimal | None:
        """Of all late parts, each rounded on its own; None when no rate is in force."""
        known = [part.interest for part in self.late if part.interest is not None]
        return sum(known, NOTHING) if len(known) == len(self.late) else None

    @property
    def owed(self) -> Decimal:
        """Interest, as far as it is known, and the fixed charge."""
        return (self.interest or NOTHING) + self.fixed_charge


def clock_of(including_tax: Decimal, pay_by: date, payments: Iterable[Paid], rates: Rates, today: date) -> PaymentClock:
    """The clock on `today` of an invoice that is not rejected: one of zero or less is never late."""
    payments = tuple(payments)
    rate = rate_in_force(rates, pay_by)
    unpaid = including_tax - sum((payment.amount for payment in payments), NOTHING)
    parts: list[tuple[Decimal, date | None]] = [(payment.amount, payment.paid_on) for payment in payments]
    if unpaid > 0:
        parts.append((unpaid, None))
    late = [(amount, day, days) for amount, day in parts if (days := days_late(pay_by, day or today))]
    return PaymentClock(
        pay_by,
        rate,
        tuple(LatePart(amount, day, days, None if rate is None else interest(amount, rate, days)) for amount, day, days in late),
    )
