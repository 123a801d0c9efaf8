"""What this service listens to, and what it answers."""

from chassis.db import Connection
from chassis.record import Record
from chassis.service import Outside, Service, Subscription, Ticks
from chassis.settings import EVENTS
from contracts.account.ledger import Ledger
from contracts.actions import ActionClosed, ActionNotOpened, ActionOpened
from contracts.awards import ActionAwarded, ActionWithdrawn, ContractReplaced
from contracts.billing import DecideInvoice, IssueInvoice, NoteInvoice
from contracts.calendar import CALENDAR, DayStarted
from contracts.declarations import AmendmentForeseen, AmendmentGranted, DeclarationsChanged, MonthConfirmed
from contracts.envelope import Actor, Envelope
from contracts.finance import AcceptedInvoice, IssuedInvoice, Payment, RejectedInvoice
from contracts.month import paris_day
from contracts.outside import contract_of
from contracts.personal import PERSONAL
from contracts.requests import ChangeRequested, RequestRefused, RequestWithdrawn
from contracts.surveys import ReportAcknowledged, ReportSubmitted

from . import handlers, store
from .rules.invoices import issuer_of
from .rules.outside import readable
from .rules.said import said
from .settings import BillingSettings

FINANCE = Actor("finance", "finance")
"""The Region's finance system, as the history names it."""


def contract(record: Record) -> tuple[str, ...]:
    """The one action that a record from the finance system may touch."""
    contract_number = contract_of(record.key)
    return (contract_number,) if contract_number else ()


def shared(message: object, envelope: Envelope, ledger: Ledger | None) -> tuple[str, ...]:
    """The issuer's legal numbers of the year (BIL-9), and a payment's reference (BIL-13): they belong to no one action."""
    match message:
        case IssueInvoice() if ledger:
            return (f"numbers of {issuer_of(ledger, message)} in {paris_day(envelope.time).year}",)
        case Record() if isinstance(payment := readable(message.body), Payment):
            return (f"payment {payment.reference}",)
    return ()


async def to_look_at(connection: Connection, event: DayStarted) -> list[str]:
    """The contracts whose people may have to be erased (PRV-1)."""
    return await store.to_look_at(connection, event.day)


service = Service(
    name="billing",
    state=Ledger,
    records_topic=PERSONAL,
    subscriptions=(
        Subscription(
            EVENTS,
            {
                ActionAwarded: handlers.on_action_awarded,
                ContractReplaced: handlers.on_action_awarded,
                ActionOpened: handlers.on_action_opened,
                ActionNotOpened: handlers.on_given_up,
                ActionWithdrawn: handlers.on_given_up,
                MonthConfirmed: handlers.on_month_confirmed,
                DeclarationsChanged: handlers.on_declarations_changed,
                ChangeRequested: handlers.on_change_requested,
                AmendmentForeseen: handlers.on_amendment_foreseen,
                AmendmentGranted: handlers.on_amendment_granted,
                RequestRefused: handlers.on_request_decided,
                RequestWithdrawn: handlers.on_request_decided,
                ActionClosed: handlers.on_action_closed,
                ReportSubmitted: handlers.on_report_submitted,
                ReportAcknowledged: handlers.on_report_acknowledged,
            },
        ),
        Subscription(
            "billing.commands",
            {
                IssueInvoice: handlers.issue_invoice,
                DecideInvoice: handlers.decide_invoice,
                NoteInvoice: handlers.note_invoice,
            },
        ),
        Outside("region.decisions", handlers.from_finance, contract, handlers.refuse_finance, handlers.REPLIES, FINANCE),
        Ticks(CALENDAR, DayStarted, keys=to_look_at, handle=handlers.on_day),
    ),
    migrations="billing.migrations",
    settings=BillingSettings,
    says=said,
    shared=shared,
    keep_records=store.keep_texts,
    publishes=dict.fromkeys((IssuedInvoice, AcceptedInvoice, RejectedInvoice), "billing.invoices"),
)
