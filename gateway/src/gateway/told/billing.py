"""What is told of invoices, decisions and payments."""

from typing import Any

from contracts import billing as events
from contracts.codes import DecidedBy

from .queries import invoice_of
from .row import AGENTS, HOLDER, Figures, Notice, Told

INVOICE, TO_DECIDE = "/actions/{contract}/factures/{invoice_id}", "/region/factures/{invoice_id}"


def _invoice(event: events.InvoiceIssued) -> Figures:
    invoice = event.invoice
    return {
        "invoice": invoice.invoice_id,
        "legal_number": invoice.legal_number,
        "months": invoice.months,
        "excluding_tax": invoice.excluding_tax,
        "including_tax": invoice.including_tax,
    }


def _accepted(event: events.InvoiceAccepted) -> Figures:
    return {"invoice": event.invoice_id, "decided_by": event.decided_by, "decided_on": event.decided_on}


def _rejected(event: events.InvoiceRejected) -> Figures:
    return {
        "invoice": event.invoice_id,
        "decided_by": event.decided_by,
        "decided_on": event.decided_on,
        "code": event.code,
        "months": event.months,
        "text": event.text.id,
    }


def _payment(event: events.PaymentRecorded) -> Figures:
    return {
        "invoice": event.invoice_id,
        "amount": event.amount,
        "paid_on": event.paid_on,
        "reference": event.reference,
        "total_paid": event.total_paid,
        **({"days_late": event.late.days} if event.late else {}),
    }


def _line_of_payment(figures: Figures) -> str:
    paid = "{invoice:invoice} : paiement de {amount:ttc} le {paid_on:date}, référence {reference}"
    return paid + (", {days_late:plural jour} après le dernier jour" if "days_late" in figures else "")


def _noted(event: events.InvoiceNoted) -> Figures:
    return {"invoice": event.invoice_id, "text": event.text.id}


def _only_known(_event: Any) -> Figures:
    return {}


def _rejection(event: events.InvoiceRejected) -> Figures:
    return {"code": event.code, "correct_by": event.correct_by}


def _paid(event: events.PaymentRecorded) -> Figures:
    return {"paid": event.amount, "remaining": event.remaining, "paid_on": event.paid_on}


def _reopens(event: events.InvoiceRejected) -> bool:
    return bool(event.months)


def _by_finance(event: events.InvoiceAccepted | events.InvoiceRejected) -> bool:
    return event.decided_by is DecidedBy.FINANCE


ROWS: tuple[Told[Any], ...] = (
    Told(
        events.InvoiceIssued,
        line="{invoice:invoice} confirmée, n° légal {legal_number} : {months:months}, {excluding_tax:ht} ({including_tax:ttc})",
        figures=_invoice,
        known=invoice_of,
        notices=(
            Notice(
                AGENTS,
                "invoice_to_decide",
                "wait",
                "Facture à décider",
                "{organisation}, {action} : {invoice:invoice}, {months:months}, {excluding_tax:ht} ({including_tax:ttc}).",
                "Décider",
                TO_DECIDE,
                figures=_only_known,
            ),
        ),
    ),
    Told(
        events.InvoiceAccepted,
        line="{invoice:invoice} acceptée le {decided_on:date} par {decided_by:DecidedBy}",
        figures=_accepted,
        known=invoice_of,
        notices=(
            Notice(
                HOLDER,
                "invoice_accepted",
                "ok",
                "{invoice:invoice} acceptée",
                "{action}, {months:months} : {excluding_tax:ht} ({including_tax:ttc}).",
                "Voir la facture",
                INVOICE,
                figures=_only_known,
            ),
            Notice(
                AGENTS,
                "invoice_accepted_by_finance",
                "ok",
                "Facture acceptée par le système financier",
                "{organisation}, {action} : {invoice:invoice}, {months:months}, {excluding_tax:ht} ({including_tax:ttc}).",
                "Voir la facture",
                TO_DECIDE,
                figures=_only_known,
                when=_by_finance,
            ),
        ),
    ),
    Told(
        events.InvoiceRejected,
        line="{invoice:invoice} rejetée le {decided_on:date} par {decided_by:DecidedBy} : {code:RejectionCode}",
        figures=_rejected,
        known=invoice_of,
        notices=(
            Notice(
                HOLDER,
                "invoice_rejected",
                "bad",
                "{invoice:invoice} rejetée",
                "{action}, {months:months} : {code:RejectionCode}. Correction possible jusqu’au {correct_by:date}.",
                "Lire le motif",
                INVOICE,
                figures=_rejection,
                when=_reopens,
            ),
            Notice(
                HOLDER,
                "invoice_without_months_rejected",
                "bad",
                "{invoice:invoice} rejetée",
                "{action}, {excluding_tax:ht} : {code:RejectionCode}.",
                "Lire le motif",
                INVOICE,
                figures=_rejection,
                when=lambda event: not event.months,
            ),
            Notice(
                AGENTS,
                "invoice_rejected_by_finance",
                "warn",
                "Facture rejetée par le système financier",
                "{organisation}, {action} : {invoice:invoice}, {months:months} : {code:RejectionCode}.",
                "Voir la facture",
                TO_DECIDE,
                figures=_rejection,
                when=_by_finance,
            ),
        ),
    ),
    Told(
        events.InvoiceNoted,
        line="{invoice:invoice} : note de la Région, sans décision",
        figures=_noted,
        known=invoice_of,
        notices=(
            Notice(
                HOLDER,
                "invoice_noted",
                "info",
                "La Région vous écrit : {invoice:invoice}",
                "{action}, {months:months} : la facture n’est ni acceptée ni rejetée pour cela.",
                "Lire la note",
                INVOICE + "#notes",
                figures=_only_known,
            ),
        ),
    ),
    Told(
        events.PaymentRecorded,
        line=_line_of_payment,
        figures=_payment,
        known=invoice_of,
        notices=(
            Notice(
                HOLDER,
                "invoice_paid",
                "ok",
                "{invoice:invoice} payée",
                "{action}, {months:months} : {including_tax:ttc}, le {paid_on:date}.",
                "Voir la facture",
                INVOICE,
                figures=_paid,
                when=lambda event: event.remaining == 0,
            ),
            Notice(
                HOLDER,
                "invoice_partly_paid",
                "ok",
                "{invoice:invoice} payée en partie",
                "{action}, {months:months} : {paid:ttc} le {paid_on:date}, reste {remaining:ttc}.",
                "Voir la facture",
                INVOICE,
                figures=_paid,
                when=lambda event: event.remaining != 0,
            ),
        ),
    ),
)
