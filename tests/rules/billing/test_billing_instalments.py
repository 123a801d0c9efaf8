from datetime import date
from decimal import Decimal

import pytest

from contracts.codes import Frequency
from contracts.refusals import Refusal
from contracts.refusals.billing import MonthAlreadyInvoiced, MonthNotConfirmed, QuarterTooShort, ShortQuarterBeforeEnd
from tests.rules.billing.billed_action import BALANCE, INSTALMENT, MONTHLY, QUARTER, BilledAction, months, terms

PLANNED = Decimal(12_320)
EXAMPLE = {
    "2007-02": "7",
    "2007-03": "14",
    "2007-04": "21",
    "2007-05": "31",
    "2007-06": "40",
    "2007-07": "45",
    "2007-08": "55",
    "2007-09": "63",
    "2007-10": "71",
    "2007-11": "82",
}
"""BIL-4's example: r, in percent, at the end of each month."""


def three_instalments(rates: dict[str, str] | None = None, *, last: bool = False) -> BilledAction:
    """Three instalments, with months confirmed at these realised rates in percent; `last`: no month is left to declare."""
    action = BilledAction(Frequency.THREE_INSTALMENTS)
    reached = Decimal(0)
    for month, rate in (rates or {}).items():
        hours = PLANNED * Decimal(rate) / 100
        action.confirm(month, hours - reached, left=() if last and month == max(rates or {}) else None)
        reached = hours
    return action


def test_bil_04_the_example_from_february_to_the_balance_month_by_month():
    action = BilledAction(Frequency.THREE_INSTALMENTS)
    reached = Decimal(0)
    invoiced: list[tuple[str, int | None, int | None, str]] = []
    offers: dict[str, list[tuple[str, str, str]]] = {}
    for month, rate in EXAMPLE.items():
        hours = PLANNED * Decimal(rate) / 100
        action.confirm(month, hours - reached)
        reached = hours
        offers[month] = [(str(kind), first, last) for kind, first, last in action.offered()]
        for offer in action.offers()[:1]:
            following = offer.months[-1].next()
            invoice = action.issue(offer.kind, *offer.months, on=f"{following}-03")
            invoiced.append((invoice.kind, invoice.ordinal, invoice.number, " ".join(month[-2:] for month in invoice.months)))
    assert offers == {
        "2007-02": [],
        "2007-03": [],
        "2007-04": [("quarter", "2007-02", "2007-04")],
        "2007-05": [("instalment", "2007-05", "2007-05")],
        "2007-06": [],
        "2007-07": [],
        "2007-08": [("quarter", "2007-06", "2007-08")],
        "2007-09": [("instalment", "2007-09", "2007-09")],
        "2007-10": [("instalment", "2007-10", "2007-10")],
        "2007-11": [],
    }
    assert invoiced == [
        ("quarter", None, 1, "02 03 04"),
        ("instalment", 1, 2, "05"),
        ("quarter", None, 3, "06 07 08"),
        ("instalment", 2, 4, "09"),
        ("instalment", 3, 5, "10"),
    ]
    action.accept_all()
    action.close()
    assert action.offered() == [(BALANCE, "2007-11", "2007-11")]


def test_bil_04_a_quarter_can_still_be_invoiced_when_a_later_month_has_reached_the_threshold():
    action = three_instalments({"2007-02": "7", "2007-03": "14", "2007-04": "21", "2007-05": "31"})
    assert action.offered() == [(QUARTER, "2007-02", "2007-04"), (INSTALMENT, "2007-02", "2007-05")]
    assert action.issue(QUARTER, "2007-02", "2007-03", "2007-04", on="2007-06-15").ordinal is None
    assert action.offered() == [(INSTALMENT, "2007-05", "2007-05")]


def test_bil_04_a_quarter_that_has_reached_the_threshold_is_an_instalment():
    action = three_instalments({"2007-02": "10", "2007-03": "20", "2007-04": "30"})
    assert action.offered() == [(INSTALMENT, "2007-02", "2007-04")]


def test_bil_04_passed_over_months_are_not_counted():
    action = three_instalments({"2007-02": "7", "2007-04": "14", "2007-07": "21"})
    assert action.offered() == [(QUARTER, "2007-02", "2007-07")]
    assert action.offers()[0].months == months("2007-02", "2007-04", "2007-07")


@pytest.mark.parametrize(
    ("rates", "last", "offered"),
    [
        ({"2007-11": "10", "2007-12": "20"}, True, [(QUARTER, "2007-11", "2007-12")]),
        ({"2007-12": "10"}, True, [(QUARTER, "2007-12", "2007-12")]),
        ({"2007-10": "10", "2007-11": "20"}, False, []),
        ({"2007-11": "10", "2007-12": "30"}, True, [(INSTALMENT, "2007-11", "2007-12")]),
    ],
)
def test_bil_04_a_shorter_quarter_holds_all_that_is_left(rates: dict[str, str], last: bool, offered: list[tuple[str, str, str]]):
    assert three_instalments(rates, last=last).offered() == offered


def test_bil_04_a_shorter_quarter_waits_for_the_month_that_a_newcomer_brings():
    """All left in November; newcomers enter on 2 December: December is to declare, and the quarter would not hold all that is left."""
    action = three_instalments({"2007-10": "10", "2007-11": "20"}, last=True)
    assert action.offered() == [(QUARTER, "2007-10", "2007-11")]
    action.left = months("2007-12")
    action.tell()
    assert action.offered() == []
    with pytest.raises(QuarterTooShort) as refused:
        action.issue(QUARTER, "2007-10", "2007-11", on="2008-01-02")
    assert refused.value.figures == {"count": 2, "months": months("2007-12")}
    action.confirm("2007-12", "10")
    assert action.offered() == [(QUARTER, "2007-10", "2007-12")]


def test_bil_04_a_rejected_earlier_quarter_takes_no_later_months_offer_away():
    slow = {"2007-08": "2", "2007-09": "4", "2007-10": "6", "2007-11": "8"}
    action = three_instalments(slow)
    first = action.issue(QUARTER, "2007-08", "2007-09", "2007-10", on="2007-11-03")
    action.confirm("2007-12", "10")
    second = action.issue(QUARTER, "2007-11", "2007-12", on="2008-01-03")
    action.reject(second, on="2008-01-10")
    for month in ("2007-11", "2007-12"):
        action.confirm(month, "100")
    assert action.offered() == [(QUARTER, "2007-11", "2007-12")]
    action.reject(first, on="2008-01-12")  # now nothing is invoiced before November
    assert [offer.replaces for offer in action.offers()] == [second.invoice_id]


def test_bil_04_a_reopened_month_before_the_last_invoice_takes_no_shorter_quarter_away():
    action = three_instalments({"2007-08": "2", "2007-09": "4", "2007-10": "6", "2007-11": "32"})
    quarter = action.issue(QUARTER, "2007-08", "2007-09", "2007-10", on="2007-11-03")
    action.issue(INSTALMENT, "2007-11", on="2007-12-03")
    action.confirm("2007-12", "10")
    assert action.offered() == [(QUARTER, "2007-12", "2007-12")]
    action.reject(quarter, on="2008-01-02")
    assert action.offered() == [(QUARTER, "2007-12", "2007-12")]
    action.confirm("2007-08", "100")  # September and October are still to correct
    assert (QUARTER, "2007-12", "2007-12") in action.offered()


def test_bil_04_after_four_slow_months_the_last_one_is_a_quarter_of_its_own():
    action = three_instalments({"2007-09": "5", "2007-10": "10", "2007-11": "15", "2007-12": "20"}, last=True)
    assert action.offered() == [(QUARTER, "2007-09", "2007-11")]
    action.issue(QUARTER, "2007-09", "2007-10", "2007-11", on="2008-01-03")
    assert action.offered() == [(QUARTER, "2007-12", "2007-12")]


def test_bil_04_a_shorter_quarter_waits_until_the_planned_end_has_passed():
    action = BilledAction(Frequency.THREE_INSTALMENTS, terms(planned_end=date(2007, 12, 10)))
    action.confirm("2007-11", "100", left=())  # everybody left in November
    assert action.offers()[0].not_before == date(2007, 12, 11)
    with pytest.raises(ShortQuarterBeforeEnd) as refused:
        action.issue(QUARTER, "2007-11", on="2007-12-10")
    assert refused.value.figures == {"planned_end": date(2007, 12, 10), "opens": date(2007, 12, 11), "closes": date(2007, 12, 15)}
    assert action.issue(QUARTER, "2007-11", on="2007-12-11").kind is QUARTER


@pytest.mark.parametrize(
    ("ordinal", "hours", "is_reached"),
    [
        (1, "3695.75", False),
        (1, "3696", True),  # 30 %
        (2, "7391.75", False),
        (2, "7392", True),  # 60 %
        (3, "7392", False),
        (3, "7392.25", True),
        (3, "9855.75", True),
        (3, "9856", False),  # 80 %
        (3, "9856.25", False),
    ],
)
def test_bil_03_thresholds_exactly_at_the_limit(ordinal: int, hours: str, is_reached: bool):
    action = three_instalments({1: {}, 2: {"2007-02": "30"}, 3: {"2007-02": "30", "2007-03": "60"}}[ordinal])
    for declared in action.ledger.months:
        action.issue(INSTALMENT, declared.month, on="2007-04-02")
    action.confirm("2007-04", Decimal(hours) - action.ledger.realised_hours())
    assert [offer.ordinal for offer in action.offers(INSTALMENT)] == ([ordinal] if is_reached else [])


def test_bil_03_rates_are_compared_unrounded():
    action = three_instalments({"2007-02": "0"})
    action.confirm("2007-03", "3695.75")  # 29.998 %, shown as 29.99 %
    assert action.offered() == []
    action.confirm("2007-04", "0.25")
    assert action.offered() == [(INSTALMENT, "2007-02", "2007-04")]


def test_bil_03_the_contracts_own_thresholds_count():
    action = BilledAction(Frequency.THREE_INSTALMENTS, terms(thresholds=("12.50", "50", "75")))
    action.confirm("2007-02", "1539.75")
    assert action.offered() == []
    action.confirm("2007-03", "0.25")
    assert action.offered() == [(INSTALMENT, "2007-02", "2007-03")]


def test_bil_03_an_instalment_may_end_with_any_month_that_has_reached_the_threshold():
    action = three_instalments({"2007-02": "20", "2007-03": "35", "2007-04": "50"})
    assert action.offered() == [(INSTALMENT, "2007-02", "2007-03"), (INSTALMENT, "2007-02", "2007-04")]


def test_bil_03_a_month_that_reaches_80_percent_waits_for_the_balance_and_so_do_those_before_it():
    action = three_instalments({"2007-02": "30", "2007-03": "45", "2007-04": "80"}, last=True)
    action.issue(INSTALMENT, "2007-02", on="2007-03-02")
    assert action.offered() == []
    action.accept_all()
    action.close()
    assert action.offered() == [(BALANCE, "2007-03", "2007-04")]


def test_bil_03_after_the_third_instalment_only_the_balance_follows():
    action = three_instalments({"2007-02": "30", "2007-03": "60", "2007-04": "62"})
    for month in ("2007-02", "2007-03", "2007-04"):
        action.issue(INSTALMENT, month, on="2007-05-02")
    for month, hours in (("2007-05", "10"), ("2007-06", "10"), ("2007-07", "10")):
        action.confirm(month, hours)
    assert action.offered() == []


def test_bil_03_a_rejected_instalment_frees_its_ordinal_and_its_months():
    action = three_instalments({"2007-02": "35", "2007-03": "45"})
    first = action.issue(INSTALMENT, "2007-02", on="2007-03-02")
    action.reject(first, on="2007-03-20")
    assert action.offered() == []  # February, the next one's first month, is to be confirmed again
    action.confirm("2007-02", PLANNED * 35 / 100)
    again = action.offers()
    assert [(offer.months, offer.ordinal, offer.replaces) for offer in again] == [
        (months("2007-02"), 1, first.invoice_id),
        (months("2007-02", "2007-03"), 1, None),
    ]
    assert action.issue(INSTALMENT, "2007-02", "2007-03", on="2007-04-02").ordinal == 1
    assert action.offered() == []  # its months are in another invoice: nothing is left to replace


def test_bil_03_an_ordinal_that_waits_for_its_replacement_is_taken():
    """The first instalment rejected and still to be replaced, a quarter after it standing: never two "1st", never four instalments."""
    action = three_instalments({"2007-02": "35"})
    first = action.issue(INSTALMENT, "2007-02", on="2007-03-02")
    for month in ("2007-03", "2007-04", "2007-05"):
        action.confirm(month, PLANNED / 100)
    action.issue(QUARTER, "2007-03", "2007-04", "2007-05", on="2007-06-02")
    action.reject(first, on="2007-06-03")
    action.confirm("2007-02", PLANNED * 35 / 100)
    invoiced = []
    for month, rate in (("2007-06", 62), ("2007-07", 65), ("2007-08", 70)):
        action.confirm(month, PLANNED * rate / 100 - action.ledger.realised_hours())
        going_on = [offer for offer in action.offers(INSTALMENT) if offer.months != first.months]
        invoiced += [action.issue(INSTALMENT, *offer.months, on="2007-09-02").ordinal for offer in going_on]
    assert invoiced == [2, 3]
    assert action.issue(INSTALMENT, "2007-02", on="2007-09-20").ordinal == 1
    assert action.offered() == []


def test_bil_03_a_rejected_ordinal_is_free_for_an_invoice_with_one_of_its_months():
    action = three_instalments({"2007-02": "35", "2007-03": "62"})
    action.issue(INSTALMENT, "2007-02", on="2007-03-02")
    second = action.issue(INSTALMENT, "2007-03", on="2007-04-02")
    action.confirm("2007-04", PLANNED / 100)
    action.reject(second, on="2007-04-20")
    action.confirm("2007-03", PLANNED * 27 / 100)
    assert [(offer.months, offer.ordinal) for offer in action.offers()] == [(months("2007-03"), 2), (months("2007-03", "2007-04"), 2)]


def test_bil_03_a_rejected_invoice_that_a_later_one_has_settled_is_not_replaced_any_more():
    """First and second rejected, both invoiced again as one first; two more follow; that first is rejected: four must not come back."""
    action = three_instalments({"2007-02": "35", "2007-03": "62"})
    for invoice in [action.issue(INSTALMENT, month, on="2007-04-02") for month in ("2007-02", "2007-03")]:
        action.reject(invoice, on="2007-04-03")
    for month, rate in (("2007-02", 35), ("2007-03", 62), ("2007-04", 64), ("2007-05", 66)):
        action.confirm(month, PLANNED * rate / 100 - action.ledger.realised_hours())
    both = action.issue(INSTALMENT, "2007-02", "2007-03", on="2007-06-02")
    ordinals = [both.ordinal, *(action.issue(INSTALMENT, month, on="2007-06-02").ordinal for month in ("2007-04", "2007-05"))]
    action.reject(both, on="2007-06-03")
    for month in ("2007-02", "2007-03"):
        action.confirm(month, "3000")
    assert ordinals == [1, 2, 3]
    assert [(offer.months, offer.ordinal) for offer in action.offers()] == [(both.months, 1)]


def test_bil_03_a_replacement_keeps_kind_and_ordinal_whatever_the_rate_has_become():
    action = three_instalments({"2007-02": "35", "2007-03": "45", "2007-04": "62"})
    first = action.issue(INSTALMENT, "2007-02", on="2007-03-02")
    second = action.issue(INSTALMENT, "2007-03", "2007-04", on="2007-05-02")
    action.reject(first, on="2007-05-20")
    action.confirm("2007-02", "12.00")  # far from 30 % now
    replaced = action.issue(INSTALMENT, "2007-02", on="2007-05-30")  # at any time (BIL-5)
    assert (second.ordinal, replaced.ordinal, replaced.number, replaced.replaces) == (2, 1, 3, first.invoice_id)


def test_bil_03_a_replaced_quarter_stays_a_quarter_when_the_threshold_is_reached_by_now():
    action = three_instalments({"2007-02": "7", "2007-03": "14", "2007-04": "21"})
    quarter = action.issue(QUARTER, "2007-02", "2007-03", "2007-04", on="2007-05-02")
    action.reject(quarter, on="2007-05-10")
    for month in ("2007-02", "2007-03", "2007-04"):
        action.confirm(month, PLANNED / 4)
    assert [offer.kind for offer in action.offers() if offer.replaces] == [QUARTER]
    assert action.issue(QUARTER, "2007-02", "2007-03", "2007-04", on="2007-05-31").replaces == quarter.invoice_id


def test_bil_03_an_invoice_that_replaces_a_replacement_names_the_last_one():
    action = three_instalments({"2007-02": "35"})
    first = action.issue(INSTALMENT, "2007-02", on="2007-03-02")
    action.reject(first, on="2007-03-03")
    action.confirm("2007-02", "4312")
    second = action.issue(INSTALMENT, "2007-02", on="2007-03-04")
    action.reject(second, on="2007-03-05")
    action.confirm("2007-02", "4312")
    assert [offer.replaces for offer in action.offers()] == [second.invoice_id]


def test_bil_03_a_reopened_month_before_the_last_invoice_does_not_hold_up_the_next():
    action = three_instalments({"2007-02": "35", "2007-03": "62"})
    first = action.issue(INSTALMENT, "2007-02", on="2007-03-02")
    action.issue(INSTALMENT, "2007-03", on="2007-04-02")
    action.reject(first, on="2007-04-03")
    action.confirm("2007-04", PLANNED * 35 / 100)
    # 62 % of which 35 % are reopened: 27 % + 35 % = 62 %, above the second threshold.
    assert action.offered() == [(INSTALMENT, "2007-04", "2007-04")]
    assert action.offers()[0].ordinal == 3


def test_bil_03_a_reopened_month_stops_the_chain_and_is_in_no_rate():
    action = three_instalments({"2007-02": "35", "2007-03": "50"})
    invoice = action.issue(INSTALMENT, "2007-02", "2007-03", on="2007-04-02")
    action.reject(invoice, on="2007-04-20")
    action.confirm("2007-02", PLANNED * 40 / 100)
    assert action.offered() == [(INSTALMENT, "2007-02", "2007-02")]
    action.confirm("2007-04", PLANNED * 20 / 100)
    assert action.offered() == [(INSTALMENT, "2007-02", "2007-02")]  # March is not confirmed


@pytest.mark.parametrize(
    ("month", "refusal"),
    [("2007-02", MonthAlreadyInvoiced), ("2007-04", MonthNotConfirmed), ("2007-12", MonthNotConfirmed)],
)
def test_bil_02_what_cannot_be_invoiced_says_which_month_and_why(month: str, refusal: type[Refusal]):
    action = BilledAction()
    for confirmed in ("2007-02", "2007-03", "2007-04"):
        action.confirm(confirmed, "100")
    action.issue(MONTHLY, "2007-02", on="2007-05-02")
    action.reject(action.issue(MONTHLY, "2007-04", on="2007-05-02"))
    with pytest.raises(refusal) as refused:
        action.issue(MONTHLY, month, on="2007-05-02")
    assert refused.value.figures == {"month": month}


def test_bil_02_all_months_that_cannot_be_invoiced_are_named_at_once():
    action = BilledAction()
    action.confirm("2007-02", "100")
    action.issue(MONTHLY, "2007-02", on="2007-05-02")
    with pytest.raises(Refusal) as refused:
        action.issue(MONTHLY, "2007-02", "2007-03", on="2007-05-02")
    assert [(fault.code, fault.item) for fault in refused.value.faults()] == [
        ("month-already-invoiced", "2007-02"),
        ("month-not-confirmed", "2007-03"),
    ]


def test_bil_03_monthly_is_one_invoice_per_month_in_any_order():
    action = BilledAction()
    for month in ("2007-02", "2007-03", "2007-04"):
        action.confirm(month, "100")
    assert action.issue(MONTHLY, "2007-03", on="2007-05-02").number == 1
    assert action.issue(MONTHLY, "2007-02", on="2007-05-02").number == 2
    assert action.offered() == [(MONTHLY, "2007-04", "2007-04")]
    with pytest.raises(Refusal):
        action.issue(MONTHLY, "2007-02", "2007-04", on="2007-05-02")
