"""What the finance system paid (BIL-13)."""

from dataclasses import replace

from chassis.decision import Decision
from contracts import codes
from contracts.billing import PaymentRecorded
from contracts.finance import Payment
from contracts.refusals.billing import InvoiceNotAccepted, PaymentNotPositive, PaymentTooLarge

from .ledger import Ledger


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
    paid = replace(invoice, paid=invoice.paid + payment.amount)
    event = PaymentRecorded(
        invoice_id=invoice.invoice_id,
        amount=payment.amount,
        paid_on=payment.date,
        reference=payment.reference,
        total_paid=paid.paid,
        remaining=remaining - payment.amount,
    )
    after = replace(ledger, invoices=tuple(paid if other is invoice else other for other in ledger.invoices))
    return Decision(after, (event,))
