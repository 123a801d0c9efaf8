"""What can be invoiced, invoices, decisions and payments."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.billing import (
    InvoiceAccepted,
    InvoiceIssued,
    InvoiceNoted,
    InvoiceRejected,
    InvoicesOffered,
    MonthPriced,
    PaymentRecorded,
    Share,
)
from contracts.message import Message
from contracts.month import Month
from contracts.payment_clock import last_day
from contracts.proofs import ProofSent, ProofsNoted
from gateway.web.topics import AMOUNTS, INVOICES
from gateway.worker.rows import as_json, change


async def on_priced(work: Work[None], event: MonthPriced) -> None:
    """What each trainee's hours of a month are worth (BIL-1)."""
    await _keep_shares(work, {event.month: event.shares})


async def on_offered(work: Work[None], event: InvoicesOffered) -> None:
    """The latest of what can be invoiced (BIL-2), and what the months of it are worth: as long as they stand as confirmed (BIL-1)."""
    months = tuple(month.model_copy(update={"shares": ()}) for month in event.months)
    await _keep_shares(work, {month.month: month.shares for month in event.months})
    await change(
        work,
        """
        WITH offered AS (
            INSERT INTO offers (contract_number, body) VALUES ($1, $2) ON CONFLICT (contract_number) DO UPDATE SET body = excluded.body
        ), worth AS (
            UPDATE months SET amount = said.amount FROM unnest($3::text[], $4::numeric[]) AS said (month, amount)
            WHERE contract_number = $1 AND months.month = said.month AND months.amount <> said.amount
        )
        UPDATE actions SET to_correct = $5 WHERE contract_number = $1
        """,
        as_json(event.model_copy(update={"months": months})),
        [month.month for month in months],
        [month.amount for month in months],
        event.to_correct,
    )


async def on_issued(work: Work[None], event: InvoiceIssued) -> None:
    """The invoice holds its months (BIL-2), with the shares that were said of them last: they are its own from now on (BIL-9)."""
    invoice = event.invoice.model_copy(update={"shares": ()})
    said: dict[Month, tuple[Share, ...]] = {}
    for share in event.invoice.shares:
        said[share.month] = (*said.get(share.month, ()), share)
    await _keep_shares(work, said)
    await work.connection.execute(
        """
        WITH held AS (
            UPDATE months SET invoice_id = $2 WHERE contract_number = $1 AND month = ANY($10::text[])
        ), shared AS (
            INSERT INTO invoice_shares (contract_number, invoice_id, month, body)
            SELECT contract_number, $2, month, body FROM shares WHERE contract_number = $1 AND month = ANY($10::text[])
            ON CONFLICT (contract_number, invoice_id, month) DO NOTHING
        )
        INSERT INTO invoices (contract_number, invoice_id, siret, body, kind, number, legal_number, excluding_tax, including_tax,
                              state, issued_at, issued_on, issued_by, pay_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'issued', $11, $12, $13, $14)
        ON CONFLICT (contract_number, invoice_id) DO NOTHING
        """,
        work.key,
        invoice.invoice_id,
        invoice.issuer,
        as_json(invoice),
        invoice.kind,
        invoice.number,
        invoice.legal_number,
        invoice.excluding_tax,
        invoice.including_tax,
        invoice.months,
        work.at,
        invoice.issued_on,
        work.actor.subject if work.actor else None,
        invoice.pay_by or last_day(invoice.issued_on),
    )


async def _keep_shares(work: Work[None], said: Mapping[Month, tuple[Share, ...]]) -> None:
    """The shares of each month; none says nothing. Offers and invoices held them before they were said once, and are read for ever."""
    new = {month: as_json(shares) for month, shares in said.items() if shares}
    if new:
        await work.connection.execute(
            """
            INSERT INTO shares (contract_number, month, body) SELECT $1, * FROM unnest($2::text[], $3::jsonb[])
            ON CONFLICT (contract_number, month) DO UPDATE SET body = excluded.body
            """,
            work.key,
            list(new),
            list(new.values()),
        )


async def on_accepted(work: Work[None], event: InvoiceAccepted) -> None:
    """The Region accepted; an invoice of 0.00 is paid with it (BIL-7, BIL-13)."""
    await change(
        work,
        """
        UPDATE invoices SET state = $3, decided_by = $4, decided_at = $5, decided_on = $6
        WHERE contract_number = $1 AND invoice_id = $2
        """,
        event.invoice_id,
        "paid" if event.paid else "accepted",
        event.decided_by,
        work.at,
        event.decided_on,
    )


async def on_rejected(work: Work[None], event: InvoiceRejected) -> None:
    """The invoice is void and lets its months go (BIL-7)."""
    await change(
        work,
        """
        WITH let_go AS (
            UPDATE months SET invoice_id = NULL WHERE contract_number = $1 AND invoice_id = $2
        )
        UPDATE invoices
        SET state = 'rejected', decided_by = $3, decided_at = $4, decided_on = $5, rejection_code = $6, rejection_text = $7, correct_by = $8
        WHERE contract_number = $1 AND invoice_id = $2
        """,
        event.invoice_id,
        event.decided_by,
        work.at,
        event.decided_on,
        event.code,
        event.text.id,
        event.correct_by,
    )


async def on_noted(work: Work[None], event: InvoiceNoted) -> None:
    """The Region wrote about the invoice (BIL-7)."""
    await work.connection.execute(
        """
        INSERT INTO notes (contract_number, note_id, invoice_id, text_id, noted_at, noted_by) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (contract_number, note_id) DO NOTHING
        """,
        work.key,
        event.note_id,
        event.invoice_id,
        event.text.id,
        work.at,
        work.actor.subject if work.actor else None,
    )


async def on_paid(work: Work[None], event: PaymentRecorded) -> None:
    """Payments add up; paid when nothing remains (BIL-13)."""
    await change(
        work,
        """
        WITH payment AS (
            INSERT INTO payments (contract_number, invoice_id, reference, amount, paid_on) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (contract_number, reference) DO NOTHING
        )
        UPDATE invoices SET paid = $6, state = CASE WHEN $7 THEN 'paid' ELSE state END WHERE contract_number = $1 AND invoice_id = $2
        """,
        event.invoice_id,
        event.reference,
        event.amount,
        event.paid_on,
        event.total_paid,
        event.remaining == 0,
    )


HANDLERS: Mapping[type[Message], Handler] = {
    MonthPriced: on_priced,
    InvoicesOffered: on_offered,
    InvoiceIssued: on_issued,
    InvoiceAccepted: on_accepted,
    InvoiceRejected: on_rejected,
    InvoiceNoted: on_noted,
    PaymentRecorded: on_paid,
}
LISTED = {INVOICES: (InvoiceIssued, InvoiceAccepted, InvoiceRejected, PaymentRecorded, ProofSent, ProofsNoted), AMOUNTS: (InvoicesOffered,)}
