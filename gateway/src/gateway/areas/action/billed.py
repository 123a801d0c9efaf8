"""Invoices and payments as files: the columns that both sides' lists share (BIL-7, BIL-13, BIL-15)."""

from collections.abc import Iterable, Iterator
from contextlib import aclosing
from datetime import date
from decimal import Decimal

from contracts.billing import Invoice
from contracts.payment_clock import Rates
from gateway.tables.lists import COUNT, DAY, LONG, MONEY, TEXT, Column
from gateway.web.downloads import Parts
from gateway.words.french import months
from gateway.words.labels import invoice_word, label

from .queries.invoices import Billed, InvoiceHead, Payment


def nature(invoice: InvoiceHead | Invoice) -> str:
    """“Acompte 2 sur 3”."""
    return label(invoice.nature) + (f" {invoice.ordinal} sur 3" if invoice.ordinal else "")


def called(invoice: InvoiceHead | Invoice) -> str:
    """“N° 4”, or “Solde”."""
    return f"N° {invoice.number}" if invoice.number else "Solde"


IDENTITY: tuple[Column[Billed], ...] = (
    Column("Organisme", lambda view: view.issuer, LONG),
    Column("Contrat", lambda view: view.contract_number),
    Column("Intitulé", lambda view: view.title, LONG),
    Column("Facture", lambda view: called(view.invoice)),
    Column("N° légal", lambda view: view.invoice.legal_number),
)
AMOUNTS: tuple[Column[Billed], ...] = (
    Column("Nature", lambda view: nature(view.invoice), LONG),
    Column("Mois", lambda view: months(view.invoice.months) if view.invoice.months else "", LONG),
    Column("Montant HT", lambda view: view.invoice.excluding_tax, MONEY),
    Column("Montant TTC", lambda view: view.invoice.including_tax, MONEY),
)


def fate(rates: Rates, today: date, *, for_agent: bool) -> tuple[Column[Billed], ...]:
    """What became of an invoice, as of `today`; a rejected one asks for nothing any more."""

    def days_late(view: Billed) -> int | None:
        clock = view.clock(rates, today)
        return max((part.days for part in clock.late), default=None) if clock else None

    def owed(view: Billed) -> Decimal | None:
        clock = view.clock(rates, today)
        return clock.owed if clock and clock.late else None

    def unless_rejected(view: Billed, value: Decimal) -> Decimal | None:
        return None if view.state == "rejected" else value

    return (
        Column("À décider et payer jusqu’au", lambda view: None if view.state == "rejected" else view.pay_by, DAY),
        Column("État", lambda view: invoice_word(view.state, view.invoice.including_tax, for_agent=for_agent), LONG),
        Column("Décidée le", lambda view: view.decided_on, DAY),
        Column("Payé TTC", lambda view: unless_rejected(view, view.paid), MONEY),
        Column("Reste à payer TTC", lambda view: unless_rejected(view, view.remaining), MONEY),
        Column("Jours de retard", days_late, COUNT),
        Column("Intérêts et indemnités de retard", owed, MONEY),
    )


Paid = tuple[Billed, Payment]


def _of_invoice(column: Column[Billed]) -> Column[Paid]:
    return Column(column.title, lambda paid: column.value(paid[0]), column.kind)


PAYMENTS: tuple[Column[Paid], ...] = (
    *map(_of_invoice, IDENTITY),
    Column("Payé le", lambda paid: paid[1].paid_on, DAY),
    Column("Montant TTC", lambda paid: paid[1].amount, MONEY),
    Column("Référence", lambda paid: paid[1].reference, TEXT),
)


async def paid(parts: Parts[Billed]) -> Parts[Paid]:
    """Each payment of these invoices."""
    async with aclosing(parts):
        async for views in parts:
            yield _payments(views)


def _payments(views: Iterable[Billed]) -> Iterator[Paid]:
    return ((view, payment) for view in views for payment in view.payments)
