"""The state of one action's money: its contract's figures, its confirmed months, its invoices."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from contracts.actions import Terms
from contracts.codes import Decision, Frequency, InvoiceKind, TaxRegime
from contracts.declarations import DeclarationsChanged, MonthConfirmed
from contracts.month import Month, paris_day
from contracts.payment_clock import last_day
from contracts.refusals.billing import UnknownInvoice

from .amounts import ZERO, Rates, amount_of, paid_hours
from .hours import Line


class Unbalanced(AssertionError):
    """The ledger breaks BIL-12: a bug, and nothing of the message that did it may be kept."""


class Report(StrEnum):
    """How far the outcomes report has come (SUR-2)."""

    MISSING = "missing"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True)
class BillingTerms:
    """What billing needs of a contract (ACT-4). `planned_hours` are those of the whole headcount; thresholds are in percent; the planned
    end is the amended one (REQ-4).
    """

    siret: str
    organisation: str
    tax_regime: TaxRegime
    rates: Rates
    planned_hours: Decimal
    thresholds: tuple[Decimal, Decimal, Decimal]
    planned_end: date


@dataclass(frozen=True)
class DeclaredMonth:
    """A month that was confirmed; `reopened` while a rejection has it corrected (BIL-7).

    `with_zeros` are trainees whose presence has come to reach into it since (DEC-7).
    """

    month: Month
    lines: tuple[Line, ...]
    reopened: bool = False
    with_zeros: tuple[UUID, ...] = ()

    @cached_property
    def paid_hours(self) -> Decimal:
        """Attended and excused hours of all trainees; worked out once, since every offer asks how far the months before it have come."""
        return paid_hours(self.lines)

    @property
    def everybody(self) -> tuple[Line, ...]:
        """The line of everybody who counts in the month, zeros too (BIL-2, DEC-7)."""
        return (*self.lines, *(Line(trainee_id) for trainee_id in self.with_zeros))


@dataclass(frozen=True)
class Issued:
    """What is remembered of an invoice; the whole of it is in its event."""

    invoice_id: UUID
    kind: InvoiceKind
    months: tuple[Month, ...]
    ordinal: int | None
    number: int | None
    legal_number: str
    issued_at: datetime
    excluding_tax: Decimal
    including_tax: Decimal
    decision: Decision | None = None
    decided_at: datetime | None = None
    paid: Decimal = ZERO
    charged: bool = False
    """A late payment has fixed what an invoice owes once for being late (BIL-15)."""

    @property
    def pay_by(self) -> date:
        """The last day on which it is decided and paid in time (BIL-15)."""
        return last_day(paris_day(self.issued_at))

    @property
    def live(self) -> bool:
        """Pending or accepted: it holds its months (BIL-7)."""
        return self.decision is not Decision.REJECTED


@dataclass(frozen=True)
class AskedAmendment:
    """Another planned end that the Region is asked for, and the months that would need a declaration then, as `declarations` says: None
    as long as it has said nothing, or that it cannot be granted.
    """

    request_id: UUID
    planned_end: date
    to_declare: tuple[Month, ...] | None = None


@dataclass(frozen=True)
class Ledger:
    """One action's account. `months` and `invoices` are in the order of months and of issue.

    `to_declare` are the months that need a declaration, still or again, as `declarations` last said; `facts` counts what the finance
    system was told of this contract.
    """

    contract_number: str
    terms: BillingTerms
    frequency: Frequency | None = None
    months: tuple[DeclaredMonth, ...] = ()
    to_declare: tuple[Month, ...] = ()
    invoices: tuple[Issued, ...] = ()
    closed: bool = False
    report: Report = Report.MISSING
    asked: AskedAmendment | None = None
    facts: int = 0

    @property
    def siret(self) -> str:
        """The holder's."""
        return self.terms.siret

    @property
    def live(self) -> tuple[Issued, ...]:
        """The invoices that the Region has not rejected."""
        return tuple(invoice for invoice in self.invoices if invoice.live)

    @property
    def held(self) -> frozenset[Month]:
        """The months in an invoice that is not rejected: they can be in no other (BIL-7)."""
        return frozenset(month for invoice in self.live for month in invoice.months)

    @property
    def free(self) -> tuple[DeclaredMonth, ...]:
        """The confirmed months in no invoice that is not rejected (BIL-2)."""
        held = self.held
        return tuple(declared for declared in self.confirmed if declared.month not in held)

    @property
    def confirmed(self) -> tuple[DeclaredMonth, ...]:
        """The months whose declaration is confirmed; a reopened one is not (BIL-3)."""
        return tuple(declared for declared in self.months if not declared.reopened)

    @property
    def reopened(self) -> tuple[Month, ...]:
        """The months that a rejection has corrected."""
        return tuple(declared.month for declared in self.months if declared.reopened)

    @property
    def last_invoiced(self) -> Month | None:
        """The last month in an invoice that is not rejected: instalments and quarters go on after it (BIL-3)."""
        return max(self.held, default=None)

    @property
    def to_correct(self) -> tuple[Issued, ...]:
        """The rejected invoices that are still to be corrected (BIL-7), in the order of issue.

        Until each of its months is in a later invoice or, when it has no month, a later balance is issued: if that one is rejected in its
        turn, it is the one to correct.
        """
        waiting: list[Issued] = []
        later_months: set[Month] = set()
        later_balance = False
        for invoice in reversed(self.invoices):
            settled = later_months.issuperset(invoice.months) if invoice.months else later_balance
            if not invoice.live and not settled:
                waiting.append(invoice)
            later_months.update(invoice.months)
            later_balance = later_balance or invoice.kind is InvoiceKind.BALANCE
        return tuple(reversed(waiting))

    @property
    def replaceable(self) -> dict[tuple[Month, ...], Issued]:
        """The rejected invoices by their months: what has exactly these replaces it (BIL-3). No balance is replaced, and none that a later
        invoice has settled: its ordinal may be another's by now.
        """
        return {invoice.months: invoice for invoice in self.to_correct if invoice.kind is not InvoiceKind.BALANCE}

    @property
    def balance(self) -> Issued | None:
        """The balance that stands, if one does."""
        return next((invoice for invoice in self.live if invoice.kind is InvoiceKind.BALANCE), None)

    def realised_hours(self, until: Month | None = None) -> Decimal:
        """Attended and excused hours of all trainees in the confirmed months up to `until`: ACT-3's numerator."""
        return sum((declared.paid_hours for declared in self.confirmed if until is None or declared.month <= until), ZERO)

    def realised_rate(self, until: Month | None = None) -> Decimal | None:
        """The realised rate of the confirmed months up to `until`, as it is shown: cut to four decimals, so that 0.3000 has reached 30 %
        (ACT-3). None for a contract without hours.
        """
        if not self.terms.planned_hours:
            return None
        return (self.realised_hours(until) / self.terms.planned_hours).quantize(Decimal("0.0001"), ROUND_DOWN)

    def invoice(self, invoice_id: UUID) -> Issued:
        """The invoice of that id, of whatever state. Raises UnknownInvoice."""
        for invoice in self.invoices:
            if invoice.invoice_id == invoice_id:
                return invoice
        raise UnknownInvoice


def award(contract_number: str, terms: Terms) -> Ledger:
    """A contract is awarded, or replaced while nothing was entered on it (ACT-1): its account is empty."""
    return Ledger(
        contract_number,
        BillingTerms(
            siret=terms.organisation.siret,
            organisation=terms.organisation.name,
            tax_regime=terms.organisation.tax_regime,
            rates=Rates(terms.centre.rate, terms.company.rate),
            planned_hours=(terms.centre.hours + terms.company.hours) * terms.headcount,
            thresholds=terms.thresholds,
            planned_end=terms.planned_end,
        ),
    )


def open_(ledger: Ledger, frequency: Frequency) -> Ledger:
    """The action is open; the organisation chose how it is paid (OPN-3)."""
    return replace(ledger, frequency=frequency)


def confirm(ledger: Ledger, event: MonthConfirmed) -> Ledger:
    """The month can be invoiced with these hours (BIL-2), for the first time or again after a rejection."""
    others = (declared for declared in ledger.months if declared.month != event.month)
    lines = tuple(Line.of(line) for line in event.lines)
    months = sorted((*others, DeclaredMonth(event.month, lines)), key=lambda declared: declared.month)
    return balanced(replace(ledger, months=tuple(months)))


def declared_anew(ledger: Ledger, event: DeclarationsChanged) -> Ledger:
    """Other months need a declaration (BIL-4, BIL-11), or somebody counts with zeros in a confirmed one (DEC-7)."""
    with_zeros = {standing.month: standing.with_zeros for standing in event.months}
    months = (replace(declared, with_zeros=with_zeros.get(declared.month, ())) for declared in ledger.months)
    return replace(ledger, months=tuple(months), to_declare=event.to_declare)


def close(ledger: Ledger) -> Ledger:
    """The action is closed: its balance can come (BIL-11)."""
    return replace(ledger, closed=True)


def submit_report(ledger: Ledger) -> Ledger:
    """The Region was sent the outcomes report (BIL-11)."""
    return replace(ledger, report=Report.SUBMITTED)


def acknowledge_report(ledger: Ledger) -> Ledger:
    """The Region received it (BIL-11)."""
    return replace(ledger, report=Report.ACKNOWLEDGED)


def balanced(ledger: Ledger) -> Ledger:
    """`ledger`, when it keeps BIL-12. Raises Unbalanced when it does not, or a month is in two invoices or reopened in one (BIL-7)."""
    held = [month for invoice in ledger.live for month in invoice.months]
    if len(held) != len(set(held)) or not ledger.held.isdisjoint(ledger.reopened):
        raise Unbalanced(f"{ledger.contract_number}: {held} are invoiced, {ledger.reopened} reopened")
    declared = sum((amount_of(month.lines, ledger.terms.rates) for month in ledger.confirmed), ZERO)
    invoiced = sum((invoice.excluding_tax for invoice in ledger.live), ZERO)
    if invoiced > declared or (ledger.balance and invoiced != declared):
        raise Unbalanced(f"{ledger.contract_number}: {invoiced} invoiced, {declared} declared")
    return ledger
