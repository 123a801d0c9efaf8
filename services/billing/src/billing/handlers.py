"""One paragraph per message: load, decide, save."""

from chassis.record import Record
from chassis.work import Work
from contracts.actions import ActionAwarded, ActionClosed, ActionOpened
from contracts.billing import DecideInvoice, IssueInvoice
from contracts.codes import DecidedBy
from contracts.declarations import ClosingGranted, MonthConfirmed
from contracts.finance import InvoiceDecision, Payment
from contracts.month import paris_day
from contracts.personal import PERSONAL
from contracts.refusals import Refusal
from contracts.refusals.billing import InvoiceAlreadyIssued, ReferenceUsedOtherwise, UnknownContract, Unreadable
from contracts.surveys import ReportAcknowledged, ReportSubmitted

from . import store
from .rules import access, decisions, invoices, outside, payments
from .rules.change import Change
from .rules.ledger import Ledger, acknowledge_report, award, close, complete, confirm, open_, submit_report
from .rules.offers import offers_changed

INVOICES = "billing.invoices"
REPLIES = "region.decisions.replies"
UNREADABLE = "unreadable"


def known(work: Work[Ledger]) -> Ledger:
    """The ledger that an event is about. Its award comes first under its key: without one the message is parked."""
    if work.state is None:
        raise LookupError(f"{work.envelope.type} about an action that was never awarded")
    return work.state


async def keep(work: Work[Ledger], change: Change) -> None:
    """Saves and says what was decided, then what can be invoiced now, if that is something else."""
    if change.text:
        await store.keep_text(work.connection, change.text)
        work.publish(PERSONAL, change.text.id, change.text)
    if change.fact:
        work.publish(INVOICES, work.key, change.fact)
    work.save(change.ledger, change.events, offers_changed(work.state, change.ledger))


async def on_action_awarded(work: Work[Ledger], event: ActionAwarded) -> None:
    """An awarded action has an account, empty as yet; so has one whose contract was replaced (ACT-1)."""
    await keep(work, Change(award(work.key, event.terms)))


async def on_action_opened(work: Work[Ledger], event: ActionOpened) -> None:
    """From now on it is known how the organisation is paid (OPN-3)."""
    await keep(work, Change(open_(known(work), event.frequency)))


async def on_month_confirmed(work: Work[Ledger], event: MonthConfirmed) -> None:
    """A confirmed month can be invoiced (BIL-2)."""
    await keep(work, Change(confirm(known(work), event)))


async def on_closing_granted(work: Work[Ledger], _event: ClosingGranted) -> None:
    """Every month is confirmed: nothing more is to be invoiced but what a correction brings (CLO-1, BIL-11)."""
    await keep(work, Change(complete(known(work))))


async def on_action_closed(work: Work[Ledger], _event: ActionClosed) -> None:
    """A closed action can come to its balance (BIL-11)."""
    await keep(work, Change(close(known(work))))


async def on_report_submitted(work: Work[Ledger], _event: ReportSubmitted) -> None:
    """With the report the balance can be issued (BIL-11)."""
    await keep(work, Change(submit_report(known(work))))


async def on_report_acknowledged(work: Work[Ledger], _event: ReportAcknowledged) -> None:
    """The Region, which has the report, may accept the balance (BIL-11)."""
    await keep(work, Change(acknowledge_report(known(work))))


async def issue_invoice(work: Work[Ledger], command: IssueInvoice) -> None:
    """The holder confirms an invoice; its legal number and its hold on the months are the database's to give (BIL-7, BIL-9)."""
    ledger = access.holder(work.state, work.actor)
    day = paris_day(work.at)
    offer = invoices.choose(ledger, command, day)
    number = invoices.next_number(ledger, offer.kind)
    sequence = await store.issue(work.connection, command.invoice_id, work.key, number, offer.months, ledger.terms.siret, day.year)
    if sequence is None:
        raise InvoiceAlreadyIssued
    await keep(work, invoices.issue(ledger, offer, command.invoice_id, work.at, sequence))


async def decide_invoice(work: Work[Ledger], command: DecideInvoice) -> None:
    """An agent accepts or rejects (BIL-7)."""
    await decide(work, access.agent(work.state, work.actor), command, DecidedBy.AGENT)


async def from_finance(work: Work[Ledger], record: Record) -> None:
    """The finance system decides or pays, and is answered; whatever is wrong with it, it is refused (FIN-2, FIN-3)."""
    contract_number = outside.contract_of(record.key)
    asked = outside.read(record.body)
    if contract_number is None:
        raise Unreadable(fields="key")
    await take(work, asked)
    work.publish(REPLIES, contract_number, outside.reply(asked, None, record.partition, record.offset))


async def refuse_finance(work: Work[Ledger], record: Record, refusal: Refusal) -> None:
    """A refusal is told with what could be read of the record (FIN-2)."""
    reply = outside.reply(outside.readable(record.body), refusal, record.partition, record.offset)
    work.publish(REPLIES, outside.contract_of(record.key) or UNREADABLE, reply)


async def take(work: Work[Ledger], asked: InvoiceDecision | Payment) -> None:
    """A decision or a payment from outside, at the time of the last day that began (T-1). Raises the refusal that is its reply."""
    ledger = work.state
    if ledger is None:
        raise UnknownContract
    work.at = outside.instant(work.last_tick, ledger.invoice(asked.invoice_id))
    if isinstance(asked, InvoiceDecision):
        await decide(work, ledger, asked, DecidedBy.FINANCE)
    else:
        await pay(work, ledger, asked)


async def decide(work: Work[Ledger], ledger: Ledger, asked: DecideInvoice | InvoiceDecision, by: DecidedBy) -> None:
    """The first decision counts; a rejection frees the months in the database too (BIL-7)."""
    change = decisions.decide(ledger, asked, by, work.at)
    if change.text:
        await store.void(work.connection, asked.invoice_id)
    await keep(work, change)


async def pay(work: Work[Ledger], ledger: Ledger, payment: Payment) -> None:
    """A reference is one payment in the whole system; the same again counts once (BIL-13)."""
    recorded = await store.payment(work.connection, payment.reference)
    if recorded is None:
        change = payments.pay(ledger, payment)
        recorded = await store.record_payment(work.connection, payment)
        if recorded == payment:
            await keep(work, change)
    if recorded != payment:
        raise ReferenceUsedOtherwise(reference=payment.reference)
