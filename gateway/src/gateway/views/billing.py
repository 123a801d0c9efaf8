"""What can be invoiced, what was, and the action's account: as billing said it, with names beside (BIL-2, BIL-7, BIL-13)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from asyncpg import Pool, Record
from litestar.exceptions import NotFoundException

from contracts.billing import BillableMonth, Invoice, InvoiceLine, InvoicesOffered, Share
from contracts.codes import InvoiceKind, Place
from contracts.month import Month

from ..french import sortable
from ..session import Viewer
from .action import TO_CORRECT, Action, names_of_trainees

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that the finance system reported (BIL-13)."""

    reference: str
    amount: Decimal
    paid_on: date


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An issued invoice and what became of it. `state`: issued, accepted, rejected, paid."""

    invoice: Invoice
    contract_number: str
    title: str
    organisation: str
    state: str
    issued_at: datetime
    decided_by: str | None
    decided_on: date | None
    decided_at: datetime | None
    rejection_code: str | None
    rejection_text: str | None
    correct_by: date | None
    to_correct: bool
    """Whether it is rejected and not all of it is invoiced again."""
    paid: Decimal
    payments: tuple[Payment, ...]

    @property
    def name(self) -> str:
        """“n° 4”, or “de solde”: what people call it."""
        return f"n°\u00a0{self.invoice.number}" if self.invoice.number else "de solde"

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"facture-{self.invoice.number or 'solde'}"

    @property
    def remaining(self) -> Decimal:
        """What is still to be paid."""
        return self.invoice.including_tax - self.paid

    def hours(self, place: str) -> Decimal:
        """Paid hours of one place, all months together."""
        return sum((line.attended + line.excused for line in self.invoice.lines if line.place == place), NOTHING)


SELECT = (
    """
    SELECT i.*, a.title, coalesce(o.name, a.terms->'organisation'->>'name') AS organisation, p.body->>'text' AS text,
        ARRAY(SELECT reference FROM payments WHERE payments.invoice_id = i.invoice_id ORDER BY paid_on, reference) AS payment_references,
        ARRAY(SELECT amount FROM payments WHERE payments.invoice_id = i.invoice_id ORDER BY paid_on, reference) AS payment_amounts,
        ARRAY(SELECT paid_on FROM payments WHERE payments.invoice_id = i.invoice_id ORDER BY paid_on, reference) AS payment_days
    FROM (SELECT invoices.*, """
    + TO_CORRECT
    + """ AS to_correct FROM invoices) AS i
    JOIN actions a USING (contract_number)
    LEFT JOIN organisations o ON o.siret = a.siret
    LEFT JOIN people p ON p.id = i.rejection_text
"""
)


def _view(row: Record) -> InvoiceView:
    payments = zip(row["payment_references"], row["payment_amounts"], row["payment_days"], strict=True)
    return InvoiceView(
        invoice=Invoice.model_validate_json(row["body"]),
        rejection_text=row["text"],
        payments=tuple(Payment(*payment) for payment in payments),
        **{name: row[name] for name in PLAIN},
    )


PLAIN = (
    *("contract_number", "title", "organisation", "state", "issued_at", "decided_by", "decided_on", "decided_at"),
    *("rejection_code", "correct_by", "to_correct", "paid"),
)


async def load_invoices(db: Pool, viewer: Viewer, contract_number: str | None = None) -> list[InvoiceView]:
    """The invoices of one action, or of all the viewer's actions, latest first."""
    rows = await db.fetch(
        SELECT + "WHERE ($1 OR a.siret = $2) AND ($3::text IS NULL OR i.contract_number = $3) ORDER BY i.issued_at DESC, i.invoice_id DESC",
        viewer.is_agent,
        viewer.siret,
        contract_number,
    )
    return [_view(row) for row in rows]


async def load_invoice(db: Pool, viewer: Viewer, invoice_id: UUID) -> InvoiceView:
    """One invoice. Raises NotFoundException when it is not the viewer's (ACC-6)."""
    row = await db.fetchrow(SELECT + "WHERE i.invoice_id = $3 AND ($1 OR a.siret = $2)", viewer.is_agent, viewer.siret, invoice_id)
    if row is None:
        raise NotFoundException
    return _view(row)


def offered(action: Action) -> InvoicesOffered:
    """What billing last said can be invoiced."""
    return InvoicesOffered.model_validate(action.offers) if action.offers else InvoicesOffered(months=(), offers=())


@dataclass(frozen=True, slots=True)
class ShareView:
    """A trainee's row of an invoice explained: both places of one month (BIL-1)."""

    name: str
    month: str
    centre: Share | None
    company: Share | None

    @property
    def amount(self) -> Decimal:
        """Unrounded."""
        return sum((share.amount for share in (self.centre, self.company) if share), Decimal("0.0000"))


@dataclass(frozen=True, slots=True)
class Explained:
    """What an amount is made of: lines, and beneath each month its trainees' shares; `rounding` is what the lines rounded away."""

    lines: tuple[InvoiceLine, ...]
    shares: tuple[ShareView, ...]
    rounding: Decimal
    total: Decimal

    def hours(self, place: str) -> Decimal:
        """Paid hours of one place."""
        return sum((line.attended + line.excused for line in self.lines if line.place == place), NOTHING)

    def amount(self, place: str) -> Decimal:
        """The lines of one place."""
        return sum((line.amount for line in self.lines if line.place == place), NOTHING)

    def rate(self, place: str) -> Decimal:
        """The contract's rate of one place."""
        return next((line.rate for line in self.lines if line.place == place), NOTHING)


async def explain(db: Pool, contract_number: str, lines: Iterable[InvoiceLine], shares: Iterable[Share]) -> Explained:
    """Lines and shares with the trainees' names, in the order of months and names."""
    names = await names_of_trainees(db, contract_number)
    return explained(tuple(lines), tuple(shares), names)


def explained(lines: Sequence[InvoiceLine], shares: Sequence[Share], names: Mapping[str, str]) -> Explained:
    """As `explain`, with names at hand."""
    by_row: defaultdict[tuple[str, UUID], dict[Place, Share]] = defaultdict(dict)
    for share in shares:
        by_row[share.month, share.trainee_id][share.place] = share
    rows = [
        ShareView(names.get(str(trainee), "Stagiaire"), month, found.get(Place.CENTRE), found.get(Place.COMPANY))
        for (month, trainee), found in by_row.items()
    ]
    total = sum((line.amount for line in lines), NOTHING)
    exact = sum((row.amount for row in rows), Decimal("0.0000"))
    rows.sort(key=lambda row: (row.month, sortable(row.name)))
    return Explained(tuple(lines), tuple(rows), total - exact, total)


@dataclass(frozen=True, slots=True)
class Gap:
    """An amount of the account, and why it differs from the one above."""

    key: str
    name: str
    total: Decimal
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthAccount:
    """What one month is worth, and how far it got. All excluding tax."""

    month: Month
    declared: Decimal
    invoice: InvoiceView | None


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
    to_invoice: tuple[BillableMonth, ...]
    to_confirm: tuple[Month, ...]
    """Months that somebody is present in and that are not confirmed, or not again: a balance waits for them (BIL-11)."""
    balance: InvoiceView | None

    @property
    def is_settled(self) -> bool:
        """Everything declared is invoiced, accepted and paid, the balance too: the account is at zero."""
        ended = self.balance is not None and self.balance.state in {"accepted", "paid"}
        return ended and self.declared == self.invoiced == self.accepted and self.paid == self.accepted_with_tax


async def load_account(db: Pool, viewer: Viewer, action: Action) -> Account:
    """The action's account as its views show it now."""
    invoices = [view for view in await load_invoices(db, viewer, action.contract_number) if view.state != "rejected"]
    found = offered(action)
    by_month: dict[Month, InvoiceView] = {month: view for view in invoices for month in view.invoice.months}
    amounts: defaultdict[Month, Decimal] = defaultdict(lambda: NOTHING)
    for month in found.months:
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
        unpaid=tuple(view for view in accepted if view.remaining != 0),
        to_invoice=found.months,
        to_confirm=tuple(month.month for month in action.months if month.state == "reopened" or (month.expected and month.state == "open")),
        balance=next((view for view in invoices if view.invoice.kind is InvoiceKind.BALANCE), None),
    )
