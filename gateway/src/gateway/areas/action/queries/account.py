"""An action's money, from the contract to what is paid: as billing said it (BIL-12, BIL-13)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from asyncpg import Pool

from contracts.billing import BillableMonth
from contracts.codes import AdjustmentKind, InvoiceKind, WithoutMonths
from contracts.month import Month
from gateway.web.session import Viewer

from ..action import Action
from ..offers import offered
from .invoices import NOTHING, InvoiceView, load_invoices


@dataclass(frozen=True, slots=True)
class MonthAccount:
    """What one month is worth, and how far it got. All excluding tax."""

    month: Month
    declared: Decimal
    invoice: InvoiceView | None


@dataclass(frozen=True, slots=True)
class IssuerAccount:
    """What one issuer invoiced and what came of it: the holder, or a subcontractor (BIL-6)."""

    name: str
    invoiced: Decimal
    accepted: Decimal
    paid: Decimal
    """With tax; the others are without."""


@dataclass(frozen=True, slots=True)
class Account:
    """An action's money, excluding tax but for what is paid: contract, declared, invoiced, accepted, paid."""

    contract: Decimal
    declared: Decimal
    invoiced: Decimal
    accepted: Decimal
    accepted_with_tax: Decimal
    paid: Decimal
    months: tuple[MonthAccount, ...]
    pending: tuple[InvoiceView, ...]
    unpaid: tuple[InvoiceView, ...]
    standing: tuple[InvoiceView, ...]
    """Every invoice that is not rejected, the latest first."""
    to_invoice: tuple[BillableMonth, ...]
    to_confirm: tuple[Month, ...]
    """Months that somebody is present in and that are not confirmed, or not again: a balance waits for them (BIL-11)."""
    balance: InvoiceView | None
    to_deduct: Decimal
    """What subcontractors invoiced and the holder's next invoices are to deduct (BIL-6)."""
    to_recover: Decimal
    """What is not recovered of the advance (BIL-10)."""
    issuers: tuple[IssuerAccount, ...]

    @property
    def of_months(self) -> Decimal:
        """What the months in invoices are worth: invoiced, without what is still to deduct and to recover (BIL-12)."""
        return self.invoiced - self.to_deduct - self.to_recover

    @property
    def is_settled(self) -> bool:
        """Everything declared is invoiced, accepted and paid, the balance too: the account is at zero."""
        ended = self.balance is not None and self.balance.state in {"accepted", "paid"}
        return ended and self.declared == self.invoiced == self.accepted and not self.unpaid


async def load_account(db: Pool, viewer: Viewer, action: Action) -> Account:
    """The action's account as its views show it now."""
    invoices = [view for view in await load_invoices(db, viewer, action.contract_number) if view.state != "rejected"]
    billable = offered(action)
    by_month: dict[Month, InvoiceView] = {month: view for view in invoices for month in view.invoice.months}
    amounts: defaultdict[Month, Decimal] = defaultdict(lambda: NOTHING)
    for month in billable.months:
        amounts[month.month] += month.amount
    for view in invoices:
        for line in view.invoice.lines:
            amounts[line.month] += line.amount
    accepted = [view for view in invoices if view.state in {"accepted", "paid"}]
    return Account(
        contract=action.terms.centre.price + action.terms.company.price,
        declared=sum(amounts.values(), NOTHING),
        invoiced=sum((view.invoice.excluding_tax for view in invoices), NOTHING),
        accepted=sum((view.invoice.excluding_tax for view in accepted), NOTHING),
        accepted_with_tax=sum((view.invoice.including_tax for view in accepted), NOTHING),
        paid=sum((view.paid for view in accepted), NOTHING),
        months=tuple(MonthAccount(month, amounts[month], by_month.get(month)) for month in sorted(amounts)),
        pending=tuple(view for view in invoices if view.state == "issued"),
        unpaid=tuple(view for view in accepted if view.remaining > 0),
        standing=tuple(invoices),
        to_invoice=billable.months,
        to_confirm=tuple(month.month for month in action.months if month.to_declare),
        balance=next((view for view in invoices if view.invoice.kind is InvoiceKind.BALANCE), None),
        to_deduct=_left(invoices, WithoutMonths.SUBCONTRACT, AdjustmentKind.DEDUCTION),
        to_recover=_left(invoices, WithoutMonths.ADVANCE, AdjustmentKind.RECOVERY),
        issuers=tuple(_issuers(invoices)),
    )


def _left(standing: list[InvoiceView], asked: WithoutMonths, taken_off: AdjustmentKind) -> Decimal:
    """What invoices without months asked for and no other has taken off; negative when it is to give back."""
    invoices = [view.invoice for view in standing]
    total = sum((invoice.excluding_tax for invoice in invoices if invoice.without_months is asked), NOTHING)
    return total + sum((line.amount for invoice in invoices for line in invoice.adjustments if line.kind is taken_off), NOTHING)


def _issuers(standing: list[InvoiceView]) -> Iterator[IssuerAccount]:
    """The holder first, then each subcontractor in whose name something stands."""
    names = {view.invoice.issuer: view.invoice.subcontractor or view.organisation for view in standing}
    theirs = {view.invoice.issuer for view in standing if view.invoice.subcontractor}
    for siret in sorted(names, key=lambda siret: (siret in theirs, names[siret])):
        of = [view for view in standing if view.invoice.issuer == siret]
        accepted = [view for view in of if view.state in {"accepted", "paid"}]
        yield IssuerAccount(
            names[siret],
            sum((view.invoice.excluding_tax for view in of), NOTHING),
            sum((view.invoice.excluding_tax for view in accepted), NOTHING),
            sum((view.paid for view in of), NOTHING),
        )
