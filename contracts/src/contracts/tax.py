"""Tax (BIL-8): by the issuer's regime and the day, on an invoice's total; once for who invoices and who shows what is typed."""

from datetime import date
from decimal import Decimal

from .billing import Taxed
from .codes import TaxRegime
from .types import to_cent

RATES: dict[TaxRegime, tuple[tuple[date | None, Decimal], ...]] = {
    TaxRegime.EXEMPT: ((None, Decimal("0.0000")),),
    TaxRegime.STANDARD: ((None, Decimal("0.1960")), (date(2014, 1, 1), Decimal("0.2000"))),
}
"""The rates of each regime, oldest first, with the first day of each."""


def taxed(excluding_tax: Decimal, regime: TaxRegime) -> tuple[Taxed, ...]:
    """The amount including tax at every rate that the regime has known, half away from zero: 8 598.66 × 1.196 → 10 284.00 (BIL-8)."""
    return tuple(_taxed(excluding_tax, since, rate) for since, rate in RATES[regime])


def taxed_on(excluding_tax: Decimal, regime: TaxRegime, day: date) -> Taxed:
    """The amount including tax at the rate in force on `day`, the invoice's date (BIL-8)."""
    return [amounts for amounts in taxed(excluding_tax, regime) if amounts.since is None or amounts.since <= day][-1]


def _taxed(excluding_tax: Decimal, since: date | None, rate: Decimal) -> Taxed:
    including_tax = to_cent(excluding_tax * (1 + rate))
    return Taxed(since=since, tax_rate=rate, tax=including_tax - excluding_tax, including_tax=including_tax)
