"""Why months are no invoice, in words: which rule, and which figures. BIL-2 to BIL-5, BIL-7, BIL-11."""

from datetime import date
from decimal import Decimal
from string import Formatter

import pytest

from contracts.codes import Frequency, InvoiceKind
from contracts.refusals import Refusal, catalogue
from tests.rules.billing.billed_action import BALANCE, INSTALMENT, MONTHLY, QUARTER, BilledAction, months, terms

PLANNED = Decimal(12_320)
RATES = {"2007-02": 20, "2007-03": 35, "2007-04": 50, "2007-05": 62}
"""The realised rate at the end of each month, in percent."""


def instalments(rates: dict[str, int] = RATES) -> BilledAction:
    action = BilledAction(Frequency.THREE_INSTALMENTS)
    for month, rate in rates.items():
        action.confirm(month, PLANNED * rate / 100 - action.ledger.realised_hours())
    return action


def refused(action: BilledAction, kind: InvoiceKind, *of: str, on: str = "2007-06-02") -> list[tuple[str, str, dict[str, object]]]:
    """Code, rule and figures of each refusal; every sentence can be filled from the figures that travel."""
    with pytest.raises(Refusal) as refusal:
        action.issue(kind, *of, on=on)
    for fault in refusal.value.faults():
        named = {name for _, name, _, _ in Formatter().parse(catalogue()[fault.code].__doc__ or "") if name}
        assert named <= set(fault.figures), fault
    faults = refusal.value.faults()
    return [(fault.code, catalogue()[fault.code].rule, dict(fault.figures)) for fault in faults]


@pytest.mark.parametrize("kind", [MONTHLY, INSTALMENT, QUARTER])
def test_bil_02_nothing_can_be_invoiced_of_no_month(kind: InvoiceKind):
    assert refused(instalments(), kind) == [("no-month-chosen", "BIL-2", {})]


def test_bil_03_monthly_takes_one_month_and_nothing_else():
    action = BilledAction()
    for month in ("2007-02", "2007-03"):
        action.confirm(month, "100")
    assert refused(action, MONTHLY, "2007-02", "2007-03") == [("one-month-at-a-time", "BIL-3", {"count": 2})]
    assert refused(action, INSTALMENT, "2007-02") == [("paid-monthly", "BIL-3", {})]
    assert refused(action, QUARTER, "2007-02") == [("paid-monthly", "BIL-3", {})]


def test_bil_03_under_three_instalments_a_month_is_not_invoiced_alone():
    assert refused(instalments(), MONTHLY, "2007-02") == [("paid-in-instalments", "BIL-3", {})]


def test_bil_03_every_month_since_the_last_invoice_is_in_the_next():
    action = instalments()
    assert refused(action, INSTALMENT, "2007-04", "2007-05") == [("months-missing", "BIL-3", {"months": "2007-02,2007-03"})]
    assert refused(action, INSTALMENT, "2007-02", "2007-05") == [("months-missing", "BIL-3", {"months": "2007-03,2007-04"})]


def test_bil_03_a_threshold_that_is_not_reached_is_said_with_the_rate_and_the_threshold():
    action = instalments()
    figures = {"month": "2007-02", "realised": "0.2000", "threshold": "0.30", "ordinal": 1}
    assert refused(action, INSTALMENT, "2007-02") == [("threshold-not-reached", "BIL-3", figures)]
    action.issue(INSTALMENT, "2007-02", "2007-03", on="2007-06-02")
    figures = {"month": "2007-04", "realised": "0.5000", "threshold": "0.60", "ordinal": 2}
    assert refused(action, INSTALMENT, "2007-04") == [("threshold-not-reached", "BIL-3", figures)]


def test_bil_03_the_third_instalment_asks_for_more_than_the_second_threshold():
    action = instalments({"2007-02": 30, "2007-03": 60})
    for month in ("2007-02", "2007-03"):
        action.issue(INSTALMENT, month, on="2007-04-02")
    action.confirm("2007-04", "0")
    figures = {"month": "2007-04", "realised": "0.6000", "threshold": "0.60", "ordinal": 3}
    assert refused(action, INSTALMENT, "2007-04") == [("threshold-not-passed", "BIL-3", figures)]


@pytest.mark.parametrize("kind", [INSTALMENT, QUARTER])
def test_bil_03_a_month_at_the_last_threshold_waits_for_the_balance(kind: InvoiceKind):
    action = instalments({"2007-02": 35, "2007-03": 81})
    figures = {"month": "2007-03", "realised": "0.8100", "threshold": "0.80", "ordinal": 1}
    assert refused(action, kind, "2007-02", "2007-03") == [("months-wait-for-balance", "BIL-3", figures)]


def test_bil_03_there_is_no_fourth_instalment_and_no_quarter_after_the_third():
    action = instalments({"2007-02": 30, "2007-03": 60, "2007-04": 62, "2007-05": 63})
    for month in ("2007-02", "2007-03", "2007-04"):
        action.issue(INSTALMENT, month, on="2007-05-02")
    for kind in (INSTALMENT, QUARTER):
        assert refused(action, kind, "2007-05") == [("instalments-exhausted", "BIL-3", {})]


def test_bil_03_what_replaces_an_invoice_is_of_its_kind_and_has_all_its_months():
    action = instalments()
    first = action.issue(INSTALMENT, "2007-02", "2007-03", on="2007-06-02")
    action.issue(INSTALMENT, "2007-04", "2007-05", on="2007-06-02")
    action.reject(first, on="2007-06-03")
    for month in ("2007-02", "2007-03"):
        action.confirm(month, "1000")
    kept = ("replacement-keeps-kind", "BIL-3", {"legal_number": first.legal_number})
    assert refused(action, QUARTER, "2007-02", "2007-03") == [kept]
    part = ("months-before-last-invoice", "BIL-3", {"months": "2007-03", "last": "2007-05"})
    assert refused(action, INSTALMENT, "2007-03") == [part]


def test_bil_04_a_quarter_is_three_months_or_all_that_is_left():
    action = instalments({"2007-02": 5, "2007-03": 10, "2007-04": 15, "2007-05": 20})
    assert refused(action, QUARTER, "2007-02", "2007-03", "2007-04", "2007-05") == [("quarter-too-long", "BIL-4", {"count": 4})]
    left = {"count": 2, "months": "2007-04,2007-05,2007-12"}
    assert refused(action, QUARTER, "2007-02", "2007-03") == [("quarter-too-short", "BIL-4", left)]


def test_bil_04_three_months_that_reach_the_threshold_are_an_instalment():
    figures = {"month": "2007-04", "realised": "0.5000", "threshold": "0.30", "ordinal": 1}
    assert refused(instalments(), QUARTER, "2007-02", "2007-03", "2007-04") == [("quarter-reaches-threshold", "BIL-4", figures)]


def test_bil_04_a_shorter_quarter_before_the_planned_end_is_refused_for_that():
    action = BilledAction(Frequency.THREE_INSTALMENTS, terms(planned_end=date(2007, 12, 28)))
    action.confirm("2007-03", "100", left=())  # everybody left in March
    figures = {"planned_end": "2007-12-28", "opens": "2008-01-01", "closes": "2008-01-15"}
    assert refused(action, QUARTER, "2007-03", on="2007-04-02") == [("short-quarter-before-end", "BIL-4", figures)]
    figures = {"month": "2007-03", "opens": "2008-02-01", "closes": "2008-02-15"}
    assert refused(action, QUARTER, "2007-03", on="2008-01-16") == [("invoice-window-closed", "BIL-5", figures)]
    assert action.issue(QUARTER, "2007-03", on="2008-01-02").kind is QUARTER


def test_bil_03_a_reopened_month_on_the_way_is_to_be_confirmed_first():
    action = instalments()
    action.reject(action.issue(INSTALMENT, "2007-02", "2007-03", on="2007-06-02"), on="2007-06-03")
    action.confirm("2007-03", "1000")
    assert refused(action, INSTALMENT, "2007-03", "2007-04") == [("month-not-confirmed", "BIL-2", {"month": "2007-02"})]


def test_bil_11_the_balance_takes_every_month_that_is_left():
    action = instalments()
    action.close()
    assert refused(action, BALANCE, "2007-02") == [("balance-takes-every-month", "BIL-11", {"months": ",".join(RATES)})]
    action.issue(BALANCE, *RATES, on="2008-01-20")


def test_bil_02_the_log_says_what_waiting_months_wait_for():
    action = instalments({"2007-02": 5, "2007-03": 20})
    told = action.told()
    assert (told.offers, told.waiting) == ((), months("2007-02", "2007-03"))
    figures = {"month": "2007-03", "realised": "0.2000", "threshold": "0.30", "ordinal": 1}
    assert [(fault.code, fault.figures) for fault in told.waits_for] == [("threshold-not-reached", figures)]
    action.confirm("2007-04", PLANNED / 10)
    assert (action.told().waiting, action.told().waits_for) == ((), ())


def test_bil_11_the_log_says_what_the_balance_waits_for_until_it_can_be_confirmed():
    action = BilledAction()
    action.confirm("2007-02", "489")
    invoice = action.issue(MONTHLY, "2007-02", on="2007-03-05")
    waiting = ["balance-before-closing", "balance-before-report", "balance-before-decision"]
    assert [fault.code for fault in action.told().balance_waits_for] == waiting
    action.accept(invoice)
    assert [fault.code for fault in action.told().balance_waits_for] == waiting[:2]
    action.close()
    assert action.told().balance_waits_for == ()
    action.issue(BALANCE, on="2008-01-02")
    assert [fault.code for fault in action.told().balance_waits_for] == ["balance-already-issued"]


def test_bil_07_a_rejected_invoice_is_to_correct_until_each_of_its_months_is_in_a_later_one():
    action = instalments()
    first = action.issue(INSTALMENT, "2007-02", "2007-03", on="2007-06-02")
    assert action.told().to_correct == ()
    action.reject(first, on="2007-06-03")
    assert action.told().to_correct == (first.invoice_id,)
    for month in ("2007-02", "2007-03"):
        action.confirm(month, "2500")
    assert action.told().to_correct == (first.invoice_id,)
    second = action.issue(INSTALMENT, "2007-02", "2007-03", "2007-04", on="2007-07-02")
    assert action.told().to_correct == ()
    action.reject(second, on="2007-07-03")
    assert action.told().to_correct == (second.invoice_id,)  # the first was settled by it


def test_bil_07_a_rejected_balance_without_months_is_to_correct_until_the_next_balance():
    action = BilledAction()
    action.close()
    balance = action.issue(BALANCE, on="2008-01-20")
    action.reject(balance, on="2008-01-25")
    assert action.told().to_correct == (balance.invoice_id,)
    action.issue(BALANCE, on="2008-01-28")
    assert action.told().to_correct == ()


def test_bil_07_two_rejected_invoices_are_to_correct_oldest_first():
    action = BilledAction()
    for month in ("2007-02", "2007-03"):
        action.confirm(month, "100")
    invoices = [action.issue(MONTHLY, month, on="2007-04-02") for month in ("2007-03", "2007-02")]
    for invoice in reversed(invoices):
        action.reject(invoice)
    assert action.told().to_correct == tuple(invoice.invoice_id for invoice in invoices)
