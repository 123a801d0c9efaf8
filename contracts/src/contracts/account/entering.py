"""An offer becomes an invoice of the account: it holds its months, takes off what it does, and never changes (BIL-7, BIL-9)."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from ..billing import Offer
from ..codes import InvoiceKind
from .ledger import Adjusted, Issued, Ledger, balanced


def enter(
    ledger: Ledger,
    offer: Offer,
    invoice_id: UUID,
    at: datetime,
    *,
    legal_number: str,
    including_tax: Decimal,
    subcontractor: str | None = None,
) -> Ledger:
    """The account with that invoice, issued at `at`; `subcontractor` is the SIRET of who issues it, if not the holder (BIL-6)."""
    entered = Issued(
        invoice_id=invoice_id,
        kind=offer.kind,
        months=offer.months,
        ordinal=offer.ordinal,
        number=next_number(ledger, offer.kind),
        legal_number=legal_number,
        issued_at=at,
        excluding_tax=offer.excluding_tax,
        including_tax=including_tax,
        without_months=offer.without_months,
        subcontractor=subcontractor,
        adjustments=tuple(Adjusted(line.kind, line.invoice_id, line.amount) for line in offer.adjustments),
    )
    return balanced(replace(ledger, invoices=(*ledger.invoices, entered)))


def next_number(ledger: Ledger, kind: InvoiceKind) -> int | None:
    """The action's next number, 1, 2, …; a rejected invoice's is not used again, and a balance has none (BIL-9)."""
    if kind is InvoiceKind.BALANCE:
        return None
    return 1 + max((invoice.number or 0 for invoice in ledger.invoices), default=0)
