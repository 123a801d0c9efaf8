"""One paragraph per message: load, decide, keep. What can be invoiced after it is said for all of them by `rules/said.py`."""

from chassis.decision import Decision
from chassis.record import Record
from chassis.work import Work
from contracts.access import agent, holder
from contracts.account import ledger as ledgers
from contracts.account.entering import next_number
from contracts.account.ledger import Ledger
from contracts.actions import ActionClosed, ActionNotOpened, ActionOpened
from contracts.awards import ActionAwarded, ActionWithdrawn
from contracts.billing import DecideInvoice, IssueInvoice, NoteInvoice
from contracts.calendar import DayStarted
from contracts.codes import DecidedBy
from contracts.declarations import AmendmentForeseen, AmendmentGranted, DeclarationsChanged, MonthConfirmed
from contracts.envelope import made_id
from contracts.finance import InvoiceDecision, Payment
from contracts.month import paris_day
from contracts.outside import contract_of
from contracts.refusals import Refusal
from contracts.refusals.billing import InvoiceAlreadyIssued, ReferenceUsedOtherwise, UnknownContract, Unreadable
from contracts.requests import ChangeRequested, PlannedDatesChange, RequestRefused, RequestWithdrawn
from contracts.surveys import ReportAcknowledged, ReportSubmitted

from . import store
from .rules import amendment, decisions, erasure, invoices, notes, outside, payments
from .settings import BillingSettings

REPLIES = "region.decisions.replies"
UNREADABLE = "unreadable"

# What `actions`, `declarations` and `surveys` say


async def on_action_awarded(work: Work[Ledger], event: ActionAwarded) -> None:
    """An awarded action has an account, empty as yet; so has one whose contract was replaced (ACT-1)."""
    work.keep(Decision(ledgers.award(work.key, event.terms)))


async def on_action_opened(work: Work[Ledger], event: ActionOpened) -> None:
    """From now on it is known how the organisation is paid (OPN-3)."""
    work.keep(Decision(ledgers.open_(work.known, event.frequency)))


async def on_month_confirmed(work: Work[Ledger], event: MonthConfirmed) -> None:
    """A confirmed month can be invoiced (BIL-2)."""
    work.keep(Decision(ledgers.confirm(work.known, event)))


async def on_declarations_changed(work: Work[Ledger], event: DeclarationsChanged) -> None:
    """Which months are still to be declared says what is all that is left (BIL-4), and what the balance waits for (BIL-11)."""
    work.keep(Decision(ledgers.declared_anew(work.known, event)))


async def on_change_requested(work: Work[Ledger], event: ChangeRequested) -> None:
    """What other planned dates would change of the offers is said as long as they are asked for (REQ-1)."""
    if isinstance(event.change, PlannedDatesChange):
        work.keep(Decision(amendment.ask(work.known, event.request_id, event.change.planned_end)))


async def on_amendment_foreseen(work: Work[Ledger], event: AmendmentForeseen) -> None:
    """The offers would be those that follow from these months (BIL-4)."""
    work.keep(Decision(amendment.foresee(work.known, event)))


async def on_amendment_granted(work: Work[Ledger], event: AmendmentGranted) -> None:
    """The planned end is another one from now on (BIL-4, REQ-4)."""
    work.keep(Decision(amendment.amend(work.known, event)))


async def on_request_decided(work: Work[Ledger], event: RequestRefused | RequestWithdrawn) -> None:
    """Nothing more is said of it."""
    work.keep(Decision(amendment.decided(work.known, event.request_id)))


async def on_action_closed(work: Work[Ledger], _event: ActionClosed) -> None:
    """A closed action can come to its balance (BIL-11)."""
    work.keep(Decision(ledgers.close(work.known)))


async def on_report_submitted(work: Work[Ledger], _event: ReportSubmitted) -> None:
    """With the report the balance can be issued (BIL-11)."""
    work.keep(Decision(ledgers.submit_report(work.known)))


async def on_report_acknowledged(work: Work[Ledger], _event: ReportAcknowledged) -> None:
    """The Region, which has the report, may accept the balance (BIL-11)."""
    work.keep(Decision(ledgers.acknowledge_report(work.known)))


async def on_given_up(work: Work[Ledger], _event: ActionWithdrawn | ActionNotOpened) -> None:
    """Nothing will be paid on it (ACT-1, OPN-4)."""
    work.keep(erasure.give_up(work.known, paris_day(work.at)))


# Days


async def on_day(work: Work[Ledger], event: DayStarted) -> None:
    """What is personal of a contract is erased when its years are over (PRV-1): here and now, and by who else keeps any, who is told."""
    ledger, day = work.known, event.day
    assert isinstance(work.settings, BillingSettings)
    is_due = erasure.due(ledger, work.settings.kept_years)
    if is_due.due_on > day:
        await store.look_again(work.connection, work.key, erasure.look_again_on(ledger, day, work.settings.kept_years))
        return
    ids = await store.erase(work.connection, work.key)
    work.keep(erasure.erase(ledger, is_due, day, len(ids)))
    work.erase(ids)


# Commands


async def issue_invoice(work: Work[Ledger], command: IssueInvoice) -> None:
    """The holder confirms an invoice; its legal number, its hold on the months and what it takes off are in the database (BIL-7, BIL-9)."""
    ledger, day = holder(work.state, work.actor), paris_day(work.at)
    invoice_id = made_id(ledger.contract_number, work.envelope.id)
    offer, issuer = invoices.choose(ledger, command, day), invoices.issuer_of(ledger, command)
    number = next_number(ledger, offer.kind)
    sequence = await store.issue(work.connection, invoice_id, work.key, number, offer, issuer, day.year)
    if sequence is None:
        raise InvoiceAlreadyIssued
    work.keep(invoices.issue(ledger, offer, issuer, invoice_id, work.at, sequence))


async def decide_invoice(work: Work[Ledger], command: DecideInvoice) -> None:
    """An agent accepts or rejects (BIL-7)."""
    await decide(work, agent(work.state, work.actor), command, DecidedBy.AGENT)


async def note_invoice(work: Work[Ledger], command: NoteInvoice) -> None:
    """An agent writes to the organisation about an invoice (BIL-7)."""
    ledger = agent(work.state, work.actor)
    work.keep(notes.note(ledger, command, made_id(ledger.contract_number, work.envelope.id)))


# The finance system


async def from_finance(work: Work[Ledger], record: Record) -> None:
    """The finance system decides or pays, and is answered; whatever is wrong with it, it is refused (FIN-2, FIN-3)."""
    contract_number = contract_of(record.key)
    asked = outside.read(record.body)
    if contract_number is None:
        raise Unreadable(fields="key")
    await take(work, asked)
    work.publish(REPLIES, contract_number, outside.reply(asked, None, record.partition, record.offset))


async def refuse_finance(work: Work[Ledger], record: Record, refusal: Refusal) -> None:
    """A refusal is told with what could be read of the record (FIN-2)."""
    reply = outside.reply(outside.readable(record.body), refusal, record.partition, record.offset)
    work.publish(REPLIES, contract_of(record.key) or UNREADABLE, reply)


async def take(work: Work[Ledger], asked: InvoiceDecision | Payment) -> None:
    """A decision or a payment from outside, at the time of the last day that began (T-1). Raises the refusal that is its reply.

    Of a contract whose people are erased (PRV-1) nothing is decided any more; what is paid is recorded all the same.
    """
    ledger = work.state
    if ledger is None or (ledger.erased_on and isinstance(asked, InvoiceDecision)):
        raise UnknownContract
    work.at = outside.instant(work.last_tick, ledger.invoice(asked.invoice_id))
    if isinstance(asked, InvoiceDecision):
        await decide(work, ledger, asked, DecidedBy.FINANCE)
    else:
        await pay(work, ledger, asked)


async def decide(work: Work[Ledger], ledger: Ledger, asked: DecideInvoice | InvoiceDecision, by: DecidedBy) -> None:
    """The first decision counts; a rejection frees the months in the database too (BIL-7)."""
    decision = decisions.decide(ledger, asked, by, work.at)
    if decision.records:  # the reason of a rejection, the first
        await store.void(work.connection, ledger.contract_number, asked.invoice_id)
    work.keep(decision)


async def pay(work: Work[Ledger], ledger: Ledger, payment: Payment) -> None:
    """A reference is one payment in the whole system; the same again counts once (BIL-13)."""
    number = ledger.contract_number
    recorded = await store.payment(work.connection, payment.reference)
    if recorded is None:
        decision = payments.pay(ledger, payment)
        recorded = await store.record_payment(work.connection, number, payment)
        if recorded == (number, payment):
            work.keep(decision)
    if recorded != (number, payment):
        raise ReferenceUsedOtherwise(reference=payment.reference)
