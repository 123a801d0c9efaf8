"""What this service listens to, and what it answers."""

from chassis.service import Outside, OutsideRecord, Service, Subscription
from chassis.settings import EVENTS
from contracts.actions import ActionAwarded, ActionClosed, ActionOpened, ContractReplaced
from contracts.billing import DecideInvoice, IssueInvoice
from contracts.declarations import ClosingGranted, MonthConfirmed
from contracts.surveys import ReportAcknowledged, ReportSubmitted

from . import handlers
from .rules.ledger import Ledger
from .rules.outside import contract_of


def contract(record: OutsideRecord) -> tuple[str, ...]:
    """The one action that a record from the finance system may touch."""
    contract_number = contract_of(record.key)
    return (contract_number,) if contract_number else ()


service = Service(
    name="billing",
    state=Ledger,
    subscriptions=(
        Subscription(
            EVENTS,
            {
                ActionAwarded: handlers.on_action_awarded,
                ContractReplaced: handlers.on_action_awarded,
                ActionOpened: handlers.on_action_opened,
                MonthConfirmed: handlers.on_month_confirmed,
                ClosingGranted: handlers.on_closing_granted,
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
            },
        ),
        Outside("region.decisions", handlers.from_finance, contract, handlers.refuse_finance),
    ),
    migrations="billing.migrations",
)
