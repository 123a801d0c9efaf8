"""What would come if it goes on like this: by the rules that decide, and so what they give when it then really does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.account.outlook import First, Foreseen, Outlook, outlook
from contracts.account.pace import Presence, coming, pace_of, planned
from contracts.account.without_months import asked_for
from contracts.billing import Invoice
from contracts.codes import Frequency, InvoiceKind, Place
from contracts.declarations import PlaceDays
from contracts.month import Month, months_between
from tests.often import often
from tests.rules.billing.billed_action import (
    ADVANCE,
    BALANCE,
    CEVENNES,
    MONTHLY,
    BilledAction,
    months,
    subcontractor,
    terms,
)

FEBRUARY, DECEMBER = Month("2007-02"), Month("2007-12")
YEAR = months_between(FEBRUARY, DECEMBER)


def hours(*of: str | int, since: Month = FEBRUARY) -> list[tuple[Month, dict[Place, Decimal]]]:
    """Hours in centre of the months from `since` on."""
    return [(month, {Place.CENTRE: Decimal(each), Place.COMPANY: Decimal(0)}) for month, each in zip(months_from(since), of, strict=False)]


def months_from(since: Month) -> Iterable[Month]:
    """It, and those after it in the year."""
    return (month for month in YEAR if month >= since)


def ahead(
    action: BilledAction,
    to_come: list[tuple[Month, dict[Place, Decimal]]],
    on: str = "2007-02-05",
    first: Iterable[First] = (),
) -> Outlook:
    """The outlook of the action on that day, all months to come being declared."""
    return outlook(action.ledger, to_come, date.fromisoformat(on), closes_on=date(2007, 12, 31), first=first)


def told(foreseen: Iterable[Foreseen]) -> list[tuple[str, str, str, str]]:
    """Of each: what it is, its last month, when it can be confirmed, its amount."""
    return [
        (str(one.offer.nature), str(one.offer.months[-1]) if one.offer.months else "", str(one.opens), str(one.offer.excluding_tax))
        for one in foreseen
    ]


def test_bil_03_instalments_and_quarters_come_with_the_months_that_reach_their_thresholds():
    """The guide's 12,320 hours: r is 21 % in April, 31 % in May, 55 % in August, 63 % in September, 71 % in October, 82 % in November."""
    action = BilledAction(Frequency.THREE_INSTALMENTS)
    found = ahead(action, hours(900, 900, 800, 1300, 1000, 1000, 900, 1000, 1000, 1400, 500))
    assert told(found.invoices) == [
        ("quarter", "2007-04", "2007-05-01", "13000.00"),
        ("instalment", "2007-05", "2007-06-01", "6500.00"),
        ("quarter", "2007-08", "2007-09-01", "14500.00"),
        ("instalment", "2007-09", "2007-10-01", "5000.00"),
        ("instalment", "2007-10", "2007-11-01", "5000.00"),
    ]
    assert [(one.threshold, str(one.realised), one.strictly) for one in found.invoices] == [
        (30, "0.2110", False),
        (30, "0.3165", False),
        (60, "0.5519", False),
        (60, "0.6331", False),
        (60, "0.7142", True),
    ]
    assert found.balance and told([found.balance]) == [("balance", "2007-12", "2008-01-01", "9500.00")]
    assert found.balance.offer.months == months("2007-11", "2007-12") and str(found.balance.realised) == "0.8685"


def advanced(frequency: Frequency = Frequency.MONTHLY) -> BilledAction:
    """A contract of 10,000.00, whose advance of 500.00 is recovered from 65 to 80 %: it is invoiced and accepted."""
    action = BilledAction(frequency, terms(centre="10.00", hours=(100, 0), advance=("5", "65", "80")))
    action.accept(action.advance())
    return action


def test_bil_10_the_advance_is_recovered_by_the_invoices_that_reach_its_rates():
    """500.00 at 66 %, then 67 %: 33.33, 33.34; at 87 % all of it."""
    found = ahead(advanced(), hours(600, 60, 10, 200))
    assert [(one.offer.months, str(one.recovered), str(one.share), str(one.to_recover)) for one in found.recoveries] == [
        (months("2007-03"), "33.33", "0.66", "466.67"),
        (months("2007-04"), "33.34", "0.67", "433.33"),
        (months("2007-05"), "433.33", "0.87", "0.00"),
    ]
    assert found.balance and found.balance.offer.excluding_tax == 0


def test_bil_10_what_is_given_back_of_a_rejected_advance_is_no_recovery():
    action = BilledAction(contract=terms(centre="10.00", hours=(100, 0), advance=("5", "65", "80")))
    rejected = action.advance()
    action.confirm("2007-02", "660")
    action.accept(action.issue(MONTHLY, "2007-02", on="2007-03-05"))
    action.reject(rejected)
    found = ahead(action, hours(10, since=Month("2007-03")))
    assert [str(one.recovered) for one in found.invoices] == ["-33.33"] and not found.recoveries


def test_bil_11_what_is_never_recovered_is_a_refund_with_the_balance():
    found = ahead(advanced(), hours(600, 60))
    assert found.balance and (str(found.balance.offer.excluding_tax), str(found.balance.recovered)) == ("-466.67", "466.67")


def test_bil_10_before_the_advance_is_confirmed_it_is_shown_how_it_would_be_recovered():
    action = BilledAction(contract=terms(centre="10.00", hours=(100, 0), advance=("5", "65", "80")))
    assert not ahead(action, hours(600, 250)).recoveries
    found = ahead(action, hours(600, 250), first=[First(offer) for offer in action.offers() if offer.nature is ADVANCE])
    assert [(one.offer.months, str(one.recovered)) for one in found.recoveries] == [(months("2007-03"), "500.00")]


def test_bil_02_an_invoice_that_is_about_to_be_confirmed_is_no_more_to_come():
    action = BilledAction()
    action.confirm("2007-02", "489")
    assert told(ahead(action, [], on="2007-03-05").invoices) == [("monthly", "2007-02", "2007-03-05", "2445.00")]
    assert not ahead(action, [], on="2007-03-05", first=[First(offer) for offer in action.offers(MONTHLY)]).invoices


def test_bil_06_what_a_subcontractor_is_about_to_ask_for_is_deducted_by_the_next():
    action = BilledAction(contract=terms(subcontractors=(subcontractor(),)))
    action.confirm("2007-02", "489")
    found = ahead(action, [], on="2007-03-05", first=[First(asked_for(Decimal("1500.00")), CEVENNES)])
    assert told(found.invoices) == [("monthly", "2007-02", "2007-03-05", "945.00")]
    assert [line.name for line in found.invoices[0].offer.adjustments] == ["CEVENNES-GESTION"]


def test_bil_07_what_is_rejected_is_confirmed_again_as_it_was_unless_it_is_about_to_be_confirmed_otherwise():
    action = BilledAction()
    action.confirm("2007-02", "489")
    action.reject(action.issue(MONTHLY, "2007-02", on="2007-03-05"), on="2007-03-20")
    assert told(ahead(action, [], on="2007-03-20").invoices) == [("monthly", "2007-02", "2007-03-20", "2445.00")]
    assert told(ahead(action, hours(400), on="2007-03-20").invoices) == [("monthly", "2007-02", "2007-03-20", "2000.00")]


def test_an_outlook_leaves_the_account_as_it_is():
    action = BilledAction()
    before = action.ledger
    assert ahead(action, hours(100, 100)).invoices and action.ledger is before and not before.months


# Against the rules that decide


@dataclass(frozen=True)
class Course:
    """How an action goes: hours of each month, of which so many are confirmed and invoiced already."""

    frequency: Frequency
    hours: tuple[Decimal, ...]
    confirmed: int
    advance: bool
    subcontracted: Decimal
    """In per cent of what the next invoice can bear, asked for once as many months are confirmed."""


COURSES = st.builds(
    Course,
    st.sampled_from(Frequency),
    st.lists(st.integers(0, 6400).map(lambda quarters: Decimal(quarters) / 4), min_size=1, max_size=11).map(tuple),
    st.integers(0, 11),
    st.booleans(),
    st.sampled_from([Decimal(0), Decimal(30), Decimal(100)]),
)


def go(action: BilledAction, invoices: list[Invoice], on: date | None = None) -> None:
    """Everything that is offered is confirmed, one after the other, and accepted: on that day, or in its window."""
    while offer := next((one for one in action.offers() if one.months and one.kind is not BALANCE and not one.not_before), None):
        day = on or offer.months[-1].next().first
        invoices.append(action.issue(offer.kind, *offer.months, on=str(day)))
        action.accept(invoices[-1], on=str(day))


def begun(course: Course) -> BilledAction:
    """The action as far as it has come."""
    named = (subcontractor(ceiling="20000"),) if course.subcontracted else ()
    contract = terms(subcontractors=named, advance=("10", "30", "60") if course.advance else None)
    action = BilledAction(course.frequency, contract)
    action.left = YEAR[: len(course.hours)]
    action.tell()
    if course.advance:
        action.accept(action.advance())
    for month, hours_ in list(zip(YEAR, course.hours, strict=False))[: course.confirmed]:
        go(action, [])
        action.confirm(month, hours_)
    at_most = next((each.at_most for each in action.told().subcontracts), Decimal(0))
    if amount := (at_most * course.subcontracted / 100).quantize(Decimal("0.01")):
        action.accept(action.subcontract(amount))
    return action


def seen(kind: InvoiceKind, of: tuple[Month, ...], amount: Decimal, lines: Iterable[object]) -> tuple[object, ...]:
    """What an invoice is, for comparison."""
    return kind, of, amount, [(line.kind, line.amount) for line in lines]  # type: ignore[attr-defined]


@settings(max_examples=often(30), deadline=None)
@given(COURSES)
def test_what_is_foreseen_is_what_the_rules_give_when_it_goes_on_like_that(course: Course) -> None:
    action = begun(course)
    to_come = [(month, {Place.CENTRE: each, Place.COMPANY: Decimal(0)}) for month, each in zip(YEAR, course.hours, strict=False)]
    to_come = to_come[course.confirmed :]
    found = ahead(action, to_come, on="2007-02-05")
    invoices: list[Invoice] = []
    go(action, invoices)
    for month, come in to_come:
        action.confirm(month, come[Place.CENTRE])
        go(action, invoices)
    action.close(acknowledged=True)
    balance = action.issue(BALANCE, *(month.month for month in action.ledger.free), on="2008-01-10")
    assert found.balance is not None
    every = [one.offer for one in (*found.invoices, found.balance)]
    assert [seen(offer.kind, offer.months, offer.excluding_tax, offer.adjustments) for offer in every] == [
        seen(invoice.kind, invoice.months, invoice.excluding_tax, invoice.adjustments) for invoice in (*invoices, balance)
    ]


@settings(max_examples=often(15), deadline=None)
@given(COURSES)
def test_bil_05_each_can_be_confirmed_on_the_day_from_which_it_is_foreseen(course: Course) -> None:
    action = begun(course)
    to_come = [(month, {Place.CENTRE: each, Place.COMPANY: Decimal(0)}) for month, each in zip(YEAR, course.hours, strict=False)]
    to_come = to_come[course.confirmed :]
    found = list(ahead(action, to_come, on="2007-02-05").invoices)
    for after in (None, *(month for month, _ in to_come)):
        if after:
            action.confirm(after, dict(to_come)[after][Place.CENTRE])
        while found and found[0].after == after:
            one = found.pop(0)
            action.accept(action.issue(one.offer.kind, *one.offer.months, on=str(one.opens)), on=str(one.opens))
    assert not found


# The pace


def present(first: str, last: str, held: str = "0", centre: str = "140", company: str = "0") -> Presence:
    """A trainee of an action from Monday 5 February to Friday 30 March 2007, which is 40 weekdays: 18 in February, 22 in March."""
    days = tuple(day for month in (FEBRUARY, FEBRUARY.next()) for day in weekdays(month))
    places = (
        PlaceDays(place=Place.CENTRE, hours=Decimal(centre), days=days),
        PlaceDays(place=Place.COMPANY, hours=Decimal(company), days=()),
    )
    return Presence((date.fromisoformat(first), date.fromisoformat(last)), places, {Place.CENTRE: Decimal(held)}, {})


def weekdays(month: Month) -> list[date]:
    """Those of the month, from the 5th on in February."""
    first = 5 if month == FEBRUARY else 1
    every = (month.first.replace(day=day) for day in range(first, month.last.day + 1))
    return [day for day in every if day.weekday() < 5]


def test_dec_11_what_is_planned_of_a_month_follows_from_who_is_present():
    """140 h over 40 days are 3.5 h a day: 63 of February's 18 days; of who enters on the 19th, 8 days, 28 h."""
    both = [present("2007-02-05", "2007-03-30"), present("2007-02-19", "2007-03-30")]
    assert planned(both, [FEBRUARY]) == Decimal("91.00")
    assert planned(both, [FEBRUARY, FEBRUARY.next()]) == Decimal("91.00") + 2 * Decimal("77.00")


@pytest.mark.parametrize(
    ("realised", "planned_hours", "pace"), [("412", "448", "0.92"), ("82", "91", "0.90"), ("0", "91", "0.00"), ("0", "0", None)]
)
def test_the_pace_is_what_is_confirmed_of_what_was_planned_to_the_nearest_percent(realised: str, planned_hours: str, pace: str | None):
    assert pace_of(Decimal(realised), Decimal(planned_hours)) == (Decimal(pace) if pace else None)


def test_the_months_to_come_have_their_planned_hours_at_that_pace_down_to_the_quarter_hour():
    """77 h of March at 90 %: 69.30, so 69.25 each."""
    march = FEBRUARY.next()
    both = [present("2007-02-05", "2007-03-30", held="60"), present("2007-02-19", "2007-03-30", held="22")]
    assert coming(both, [march], Decimal("0.90")) == [(march, {Place.CENTRE: Decimal("138.50"), Place.COMPANY: Decimal(0)})]


def test_dec_03_at_no_pace_do_hours_exceed_what_is_left_of_the_plan():
    """At 120 %, 92.25 h would come in March: 140 − 70 are left. Who left in February has none to come."""
    march = FEBRUARY.next()
    both = [present("2007-02-05", "2007-03-30", held="70"), present("2007-02-05", "2007-02-20", held="40")]
    assert coming(both, [march], Decimal("1.20")) == [(march, {Place.CENTRE: Decimal("70"), Place.COMPANY: Decimal(0)})]


def test_an_outlook_needs_to_know_on_which_days_planned_hours_lie():
    assert present("2007-02-05", "2007-03-30").is_planned
    assert not present("2007-02-05", "2007-03-30", company="10").is_planned
