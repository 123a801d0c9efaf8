"""What a late payment owes (BIL-15), worked out by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.payment_clock import HISTORIC_RATES, KeyedRates, PaymentClock, clock_of, interest, last_day, rate_in_force

TWELVE = {date(2023, 7, 1): Decimal("12.00")}
PAY_BY = date(2023, 10, 6)


@dataclass(frozen=True)
class Payment:
    amount: Decimal
    paid_on: date


def clock(amount: str, *payments: tuple[str, date], today: date, rates: dict[date, Decimal] = TWELVE) -> PaymentClock:
    return clock_of(Decimal(amount), PAY_BY, [Payment(Decimal(paid), on) for paid, on in payments], rates, today)


def day(number: int) -> date:
    """So many days after the last one."""
    return PAY_BY + timedelta(days=number)


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (date(2023, 9, 6), date(2023, 10, 6)),
        (date(2024, 1, 31), date(2024, 3, 1)),  # a leap year
        (date(2023, 3, 1), date(2023, 3, 31)),  # across the change to summer time: days, not hours
        (date(2023, 12, 4), date(2024, 1, 3)),
    ],
)
def test_bil_15_an_invoice_is_decided_and_paid_within_thirty_days_of_its_issue(issued: date, last: date):
    assert last_day(issued) == last


@pytest.mark.parametrize(
    ("amount", "rate", "days", "owed"),
    [
        ("100.00", "12.00", 5, "0.16"),  # 0.1643…
        ("200.00", "12.00", 5, "0.33"),  # 0.3287…: what two payments of 100.00 would owe were they rounded together
        ("3650.00", "10.00", 1, "1.00"),
        ("3650.00", "10.00", 366, "366.00"),  # a leap year has 365 days here
        ("182.50", "1.00", 1, "0.01"),  # 0.005, half up
        ("182.49", "1.00", 1, "0.00"),
        ("2924.22", "10.15", 47, "38.22"),  # 38.2196…
    ],
)
def test_bil_15_interest_is_amount_times_rate_times_days_by_365_rounded_half_up(amount: str, rate: str, days: int, owed: str):
    assert interest(Decimal(amount), Decimal(rate), days) == Decimal(owed)


def test_bil_15_each_late_payment_is_rounded_on_its_own():
    late = clock("200.00", ("100.00", day(5)), ("100.00", day(5)), today=day(90))
    assert (late.interest, late.fixed_charge, late.owed) == (Decimal("0.32"), Decimal("40.00"), Decimal("40.32"))


@pytest.mark.parametrize(
    ("payments", "today", "interest_", "charge"),
    [
        ((), day(0), "0.00", "0.00"),
        ((), day(1), "0.33", "40.00"),
        ((), day(30), "9.86", "40.00"),
        ((("1000.00", day(0)),), day(30), "0.00", "0.00"),
        ((("999.99", day(0)),), day(1), "0.00", "40.00"),  # one cent is enough for the charge
        ((("600.00", day(0)),), day(30), "3.95", "40.00"),
        ((("600.00", day(10)),), day(30), "5.92", "40.00"),  # 1.97 fixed by the payment, 3.95 that run on
        ((("600.00", day(10)), ("400.00", day(30))), day(99), "5.92", "40.00"),  # all fixed: no later day adds anything
    ],
)
def test_bil_15_what_is_unpaid_runs_to_the_day_and_a_payment_fixes_it(
    payments: tuple[tuple[str, date], ...], today: date, interest_: str, charge: str
):
    found = clock("1000.00", *payments, today=today)
    assert (found.interest, found.fixed_charge) == (Decimal(interest_), Decimal(charge))


@pytest.mark.parametrize("amount", ["0.00", "-250.00"])
def test_bil_15_nothing_accrues_on_an_invoice_of_zero_or_less(amount: str):
    assert clock(amount, today=day(400)).late == ()


def test_bil_15_the_rate_is_that_of_the_last_day_however_long_it_lasts():
    rates = {**TWELVE, date(2024, 1, 1): Decimal("12.50")}
    assert clock("3650.00", today=day(200), rates=rates).interest == Decimal("240.00")


def test_bil_15_without_a_rate_in_force_no_interest_is_computed_and_the_charge_is_owed():
    found = clock("1000.00", ("400.00", day(3)), today=day(5), rates={date(2023, 1, 1): Decimal("10.50")})
    assert (found.rate, found.interest, found.owed) == (None, None, Decimal("40.00"))
    assert [(part.amount, part.days) for part in found.late] == [(Decimal("400.00"), 3), (Decimal("600.00"), 5)]


@pytest.mark.parametrize(
    ("on", "rate"),
    [
        (date(2013, 6, 30), None),
        (date(2013, 7, 1), "8.50"),
        (date(2016, 1, 1), "8.05"),
        (date(2022, 12, 31), "8.00"),
        (date(2023, 1, 1), "10.50"),
        (date(2024, 6, 30), "12.50"),
        (date(2024, 7, 1), "12.25"),
        (date(2025, 12, 31), "10.15"),
        (date(2026, 1, 1), None),  # no rate outlives its half-year
    ],
)
def test_bil_15_a_rate_is_in_force_for_a_half_year(on: date, rate: str | None):
    assert rate_in_force(HISTORIC_RATES, on) == (Decimal(rate) if rate else None)


def test_bil_15_a_rate_is_keyed_in_for_a_half_year_and_no_other_day():
    keyed: TypeAdapter[dict[date, Decimal]] = TypeAdapter(KeyedRates)
    assert keyed.validate_json('{"2026-01-01": "10.15"}') == {date(2026, 1, 1): Decimal("10.15")}
    for wrong in ('{"2026-01-02": "10.15"}', '{"2026-04-01": "10.15"}', '{"2026-01-01": "-1"}', '{"2026-01-01": "10.155"}'):
        with pytest.raises(ValidationError):
            keyed.validate_json(wrong)


@given(
    st.lists(st.tuples(st.integers(1, 50_000), st.integers(-40, 400)), max_size=6),
    st.integers(0, 100_000),
    st.integers(-40, 500),
)
def test_bil_15_the_day_adds_to_what_is_unpaid_and_to_nothing_else(paid: Sequence[tuple[int, int]], unpaid: int, today: int):
    payments = [Payment(Decimal(cents) / 100, day(on)) for cents, on in paid]
    total = sum((payment.amount for payment in payments), Decimal(unpaid) / 100)
    now, later = (clock_of(total, PAY_BY, payments, TWELVE, day(on)) for on in (today, today + 30))
    assert now.interest is not None and later.interest is not None
    fixed = sum((interest(payment.amount, Decimal(12), max((payment.paid_on - PAY_BY).days, 0)) for payment in payments), Decimal(0))
    running = interest(Decimal(unpaid) / 100, Decimal(12), max(today, 0))
    assert now.interest == fixed + running <= later.interest
    assert bool(now.fixed_charge) == (any(on > 0 for _, on in paid) or (unpaid > 0 and today > 0))
