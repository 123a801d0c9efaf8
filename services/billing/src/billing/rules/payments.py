"""What the finance system paid (BIL-13), and how late (BIL-15)."""

from dataclasses import replace

from chassis.decision import Decision
from contracts import codes
from contracts.account.ledger import Issued, Ledger
from contracts.billing import LatePayment, PaymentRecorded
from contracts.finance import Payment
from contracts.payment_clock import FIXED_CHARGE, NOTHING, days_late
from contracts.refusals.billing import InvoiceNotAccepted, PaymentNotPositive, PaymentTooLarge


def pay(ledger: Ledger, payment: Payment) -> Decision[Ledger]:
    """Part of an accepted invoice is paid, or all of it when the total equals its amount including tax (BIL-13).

    Raises UnknownInvoice, PaymentNotPositive, InvoiceNotAccepted, PaymentTooLarge: an invoice of 0.00 or a refund takes none.
    """
    invoice = ledger.invoice(payment.invoice_id)
    if payment.amount <= 0:
        raise PaymentNotPositive(amount=payment.amount)
    if invoice.decision is not codes.Decision.ACCEPTED:
        raise InvoiceNotAccepted(legal_number=invoice.legal_number)
    remaining = invoice.including_tax - invoice.paid
    if payment.amount > remaining:
        raise PaymentTooLarge(legal_number=invoice.legal_number, remaining=remaining, amount=payment.amount)
    late = _late(invoice, payment)
    paid = replace(invoice, paid=invoice.paid + payment.amount, charged=invoice.charged or late is not None)
    event = PaymentRecorded(
        invoice_id=invoice.invoice_id,
        amount=payment.amount,
        paid_on=payment.date,
        reference=payment.reference,
        total_paid=paid.paid,
        remaining=remaining - payment.amount,
        late=late,
    )
    last = max(ledger.last_paid_on or payment.date, payment.date)
    after = replace(ledger, invoices=tuple(paid if other is invoice else other for other in ledger.invoices), last_paid_on=last)
    return Decision(after, (event,))


def _late(invoice: Issued, payment: Payment) -> LatePayment | None:
    """How late the payment is, by its own date; the first that is fixes what the invoice owes once (BIL-15)."""
    days = days_late(invoice.pay_by, payment.date)
    return LatePayment(days=days, fixed_charge=NOTHING if invoice.charged else FIXED_CHARGE) if days else None
