from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.outside import instant, read, reply
from contracts.billing import Invoice, PaymentRecorded
from contracts.codes import TaxRegime
from contracts.finance import InvoiceDecision, IssuedInvoice, Payment
from contracts.month import PARIS
from contracts.outside import contract_of, sentence
from contracts.refusals.billing import (
    AlreadyDecidedOtherwise,
    InvoiceNotAccepted,
    PaymentNotPositive,
    PaymentTooLarge,
    UnknownContract,
    UnknownInvoice,
    Unreadable,
)
from tests.rules.billing.billed_action import BALANCE, MONTHLY, BilledAction, terms

ID = UUID("0190a5a0-0000-7000-8000-000000000001")


def accepted(hours: str = "489", regime: TaxRegime = TaxRegime.EXEMPT) -> tuple[BilledAction, Invoice]:
    """One accepted invoice: 2 445.00 € when exempt."""
    action = BilledAction(contract=terms(regime=regime))
    action.confirm("2007-02", hours)
    invoice = action.issue(MONTHLY, "2007-02", on="2007-03-05")
    action.accept(invoice)
    return action, invoice


def test_bil_13_partial_payments_add_up_and_the_invoice_is_paid_when_equal():
    action, invoice = accepted()
    action.pay(invoice, "2000.00", "2007-18342", on="2007-04-02")
    assert action.last.events == (
        PaymentRecorded(
            invoice_id=invoice.invoice_id,
            amount=Decimal("2000.00"),
            paid_on=date(2007, 4, 2),
            reference="2007-18342",
            total_paid=Decimal("2000.00"),
            remaining=Decimal("445.00"),
        ),
    )
    action.pay(invoice, "445.00", "2007-18343")
    (event,) = action.last.events
    assert isinstance(event, PaymentRecorded)
    assert (event.total_paid, event.remaining) == (Decimal("2445.00"), 0)
    with pytest.raises(PaymentTooLarge):
        action.pay(invoice, "0.01", "2007-18344")


def test_bil_13_what_is_paid_is_the_amount_including_tax():
    action, invoice = accepted(regime=TaxRegime.STANDARD)
    action.pay(invoice, "2924.22")
    assert action.ledger.invoice(invoice.invoice_id).paid == Decimal("2924.22")


def test_bil_13_a_payment_beyond_the_amount_is_refused_leaves_no_trace_and_can_come_again():
    action, invoice = accepted()
    before = action.ledger
    with pytest.raises(PaymentTooLarge) as refused:
        action.pay(invoice, "2445.01")
    assert refused.value.figures["remaining"] == Decimal("2445.00")
    assert action.ledger == before
    action.pay(invoice, "2445.00")
    assert action.ledger.invoice(invoice.invoice_id).paid == Decimal("2445.00")


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_bil_13_an_amount_is_more_than_zero(amount: str):
    action, invoice = accepted()
    with pytest.raises(PaymentNotPositive):
        action.pay(invoice, amount)


def test_bil_13_an_invoice_that_is_pending_or_rejected_takes_no_payment():
    action = BilledAction()
    action.confirm("2007-02", "489")
    invoice = action.issue(MONTHLY, "2007-02", on="2007-03-05")
    with pytest.raises(InvoiceNotAccepted):
        action.pay(invoice, "1.00")
    action.reject(invoice)
    with pytest.raises(InvoiceNotAccepted):
        action.pay(invoice, "1.00")


def test_bil_13_an_invoice_of_nothing_is_paid_once_accepted_and_takes_no_payment():
    action, invoice = accepted(hours="0")
    assert [getattr(event, "paid", None) for event in action.last.events] == [True]
    with pytest.raises(PaymentTooLarge):
        action.pay(invoice, "0.01")


def test_bil_11_a_negative_balance_is_settled_once_accepted_and_takes_no_payment():
    action, _ = accepted()
    action.close(acknowledged=True)
    balance = action.issue(BALANCE, on="2007-06-25")
    action.owe(balance, "-312.40")
    action.accept(balance)
    assert [getattr(event, "paid", None) for event in action.last.events] == [True]
    with pytest.raises(PaymentTooLarge):
        action.pay(balance, "0.01")


@given(st.lists(st.integers(1, 3000).map(lambda euros: Decimal(euros) / 4), max_size=12))
def test_bil_13_whatever_comes_no_more_is_paid_than_is_due(amounts: list[Decimal]):
    action, invoice = accepted()
    total = Decimal(0)
    for number, amount in enumerate(amounts):
        try:
            action.pay(invoice, str(amount), f"R{number}")
        except PaymentTooLarge:
            assert total + amount > Decimal("2445.00")
        else:
            total += amount
        assert action.ledger.invoice(invoice.invoice_id).paid == total <= Decimal("2445.00")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"invoice_id":"%s","decision":"accepted"}', InvoiceDecision),
        (b'{"invoice_id":"%s","decision":"accepted","reference":"theirs","extra":[1]}', InvoiceDecision),
        (b'{"invoice_id":"%s","decision":"rejected","code":"hours_wrong","text":"Reprenez."}', InvoiceDecision),
        (b'{"invoice_id":"%s","amount":"2445.00","date":"2007-11-15","reference":"2007-18342"}', Payment),
        (b'{"invoice_id":"%s","amount":2445.1,"date":"2007-11-15","reference":"2007-18342","currency":"EUR"}', Payment),
    ],
)
def test_fin_03_decisions_and_payments_are_told_apart_by_content(body: bytes, kind: type):
    message = read(body % str(ID).encode())
    assert type(message) is kind
    assert message.invoice_id == ID


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (None, "JSON"),
        (b"", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"[]", "JSON"),
        (b"{}", "invoice_id, decision"),
        (b'{"invoice_id":"%s","decision":"perhaps"}', "decision"),
        (b'{"invoice_id":"17","decision":"accepted"}', "invoice_id"),
        (b'{"invoice_id":"%s","amount":"24.451","date":"2007-11-15","reference":"R"}', "amount"),
        (b'{"invoice_id":"%s","amount":"NaN","date":"2007-11-15","reference":"R"}', "amount"),
        (b'{"invoice_id":"%s","amount":"1.00","date":"15/11/2007","reference":"R"}', "date"),
        (b'{"invoice_id":"%s","amount":"1.00","date":"2007-11-15","reference":""}', "reference"),
        (b'{"invoice_id":"%s","amount":"1.00","date":"2007-11-15","reference":"a\\u0000b"}', "\\u0000"),
        (b'{"invoice_id":"%s","decision":"rejected","code":"other","text":"\\u0000"}', "\\u0000"),
        (b'{"invoice_id":"%s","decision":"accepted","amount":"1.00","date":"2007-11-15","reference":"R"}', "decision, reference"),
    ],
)
def test_fin_03_what_cannot_be_read_names_the_fields_that_are_wrong(body: bytes | None, fields: str):
    with pytest.raises(Unreadable) as refused:
        read(body.replace(b"%s", str(ID).encode()) if body else body)
    assert refused.value.figures == {"fields": fields}


@given(st.binary(max_size=200))
def test_fin_03_no_body_raises_anything_but_unreadable(body: bytes):
    with pytest.raises(Unreadable):
        read(body)


@pytest.mark.parametrize(
    ("key", "contract"),
    [
        (b"2007QCA0266", "2007QCA0266"),
        (None, None),
        (b"", None),
        (b"\xff", None),
        (b"2007QCA0266\0", None),
        (b"2007QCA0266\n", None),
        (b"x" * 41, None),
        ("2007É".encode(), None),
    ],
)
def test_fin_03_the_key_is_the_contract_number(key: bytes | None, contract: str | None):
    assert contract_of(key) == contract


@given(st.binary(max_size=60))
def test_fin_03_any_key_is_a_contract_number_or_none(key: bytes):
    assert contract_of(key) in (None, key.decode(errors="replace"))


@pytest.mark.parametrize(
    ("day_began", "expected"),
    [
        (datetime(2007, 3, 20, tzinfo=PARIS), datetime(2007, 3, 20, tzinfo=PARIS)),
        (datetime(2007, 3, 4, tzinfo=PARIS), datetime(2007, 3, 5, 10, tzinfo=PARIS)),  # the invoice's date is later
        (datetime(2007, 3, 5, tzinfo=PARIS), datetime(2007, 3, 5, 10, tzinfo=PARIS)),  # never before the invoice, within one day either
        (None, datetime(2007, 3, 5, 10, tzinfo=PARIS)),
    ],
)
def test_t_01_a_message_from_outside_has_the_last_days_date_or_its_invoices_if_later(day_began: datetime | None, expected: datetime):
    action = BilledAction()
    action.confirm("2007-02", "489")
    invoice = action.issue(MONTHLY, "2007-02", on="2007-03-05")
    assert instant(day_began, action.ledger.invoice(invoice.invoice_id)) == expected.astimezone(UTC)


def test_fin_02_a_reply_names_the_record_and_says_why():
    payment = read(f'{{"invoice_id":"{ID}","amount":"3000.00","date":"2007-11-15","reference":"2007-18342"}}'.encode())
    recorded = reply(payment, None, 3, 41)
    assert (recorded.outcome, recorded.code, recorded.reference, recorded.partition, recorded.offset) == (
        "recorded",
        None,
        "2007-18342",
        3,
        41,
    )
    too_large = PaymentTooLarge(legal_number="2007-000012", remaining=Decimal("1440.00"), amount=Decimal("3000.00"))
    refused = reply(payment, too_large, 3, 41)
    assert (refused.outcome, refused.code, refused.invoice_id) == ("refused", "payment-too-large", ID)
    assert refused.reason == "Il reste 1 440,00 € à payer sur la facture 2007-000012 ; ce paiement est de 3 000,00 €."


@pytest.mark.parametrize("refusal", [UnknownContract(), UnknownInvoice(), Unreadable(fields="JSON")])
def test_fin_02_a_reply_to_what_cannot_be_read_or_found_has_its_code(refusal):
    assert reply(None, refusal, 0, 0).code == refusal.code()


def test_fin_02_a_sentence_writes_days_as_the_french_do():
    assert "depuis le 12/03/2007" in sentence(AlreadyDecidedOtherwise(legal_number="2007-000001", day=date(2007, 3, 12)))


@pytest.mark.parametrize(
    ("paid", "late"),
    [
        ([("2445.00", "2007-04-04")], [None]),  # issued on 5 March: the thirtieth day after is in time
        ([("2445.00", "2007-04-05")], [(1, "40.00")]),
        ([("445.00", "2007-03-20"), ("2000.00", "2007-05-04")], [None, (30, "40.00")]),
        ([("1000.00", "2007-04-09"), ("1000.00", "2007-04-09"), ("445.00", "2007-04-04")], [(5, "40.00"), (5, "0.00"), None]),
    ],
)
def test_bil_15_a_payment_says_by_its_own_date_how_late_it_is_and_the_first_late_one_fixes_the_charge(
    paid: list[tuple[str, str]], late: list[tuple[int, str] | None]
):
    action, invoice = accepted()
    assert invoice.pay_by == date(2007, 4, 4)
    said = []
    for place, (amount, on) in enumerate(paid):
        action.pay(invoice, amount, f"VIR-{place}", on=on)
        (event,) = action.last.events
        assert isinstance(event, PaymentRecorded)
        said.append((event.late.days, str(event.late.fixed_charge)) if event.late else None)
    assert said == late


def test_bil_15_a_rejection_ends_the_clock_and_the_replacement_begins_its_own():
    action = BilledAction(contract=terms())
    action.confirm("2007-02", "489")
    first = action.issue(MONTHLY, "2007-02", on="2007-03-05")
    action.reject(first, on="2007-04-20")
    action.confirm("2007-02", "480")
    again = action.issue(MONTHLY, "2007-02", on="2007-04-23")
    assert (first.pay_by, again.pay_by) == (date(2007, 4, 4), date(2007, 5, 23))
    (fact,) = action.last.outside
    assert isinstance(fact, IssuedInvoice) and fact.pay_by == again.pay_by
