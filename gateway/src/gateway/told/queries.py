"""What the views know of that which an event is about: its sentence says it, the event doesn't."""

from chassis.db import Connection
from contracts.billing import InvoiceAccepted, InvoiceIssued, InvoiceNoted, InvoiceRejected, PaymentRecorded
from contracts.declarations import TraineeExited

from .row import Figures

OfInvoice = InvoiceIssued | InvoiceAccepted | InvoiceRejected | InvoiceNoted | PaymentRecorded


async def invoice_of(connection: Connection, contract_number: str, event: OfInvoice) -> Figures:
    """What every sentence about an invoice says: its kind and number, its months, its amounts.

    Raises LookupError when the views have no such invoice.
    """
    invoice_id = event.invoice.invoice_id if isinstance(event, InvoiceIssued) else event.invoice_id
    row = await connection.fetchrow(
        """
        SELECT kind, number, body ->> 'subcontractor' AS subcontractor, body ->> 'without_months' AS without_months,
            excluding_tax, including_tax, ARRAY(SELECT jsonb_array_elements_text(body -> 'months')) AS months
        FROM invoices WHERE contract_number = $1 AND invoice_id = $2
        """,
        contract_number,
        invoice_id,
    )
    if row is None:
        raise LookupError(f"no invoice {invoice_id}")
    invoice = {name: row[name] for name in ("kind", "number", "subcontractor", "without_months") if row[name] is not None}
    amounts = {"excluding_tax": row["excluding_tax"], "including_tax": row["including_tax"]}
    return {"invoice_id": invoice_id, "invoice": invoice, "months": row["months"], **amounts}


async def survey_due(connection: Connection, contract_number: str, event: TraineeExited) -> Figures | None:
    """No figures, for whoever leaves is owed a survey; None when theirs is filled in already (SUR-1)."""
    answered = await connection.fetchval(
        "SELECT survey IS NOT NULL FROM trainees WHERE contract_number = $1 AND trainee_id = $2", contract_number, event.trainee_id
    )
    return None if answered else {}
