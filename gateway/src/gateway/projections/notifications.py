"""What concerns somebody, as a row that stays until it is read (NOT-1). An event tells each audience once: the row has the event's id."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.actions import (
    ActionAwarded,
    ActionClosed,
    ActionNotOpened,
    ActionOpened,
    ActionWithdrawn,
    ContractReplaced,
    DatesUnlocked,
    TraineeUnlocked,
)
from contracts.billing import InvoiceAccepted, InvoiceIssued, InvoiceRejected, PaymentRecorded
from contracts.codes import DecidedBy
from contracts.declarations import MonthReopened, TraineeExited
from contracts.message import Message
from contracts.surveys import ReportAcknowledged, ReportSubmitted

from .rows import as_json

Figures = Mapping[str, object]


async def tell_holder(work: Work[None], kind: str, figures: Figures | None = None) -> None:
    """Tell the organisation that holds the message's action."""
    await work.connection.execute(
        """
        INSERT INTO notifications (id, audience, at, kind, contract_number, figures)
        SELECT $2, siret, $3, $4, contract_number, $5 FROM actions WHERE contract_number = $1
        ON CONFLICT (id, audience) DO NOTHING
        """,
        work.key,
        work.id,
        work.at,
        kind,
        as_json(figures or {}),
    )


async def tell_agents(work: Work[None], kind: str, figures: Figures | None = None) -> None:
    """Tell the Region's agents about the message's action."""
    await work.connection.execute(
        """
        INSERT INTO notifications (id, audience, at, kind, contract_number, figures) VALUES ($2, 'agents', $3, $4, $1, $5)
        ON CONFLICT (id, audience) DO NOTHING
        """,
        work.key,
        work.id,
        work.at,
        kind,
        as_json(figures or {}),
    )


async def _invoice_of(work: Work[None], event: InvoiceIssued | InvoiceAccepted | InvoiceRejected | PaymentRecorded) -> Figures:
    """What every sentence about an invoice says: its kind and number, its months, its amount including tax."""
    invoice_id = event.invoice.invoice_id if isinstance(event, InvoiceIssued) else event.invoice_id
    found = await work.connection.fetchrow(
        """
        SELECT kind, number, including_tax, ARRAY(SELECT jsonb_array_elements_text(body -> 'months')) AS months
        FROM invoices WHERE invoice_id = $1
        """,
        invoice_id,
    )
    if found is None:
        raise LookupError(f"no invoice {invoice_id}")
    invoice = {"kind": found["kind"], "number": found["number"]}
    return {"invoice_id": invoice_id, "invoice": invoice, "months": found["months"], "amount": found["including_tax"]}


async def on_awarded(work: Work[None], _event: ActionAwarded) -> None:
    """The organisation may prepare a new action (ACT-1)."""
    await tell_holder(work, "action_awarded")


async def on_replaced(work: Work[None], _event: ContractReplaced) -> None:
    """The terms of an awarded contract are others (ACT-1)."""
    await tell_holder(work, "contract_replaced")


async def on_withdrawn(work: Work[None], _event: ActionWithdrawn) -> None:
    """There is nothing to prepare any more (ACT-1)."""
    await tell_holder(work, "action_withdrawn")


async def on_dates_unlocked(work: Work[None], _event: DatesUnlocked) -> None:
    """An agent lets the dates be validated once more (DAT-3)."""
    await tell_holder(work, "dates_unlocked")


async def on_trainee_unlocked(work: Work[None], event: TraineeUnlocked) -> None:
    """An agent lets a sheet be changed once (TRN-5)."""
    await tell_holder(work, "trainee_unlocked", {"trainee": event.trainee_id})


async def on_opened(work: Work[None], event: ActionOpened) -> None:
    """The Region learns that an action runs (OPN-1)."""
    await tell_agents(work, "action_opened", {"start": event.actual_start})


async def on_not_opened(work: Work[None], event: ActionNotOpened) -> None:
    """The Region learns that an action does not take place (OPN-4)."""
    await tell_agents(work, "action_not_opened", {"reason": event.reason})


async def on_closed(work: Work[None], event: ActionClosed) -> None:
    """The Region learns that an action is over (CLO-1)."""
    await tell_agents(work, "action_closed", {"end": event.actual_end})


async def on_exited(work: Work[None], event: TraineeExited) -> None:
    """Whoever leaves gets an exit survey (SUR-1)."""
    answered = await work.connection.fetchval("SELECT survey IS NOT NULL FROM trainees WHERE trainee_id = $1", event.trainee_id)
    if not answered:
        await tell_holder(work, "survey_due", {"trainee": event.trainee_id, "exit": event.exit.on})


async def on_month_reopened(work: Work[None], event: MonthReopened) -> None:
    """A rejected invoice's month is to be corrected (BIL-7)."""
    await tell_holder(work, "month_reopened", {"month": event.month, "correct_by": event.correct_by})


async def on_invoice_issued(work: Work[None], event: InvoiceIssued) -> None:
    """Agents have an invoice to decide (BIL-7)."""
    await tell_agents(work, "invoice_to_decide", await _invoice_of(work, event))


async def on_invoice_accepted(work: Work[None], event: InvoiceAccepted) -> None:
    """The organisation learns it at once; agents too when it was the finance system (BIL-7)."""
    figures = await _invoice_of(work, event)
    await tell_holder(work, "invoice_accepted", figures)
    if event.decided_by == DecidedBy.FINANCE:
        await tell_agents(work, "invoice_accepted_by_finance", figures)


async def on_invoice_rejected(work: Work[None], event: InvoiceRejected) -> None:
    """As an acceptance, with its code and until when it can be corrected; the text is on the page (BIL-7)."""
    figures = {**await _invoice_of(work, event), "code": event.code, "correct_by": event.correct_by}
    await tell_holder(work, "invoice_rejected", figures)
    if event.decided_by == DecidedBy.FINANCE:
        await tell_agents(work, "invoice_rejected_by_finance", figures)


async def on_paid(work: Work[None], event: PaymentRecorded) -> None:
    """The organisation learns what was paid, and what remains (BIL-13)."""
    figures = {**await _invoice_of(work, event), "paid": event.amount, "remaining": event.remaining, "paid_on": event.paid_on}
    await tell_holder(work, "invoice_paid" if event.remaining == 0 else "invoice_partly_paid", figures)


async def on_report_submitted(work: Work[None], _event: ReportSubmitted) -> None:
    """Agents have a report to acknowledge (SUR-2)."""
    await tell_agents(work, "report_submitted")


async def on_report_acknowledged(work: Work[None], _event: ReportAcknowledged) -> None:
    """The organisation knows that the Region has its report (SUR-2)."""
    await tell_holder(work, "report_acknowledged")


HANDLERS: Mapping[type[Message], Handler] = {
    ActionAwarded: on_awarded,
    ContractReplaced: on_replaced,
    ActionWithdrawn: on_withdrawn,
    DatesUnlocked: on_dates_unlocked,
    TraineeUnlocked: on_trainee_unlocked,
    ActionOpened: on_opened,
    ActionNotOpened: on_not_opened,
    ActionClosed: on_closed,
    TraineeExited: on_exited,
    MonthReopened: on_month_reopened,
    InvoiceIssued: on_invoice_issued,
    InvoiceAccepted: on_invoice_accepted,
    InvoiceRejected: on_invoice_rejected,
    PaymentRecorded: on_paid,
    ReportSubmitted: on_report_submitted,
    ReportAcknowledged: on_report_acknowledged,
}
