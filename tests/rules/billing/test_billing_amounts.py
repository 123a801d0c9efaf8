from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.account.amounts import Rates, amount_of, billable, paid_hours, shares
from contracts.account.hours import Line
from contracts.account.ledger import award
from contracts.codes import Place, TaxRegime
from contracts.declarations import AddedHours, PlaceHours
from contracts.month import Month
from contracts.tax import taxed, taxed_on
from contracts.types import to_cent
from tests.rules.billing.billed_action import TRAINEES, BilledAction, line, place_hours, terms


def kept(trainee: UUID, centre: PlaceHours | None = None, company: PlaceHours | None = None) -> Line:
    """A trainee's line as billing keeps it."""
    return Line.of(line(trainee, centre, company))


GUIDE = (
    kept(TRAINEES[0], place_hours("105", "7"), place_hours("35")),
    kept(TRAINEES[1], place_hours("98", "14"), place_hours("35")),
    kept(TRAINEES[2], place_hours("97", "14"), place_hours("30")),
)
quarter_hours = st.integers(0, 1240).map(lambda quarters: Decimal(quarters) / 4)
rates = st.integers(0, 5000).map(lambda cents: Decimal(cents) / 100)
figures = st.builds(place_hours, quarter_hours, quarter_hours, quarter_hours)
lines = st.lists(st.tuples(figures, figures), min_size=1, max_size=10).map(
    lambda figures: tuple(kept(TRAINEES[at], *places) for at, places in enumerate(figures))
)


def test_dec_05_a_line_says_which_of_its_excused_hours_an_admissible_exit_added():
    """Of 21 h excused in centre, 14 were added after an exit; none of those in company."""
    left = line(TRAINEES[0], place_hours("0", "14")).model_copy(update={"added": AddedHours(centre=Decimal(14), company=Decimal(0))})
    month = billable(Month("2006-10"), (Line.of(left), kept(TRAINEES[1], place_hours("98", "7"))), Rates(Decimal("7.00"), Decimal("1.00")))
    assert [(each.excused, each.maintained) for each in month.lines] == [(Decimal(21), Decimal(14)), (Decimal(0), None)]
    assert month.lines[0].amount == Decimal("833.00")


def test_bil_01_the_guides_october_is_worth_2445_euros():
    month = billable(Month("2006-10"), GUIDE, Rates(Decimal("7.00"), Decimal("1.00")))
    assert [(line.place, line.attended, line.excused, line.amount) for line in month.lines] == [
        (Place.CENTRE, Decimal("300.00"), Decimal("35.00"), Decimal("2345.00")),
        (Place.COMPANY, Decimal("100.00"), Decimal("0.00"), Decimal("100.00")),
    ]
    assert month.amount == Decimal("2445.00")
    assert month.trainees == 3


def test_bil_01_unexcused_hours_are_worth_nothing():
    absent = (kept(TRAINEES[0], place_hours("0", "0", "35"), place_hours("0", "0", "7")),)
    assert amount_of(paid_hours(absent), Rates(Decimal("7.00"), Decimal("1.00"))) == 0
    assert not any(paid_hours(absent).values())


@pytest.mark.parametrize(
    ("hours", "rate", "share", "amount"),
    [
        ("0.25", "0.95", "0.2375", "0.24"),
        ("0.50", "0.25", "0.1250", "0.13"),  # half up, not half even
        ("0.50", "0.23", "0.1150", "0.12"),
        ("98.00", "5.00", "490.0000", "490.00"),
    ],
)
def test_bil_01_a_line_is_rounded_half_up_and_a_share_is_exact(hours: str, rate: str, share: str, amount: str):
    priced = Month("2007-02"), (kept(TRAINEES[0], place_hours(hours)),), Rates(Decimal(rate), Decimal("0.00"))
    month = billable(*priced)
    assert shares(*priced)[0].amount == Decimal(share)
    assert month.lines[0].amount == Decimal(amount)


def test_bil_01_shares_are_not_rounded_each_so_that_the_line_can_differ_from_their_rounded_sum():
    three = tuple(kept(trainee, place_hours("0.25")) for trainee in TRAINEES[:3])
    priced = Month("2007-02"), three, Rates(Decimal("0.50"), Decimal("0.00"))
    month = billable(*priced)
    assert [to_cent(share.amount) for share in shares(*priced) if share.place is Place.CENTRE] == [Decimal("0.13")] * 3
    assert month.amount == Decimal("0.38")


@given(lines, rates, rates)
def test_bil_01_a_month_is_the_sum_of_its_lines_and_a_line_is_its_shares_rounded_once(hours, centre, company):
    month = billable(Month("2007-02"), hours, Rates(centre, company))
    for priced in month.lines:
        exact = [share.amount for share in shares(month.month, hours, Rates(centre, company)) if share.place is priced.place]
        assert len(exact) == len(hours)
        assert priced.amount == to_cent(sum(exact, Decimal(0)))
    assert month.amount == sum(priced.amount for priced in month.lines) == amount_of(paid_hours(hours), Rates(centre, company))


def test_bil_02_a_trainee_with_zeros_counts_among_the_months_trainees():
    month = billable(Month("2007-02"), (*GUIDE, kept(TRAINEES[3])), Rates(Decimal("7.00"), Decimal("1.00")))
    assert month.trainees == 4
    assert {priced.trainees for priced in month.lines} == {4}


@pytest.mark.parametrize(
    ("excluding", "including"),
    [
        ("8598.66", "10284.00"),
        ("3732.78", "4464.40"),
        ("10695.99", "12792.40"),
        ("0.00", "0.00"),
        ("2445.00", "2924.22"),
    ],
)
def test_bil_08_the_guides_amounts_including_tax_at_19_6_percent(excluding: str, including: str):
    tax = taxed_on(Decimal(excluding), TaxRegime.STANDARD, date(2007, 9, 13))
    assert tax.including_tax == Decimal(including)
    assert tax.tax == Decimal(including) - Decimal(excluding)


@pytest.mark.parametrize(
    ("regime", "day", "rate"),
    [
        (TaxRegime.STANDARD, date(2013, 12, 31), "0.1960"),
        (TaxRegime.STANDARD, date(2014, 1, 1), "0.2000"),
        (TaxRegime.STANDARD, date(1999, 1, 1), "0.1960"),
        (TaxRegime.EXEMPT, date(2007, 9, 13), "0.0000"),
        (TaxRegime.EXEMPT, date(2026, 9, 13), "0.0000"),
    ],
)
def test_bil_08_the_rate_is_the_one_in_force_on_the_invoices_date(regime: TaxRegime, day: date, rate: str):
    assert taxed_on(Decimal("100.00"), regime, day).tax_rate == Decimal(rate)


@pytest.mark.parametrize(
    ("excluding", "including"),
    [("-312.40", "-373.63"), ("-0.02", "-0.02"), ("-12.50", "-14.95"), ("-6.25", "-7.48")],  # −7.475 → −7.48
)
def test_bil_08_a_negative_amount_is_rounded_away_from_zero(excluding: str, including: str):
    assert taxed_on(Decimal(excluding), TaxRegime.STANDARD, date(2007, 9, 13)).including_tax == Decimal(including)


@given(st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents) / 100))
def test_bil_08_a_refund_is_taxed_like_the_amount_that_it_gives_back(amount: Decimal):
    assert [amounts.including_tax for amounts in taxed(-amount, TaxRegime.STANDARD)] == [
        -amounts.including_tax for amounts in taxed(amount, TaxRegime.STANDARD)
    ]


def test_act_03_the_realised_rate_is_of_the_headcount_not_of_those_who_are_there():
    action = BilledAction()
    action.confirm("2007-02", (line(TRAINEES[0], place_hours("41", "2", "7"), place_hours("15", "3", "1")),))
    assert action.ledger.terms.planned_hours == 12_320  # (812 + 420) × 10
    assert action.ledger.realised_rate() == Decimal("0.0049")  # 61 / 12 320


def test_act_03_the_rate_shown_is_cut_so_that_30_percent_shown_is_30_percent_reached():
    action = BilledAction()
    action.confirm("2007-02", "3695.75")  # 30 % is 3 696
    assert action.ledger.realised_rate() == Decimal("0.2999")
    action.confirm("2007-03", "0.25")
    assert action.ledger.realised_rate() == Decimal("0.3000")


def test_act_03_a_reopened_month_is_not_realised_until_it_is_confirmed_again():
    action = BilledAction()
    action.confirm("2007-02", "1232")
    invoice = action.issue("monthly", "2007-02", on="2007-03-05")
    assert action.ledger.realised_rate() == Decimal("0.1000")
    action.reject(invoice)
    assert action.ledger.realised_rate() == 0
    action.confirm("2007-02", "616")
    assert action.ledger.realised_rate() == Decimal("0.0500")


def test_act_03_everything_realised_is_a_rate_of_one():
    action = BilledAction()
    action.confirm("2007-02", "12320")
    assert action.ledger.realised_rate() == 1


def test_act_04_a_contract_without_hours_has_no_rate():
    assert award("2007QCA0001", terms(hours=(0, 0))).realised_rate() is None
