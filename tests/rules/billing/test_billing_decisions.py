from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.decisions import correct_by, decide
from contracts.billing import InvoiceAccepted, InvoiceRejected
from contracts.codes import DecidedBy, Decision, Frequency, RejectionCode
from contracts.finance import AcceptedInvoice, InvoiceDecision, RejectedInvoice
from contracts.month import in_window
from contracts.refusals import Refusal
from contracts.refusals.billing import (
    AlreadyDecidedOtherwise,
    MonthNotConfirmed,
    RejectionWithoutReason,
    ReportNotReceived,
    UnknownInvoice,
)
from tests.guide import CONTRACT
from tests.rules.billing.billed_action import BALANCE, INSTALMENT, MONTHLY, BilledAction, instant, months


def february() -> tuple[BilledAction, UUID]:
    """One pending invoice of February 2007."""
    action = BilledAction()
    action.confirm("2007-02", "489")
    return action, action.issue(MONTHLY, "2007-02", on="2007-03-05").invoice_id


def test_bil_07_an_accepted_invoice_is_told_to_everybody_with_who_decided():
    action, invoice = february()
    action.decide(invoice, Decision.ACCEPTED, on="2007-03-12")
    assert action.last.events == (InvoiceAccepted(invoice_id=invoice, decided_by=DecidedBy.AGENT, decided_on=date(2007, 3, 12)),)
    assert action.last.outside == (
        AcceptedInvoice(
            sequence=2, contract_number=CONTRACT, invoice_id=invoice, decided_by=DecidedBy.AGENT, decided_at=instant("2007-03-12")
        ),
    )


def test_bil_07_a_rejection_carries_code_months_and_limit_and_its_text_only_travels_on_personal():
    action, invoice = february()
    text = "Reprenez les justificatifs d’absence de DURAND Jean-Claude."
    action.decide(invoice, Decision.REJECTED, on="2008-03-04", by=DecidedBy.FINANCE, code=RejectionCode.ABSENCES_WRONG, text=f"  {text}\0 ")
    (event,) = action.last.events
    assert isinstance(event, InvoiceRejected)
    assert (event.code, event.months, event.correct_by) == (RejectionCode.ABSENCES_WRONG, months("2007-02"), date(2008, 3, 19))
    (record,), (fact,) = action.last.records, action.last.outside
    assert (record.text, record.id, record.version) == (text, event.text.id, event.text.version)
    assert isinstance(fact, RejectedInvoice)
    for message in (event, fact):
        assert "DURAND" not in message.body().decode()


def test_bil_07_a_rejection_voids_the_invoice_and_reopens_its_months_in_one_step():
    action, invoice = february()
    action.confirm("2007-03", "100")
    action.decide(invoice, Decision.REJECTED, on="2007-04-20")
    assert action.ledger.reopened == months("2007-02")
    assert action.offered() == [(MONTHLY, "2007-03", "2007-03")]  # new months go on
    with pytest.raises(MonthNotConfirmed):
        action.issue(MONTHLY, "2007-02", on="2007-04-21")
    action.confirm("2007-02", "480")
    assert action.issue(MONTHLY, "2007-02", on="2007-04-21").replaces == invoice


def test_bil_07_the_first_decision_counts():
    action, accepted = february()
    action.decide(accepted, Decision.ACCEPTED, on="2007-03-12")
    with pytest.raises(AlreadyDecidedOtherwise) as refused:
        action.decide(accepted, Decision.REJECTED, on="2007-03-13", by=DecidedBy.FINANCE)
    assert refused.value.figures == {"legal_number": "2007-000001", "day": date(2007, 3, 12)}
    other, rejected = february()
    other.decide(rejected, Decision.REJECTED, on="2007-03-12", by=DecidedBy.FINANCE)
    with pytest.raises(AlreadyDecidedOtherwise):
        other.decide(rejected, Decision.ACCEPTED, on="2007-03-13")


@pytest.mark.parametrize("decision", list(Decision))
def test_fin_02_an_equal_second_decision_changes_nothing_and_the_first_reason_stands(decision: Decision):
    action, invoice = february()
    action.decide(invoice, decision, on="2007-03-12", code=RejectionCode.HOURS_WRONG, text="Le premier motif.")
    before = action.ledger
    action.decide(invoice, decision, on="2007-03-14", by=DecidedBy.FINANCE, code=RejectionCode.OTHER, text="Un autre.")
    assert action.ledger == before
    assert (action.last.events, action.last.records, action.last.outside) == ((), (), ())


@pytest.mark.parametrize(("code", "text"), [(None, None), ("other", None), (None, "Un autre."), ("other", " ")])
def test_fin_02_an_equal_second_rejection_is_recorded_without_a_reason_too(code: str | None, text: str | None):
    action, invoice = february()
    action.decide(invoice, Decision.REJECTED, on="2007-03-12")
    before = action.ledger
    action.decide(invoice, Decision.REJECTED, on="2007-03-14", by=DecidedBy.FINANCE, code=code, text=text)
    assert (action.ledger, action.last.events) == (before, ())


def test_fin_02_a_rejection_without_a_reason_of_an_accepted_invoice_contradicts_it():
    action, invoice = february()
    action.decide(invoice, Decision.ACCEPTED, on="2007-03-12")
    with pytest.raises(AlreadyDecidedOtherwise):
        action.decide(invoice, Decision.REJECTED, on="2007-03-14", code=None, text=None)


def test_fin_02_an_unknown_invoice_is_refused():
    action, _ = february()
    with pytest.raises(UnknownInvoice):
        action.decide(UUID(int=99), Decision.ACCEPTED, on="2007-03-12")


@pytest.mark.parametrize(
    ("code", "text", "field"),
    [(None, "Motif", "code"), ("other", None, "text"), ("other", " \n", "text"), ("other", "\0", "text"), (None, None, "code")],
)
def test_bil_07_a_rejection_needs_code_and_text(code: str | None, text: str | None, field: str):
    action, invoice = february()
    asked = InvoiceDecision.model_validate({"invoice_id": invoice, "decision": "rejected", "code": code, "text": text})
    with pytest.raises(RejectionWithoutReason) as refused:
        decide(action.ledger, asked, DecidedBy.FINANCE, instant("2007-03-12"))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("rejected", "limit"),
    [
        (date(2008, 3, 4), date(2008, 3, 19)),  # the 15th day after is later than the window's end
        (date(2008, 3, 15), date(2008, 3, 30)),
        (date(2008, 3, 16), date(2008, 3, 31)),
        (date(2008, 3, 17), date(2008, 4, 15)),  # those days reach 1 April: its whole window
        (date(2008, 3, 20), date(2008, 4, 15)),
        (date(2008, 3, 31), date(2008, 4, 15)),
        (date(2008, 4, 1), date(2008, 4, 16)),
        (date(2007, 2, 14), date(2007, 3, 15)),
        (date(2008, 2, 14), date(2008, 2, 29)),
        (date(2007, 12, 20), date(2008, 1, 15)),
    ],
)
def test_bil_07_the_limit_shown_is_the_15th_day_or_the_end_of_the_last_window_touched(rejected: date, limit: date):
    assert correct_by(rejected) == limit


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_bil_07_until_the_limit_there_is_always_a_day_to_confirm(rejected: date):
    fifteen = [date.fromordinal(rejected.toordinal() + days) for days in range(1, 16)]
    ends = [day.replace(day=15) for day in fifteen if in_window(day)]
    assert correct_by(rejected) == max([fifteen[-1], *ends])


def test_bil_07_a_rejected_month_is_in_no_second_invoice_before_it_is_confirmed_again():
    action = BilledAction(Frequency.THREE_INSTALMENTS)
    action.confirm("2007-02", "4000")
    action.confirm("2007-03", "1000")
    invoice = action.issue(INSTALMENT, "2007-02", "2007-03", on="2007-04-02")
    action.reject(invoice, on="2007-04-10")
    action.confirm("2007-03", "900")
    assert action.offered() == []
    action.confirm("2007-02", "4000")
    assert (INSTALMENT, "2007-02", "2007-03") in action.offered()


def closed(*, invoiced: bool = True, acknowledged: bool = False) -> BilledAction:
    """February invoiced and accepted, March left for the balance; closed, report submitted."""
    action = BilledAction()
    action.confirm("2007-02", "489")
    action.confirm("2007-03", "100", left=())
    if invoiced:
        action.accept(action.issue(MONTHLY, "2007-02", on="2007-03-05"))
    action.close(acknowledged=acknowledged)
    return action


def test_bil_11_the_balance_holds_the_months_in_no_invoice_that_is_not_rejected():
    action = closed()
    balance = action.issue(BALANCE, "2007-03", on="2007-04-27")  # at any time (BIL-5)
    assert (balance.number, balance.ordinal, balance.legal_number) == (None, None, "2007-000002")
    assert balance.excluding_tax == Decimal("500.00")
    assert action.offered() == []


def test_bil_11_the_balance_takes_every_month_when_nothing_was_invoiced():
    action = closed(invoiced=False)
    assert action.issue(BALANCE, "2007-02", "2007-03", on="2007-04-27").excluding_tax == Decimal("2945.00")


def test_bil_11_a_balance_can_be_zero_and_is_accepted_with_nothing_to_pay():
    action = closed(acknowledged=True)
    action.accept(action.issue(MONTHLY, "2007-03", on="2007-04-02"))
    balance = action.issue(BALANCE, on="2007-04-27")
    assert (balance.months, balance.excluding_tax) == ((), 0)
    action.accept(balance)
    (event,) = action.last.events
    assert isinstance(event, InvoiceAccepted)
    assert event.paid
    assert action.offers() == []


def test_bil_11_all_that_a_balance_waits_for_is_named_at_once():
    action = BilledAction()
    action.confirm("2007-02", "489")
    action.confirm("2007-03", "100")
    action.issue(MONTHLY, "2007-02", on="2007-04-02")
    action.reject(action.issue(MONTHLY, "2007-03", on="2007-04-02"))
    with pytest.raises(Refusal) as refused:
        action.issue(BALANCE, on="2007-05-02")
    assert [(fault.code, fault.figures) for fault in refused.value.faults()] == [
        ("balance-before-closing", {}),
        ("balance-before-report", {}),
        ("balance-before-correction", {"month": "2007-03"}),
        ("balance-before-decision", {"legal_number": "2007-000001"}),
    ]


def test_bil_11_only_one_balance_stands():
    action = closed()
    action.issue(BALANCE, "2007-03", on="2007-04-27")
    with pytest.raises(Refusal) as refused:
        action.issue(BALANCE, on="2007-04-28")
    assert [fault.code for fault in refused.value.faults()] == ["balance-already-issued"]


def test_bil_11_the_region_accepts_the_balance_only_once_it_received_the_report():
    action = closed()
    balance = action.issue(BALANCE, "2007-03", on="2007-04-27")
    for by in DecidedBy:
        with pytest.raises(ReportNotReceived):
            action.accept(balance, by=by)
    action.close(acknowledged=True)
    action.accept(balance)
    assert action.ledger.invoice(balance.invoice_id).decision is Decision.ACCEPTED


def test_bil_11_a_balance_can_be_rejected_without_the_report_and_its_months_go_into_a_new_one_or_into_invoices():
    action = closed()
    action.reject(action.issue(BALANCE, "2007-03", on="2007-04-27"), on="2007-05-20")
    assert action.offered() == []  # the balance waits for March
    action.confirm("2007-03", "90")
    assert action.offered() == [(MONTHLY, "2007-03", "2007-03"), (BALANCE, "2007-03", "2007-03")]
    assert [offer.windowed for offer in action.offers()] == [True, False]  # no invoice replaces a balance (BIL-3)
    assert action.issue(BALANCE, "2007-03", on="2007-06-03").replaces is None


def test_bil_11_the_balance_waits_for_a_month_that_a_correction_has_brought_back_after_closing():
    action = closed(acknowledged=True)
    action.reject(action.issue(MONTHLY, "2007-03", on="2007-04-02"), on="2007-04-20")
    action.confirm("2007-03", "100", left=("2007-04",))  # somebody's exit was moved into April
    assert action.offered() == [(MONTHLY, "2007-03", "2007-03")]
    with pytest.raises(Refusal) as refused:
        action.issue(BALANCE, "2007-03", on="2007-05-02")
    assert [(fault.code, fault.figures) for fault in refused.value.faults()] == [("balance-before-declaration", {"month": "2007-04"})]
    action.confirm("2007-04", "30")
    assert action.issue(BALANCE, "2007-03", "2007-04", on="2007-05-02").excluding_tax == Decimal("650.00")


def test_bil_11_the_balance_waits_while_a_month_is_corrected_after_closing():
    action = BilledAction()
    action.confirm("2007-02", "489", left=())
    pending = action.issue(MONTHLY, "2007-02", on="2007-03-05")
    action.close()
    assert action.offered() == []
    action.reject(pending)
    assert action.offered() == []
    action.confirm("2007-02", "480")
    assert action.offered() == [(MONTHLY, "2007-02", "2007-02"), (BALANCE, "2007-02", "2007-02")]
