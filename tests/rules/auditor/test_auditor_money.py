"""Each promise about money, kept by an honest account and broken by one fault."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from auditor.finding import Promise
from auditor.history import INVOICES
from auditor.promises.money import account, money
from contracts.billing import InvoiceIssued, InvoicesOffered, LatePayment, PaymentRecorded
from contracts.codes import InvoiceKind
from contracts.declarations import MonthConfirmed
from contracts.finance import IssuedInvoice
from tests.rules.auditor.story import (
    ANNE,
    CONTRACT,
    FIRST,
    OCTOBER,
    OCTOBERS,
    SECOND,
    SEPTEMBER,
    SEPTEMBERS,
    Story,
    confirmed,
    declared,
    invoiced,
    issue,
    offered,
    rejected,
)


def broken(story: Story) -> set[Promise]:
    """Which promises the auditor finds broken; always of this action."""
    found = list(money(story.history()))
    assert {finding.about for finding in found} <= {CONTRACT}
    return {finding.promise for finding in found}


def to_invoice(story: Story) -> Story:
    """The same, with both months still to invoice."""
    story.say(offered((SEPTEMBER, "769.00"), (OCTOBER, "400.00")))
    return story


@pytest.mark.parametrize("story", [lambda: to_invoice(declared()), invoiced, rejected], ids=["declared", "invoiced", "rejected"])
def test_an_honest_account_is_found_in_order(story: Callable[[], Story]) -> None:
    assert broken(story()) == set()


def test_amounts_are_worked_out_from_raw_hours_and_the_contracts_rates() -> None:
    the = account(invoiced().history())
    assert the.declared == {SEPTEMBER: Decimal("769.00"), OCTOBER: Decimal("400.00")}
    assert the.invoiced == Decimal("1169.00")


def test_an_invoice_that_was_issued_since_the_database_was_read_is_in_flight() -> None:
    story = to_invoice(declared())
    story.counted["billing"] = 1
    story.say(InvoiceIssued(invoice=SEPTEMBERS))
    assert broken(story) == set()


def test_a_month_that_billing_has_not_read_yet_is_in_flight() -> None:
    story = to_invoice(declared())
    story.behind["billing"] = len(story.told)
    story.say(MonthConfirmed(month=SEPTEMBER.previous(), lines=(confirmed(ANNE, 10),)))
    assert broken(story) == set()


def more_hours(story: Story) -> None:
    told = next(each for each in story.told if each.type == MonthConfirmed.TYPE)
    story.instead(told, MonthConfirmed(month=SEPTEMBER, lines=(confirmed(ANNE, 139), confirmed(ANNE, 10, company=20))))


def a_month_twice(story: Story) -> None:
    issue(story, SEPTEMBERS.model_copy(update={"invoice_id": ANNE, "number": 3, "legal_number": "2007-000003"}))


def not_confirmed(story: Story) -> None:
    issue(story, OCTOBERS.model_copy(update={"invoice_id": ANNE, "number": 3, "legal_number": "2007-000003", "months": (OCTOBER.next(),)}))


def a_cent_more(story: Story) -> None:
    last = story.last(InvoiceIssued)
    story.instead(last, InvoiceIssued(invoice=OCTOBERS.model_copy(update={"excluding_tax": Decimal("400.01")})))


def maintained_hours_that_nobody_added(story: Story) -> None:
    first, *others = OCTOBERS.lines
    lines = (first.model_copy(update={"maintained": Decimal("14.00")}), *others)
    story.instead(story.last(InvoiceIssued), InvoiceIssued(invoice=OCTOBERS.model_copy(update={"lines": lines})))


def another_tax(story: Story) -> None:
    wrong = {"tax_rate": Decimal("0.2000"), "including_tax": Decimal("480.00"), "tax": Decimal("80.00")}
    story.instead(story.last(InvoiceIssued), InvoiceIssued(invoice=OCTOBERS.model_copy(update=wrong)))


def balance_too_small(story: Story) -> None:
    story.instead(
        story.last(InvoiceIssued), InvoiceIssued(invoice=OCTOBERS.model_copy(update={"kind": InvoiceKind.BALANCE, "number": None}))
    )
    story.say(MonthConfirmed(month=SEPTEMBER.previous(), lines=(confirmed(ANNE, 10),)))


def forgotten_month(story: Story) -> None:
    story.say(MonthConfirmed(month=SEPTEMBER.previous(), lines=(confirmed(ANNE, 10),)))


def offered_for_too_much(story: Story) -> None:
    forgotten_month(story)
    story.say(offered((SEPTEMBER.previous(), "50.01")))


def ordinal_twice(story: Story) -> None:
    for told, of in zip([each for each in story.told if each.type == InvoiceIssued.TYPE], (SEPTEMBERS, OCTOBERS), strict=True):
        story.instead(told, InvoiceIssued(invoice=of.model_copy(update={"ordinal": 1})))


def number_repeated(story: Story) -> None:
    story.instead(story.last(InvoiceIssued), InvoiceIssued(invoice=OCTOBERS.model_copy(update={"number": 1})))


def not_in_the_database(story: Story) -> None:
    story.held["billing", "invoices"].pop()


def month_let_go(story: Story) -> None:
    story.held["billing", "invoiced_months"].pop()


def another_legal_number(story: Story) -> None:
    story.held["billing", "invoices"][0] = {**story.held["billing", "invoices"][0], "sequence": 7}


def finance_not_told(story: Story) -> None:
    story.without([each for each in story.told if each.topic == INVOICES][-1])


def finance_told_another_amount(story: Story) -> None:
    told = story.last(IssuedInvoice)
    story.instead(told, IssuedInvoice.parse(told.body).model_copy(update={"excluding_tax": Decimal("500.00")}))


def finance_told_twice(story: Story) -> None:
    told = story.last(IssuedInvoice)
    story.told.append(replace(told, offset=99, id="forged", digest=b"forged"))


def paid(story: Story, reference: str, amount: str, total: str, of: object = FIRST) -> None:
    remaining = SEPTEMBERS.including_tax - Decimal(total)
    story.say(
        PaymentRecorded(
            invoice_id=of,  # type: ignore[arg-type]
            amount=Decimal(amount),
            paid_on=date(2007, 11, 3),
            reference=reference,
            total_paid=Decimal(total),
            remaining=remaining,
        )
    )
    story.hold("billing", "payments", reference=reference, invoice_id=str(of), amount=amount)


def paid_too_much(story: Story) -> None:
    paid(story, "VIR-2", "500.00", "1019.72")


def paid_wrongly_summed(story: Story) -> None:
    paid(story, "VIR-2", "100.00", "519.72")


def paid_though_not_accepted(story: Story) -> None:
    paid(story, "VIR-2", "100.00", "100.00", SECOND)


LATE = LatePayment(days=5, fixed_charge=Decimal("40.00"))


def paid_late(late: LatePayment | None, before: LatePayment | None = None) -> Story:
    """September's invoice names its last day, 4 November, and is paid on the 9th, after another that is said to be as late as `before`."""
    story = invoiced(pay_by=date(2007, 11, 4))
    payment = PaymentRecorded.parse(story.last(PaymentRecorded).body)
    if before:
        story.instead(story.last(PaymentRecorded), payment.model_copy(update={"paid_on": date(2007, 11, 9), "late": before}))
    amounts = {"amount": Decimal("100.00"), "total_paid": Decimal("619.72"), "remaining": Decimal("300.00")}
    story.say(payment.model_copy(update={**amounts, "reference": "VIR-2", "paid_on": date(2007, 11, 9), "late": late}))
    story.hold("billing", "payments", reference="VIR-2", invoice_id=str(FIRST), amount="100.00")
    return story


@pytest.mark.parametrize(
    ("late", "before", "is_right"),
    [
        (LATE, None, True),
        (LATE.model_copy(update={"fixed_charge": Decimal("0.00")}), LATE, True),
        (None, None, False),
        (LATE.model_copy(update={"days": 6}), None, False),
        (LATE.model_copy(update={"fixed_charge": Decimal("0.00")}), None, False),
        (LATE, LATE, False),
    ],
)
def test_bil_15_what_late_payments_fix_is_worked_out_anew(late: LatePayment | None, before: LatePayment | None, is_right: bool) -> None:
    assert broken(paid_late(late, before)) == (set() if is_right else {Promise.CLOCK})


def test_bil_15_another_last_day_than_thirty_days_after_the_issue_is_named() -> None:
    assert broken(invoiced(pay_by=date(2007, 11, 5))) == {Promise.CLOCK}


def payment_not_kept(story: Story) -> None:
    story.held["billing", "payments"].clear()


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        (more_hours, Promise.AMOUNTS),
        (a_month_twice, Promise.MONTHS),
        (a_month_twice, Promise.WITHIN),
        (not_confirmed, Promise.MONTHS),
        (a_cent_more, Promise.AMOUNTS),
        (a_cent_more, Promise.WITHIN),
        (maintained_hours_that_nobody_added, Promise.AMOUNTS),
        (another_tax, Promise.AMOUNTS),
        (balance_too_small, Promise.WITHIN),
        (forgotten_month, Promise.ACCOUNTED),
        (offered_for_too_much, Promise.ACCOUNTED),
        (ordinal_twice, Promise.ORDINALS),
        (number_repeated, Promise.NUMBERS),
        (not_in_the_database, Promise.NUMBERS),
        (another_legal_number, Promise.NUMBERS),
        (month_let_go, Promise.MONTHS),
        (finance_not_told, Promise.FINANCE),
        (finance_told_another_amount, Promise.FINANCE),
        (finance_told_twice, Promise.FINANCE),
        (paid_too_much, Promise.PAYMENTS),
        (paid_wrongly_summed, Promise.PAYMENTS),
        (paid_though_not_accepted, Promise.PAYMENTS),
        (payment_not_kept, Promise.PAYMENTS),
    ],
)
def test_a_fault_is_named(fault: Callable[[Story], None], promise: Promise) -> None:
    story = invoiced()
    fault(story)
    assert promise in broken(story)


def test_a_month_that_is_invoiced_and_still_offered_is_named() -> None:
    story = invoiced()
    story.say(InvoicesOffered.parse(offered((OCTOBER, "400.00")).body()))
    assert Promise.MONTHS in broken(story)
