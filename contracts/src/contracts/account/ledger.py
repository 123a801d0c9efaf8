"""The state of one action's money: its contract's figures, its confirmed months, its invoices."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from ..awards import Terms
from ..codes import AdjustmentKind, Decision, Frequency, InvoiceKind, Place, TaxRegime, WithoutMonths
from ..declarations import DeclarationsChanged, MonthConfirmed
from ..month import Month, paris_day
from ..payment_clock import last_day
from ..refusals.billing import UnknownInvoice
from ..types import to_cent
from .amounts import NOTHING, ZERO, Rates, amount_of, paid_hours
from .hours import Line


class Unbalanced(AssertionError):
    """The ledger breaks BIL-12: a bug, and nothing of the message that did it may be kept."""


class Report(StrEnum):
    """How far the outcomes report has come (SUR-2)."""

    MISSING = "missing"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True)
class Subcontract:
    """What a subcontractor may invoice of a contract, excluding tax, and how it is taxed (BIL-6)."""

    siret: str
    name: str
    ceiling: Decimal
    tax_regime: TaxRegime


@dataclass(frozen=True)
class AdvanceTerms:
    """The contract's advance, excluding tax, and between which shares of the price, in percent, it is recovered (BIL-10)."""

    amount: Decimal
    recovered_from: Decimal
    recovered_to: Decimal


@dataclass(frozen=True)
class BillingTerms:
    """What billing needs of a contract (ACT-4). `planned_hours` are those of the whole headcount; thresholds are in percent; the planned
    end is the amended one (REQ-4); the price is that of both places.
    """

    siret: str
    organisation: str
    tax_regime: TaxRegime
    rates: Rates
    planned_hours: Decimal
    thresholds: tuple[Decimal, Decimal, Decimal]
    planned_end: date
    price: Decimal = NOTHING
    subcontracts: tuple[Subcontract, ...] = ()
    advance: AdvanceTerms | None = None

    def subcontract(self, siret: str | None) -> Subcontract | None:
        """That of the subcontractor with this SIRET; None when there is none."""
        return next((subcontract for subcontract in self.subcontracts if subcontract.siret == siret), None)


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
    def paid_hours(self) -> Mapping[Place, Decimal]:
        """Attended and excused hours of all trainees; worked out once, since every offer asks how far the other months have come."""
        return paid_hours(self.lines)

    @property
    def everybody(self) -> tuple[Line, ...]:
        """The line of everybody who counts in the month, zeros too (BIL-2, DEC-7)."""
        return (*self.lines, *(Line(trainee_id) for trainee_id in self.with_zeros))


@dataclass(frozen=True)
class Adjusted:
    """What an invoice takes off (negative) or gives back because of that other one (BIL-6, BIL-10)."""

    kind: AdjustmentKind
    invoice_id: UUID
    amount: Decimal


@dataclass(frozen=True)
class Issued:
    """What is remembered of an invoice; the whole of it is in its event. `subcontractor`: the SIRET of who issued it, if not the holder."""

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
    without_months: WithoutMonths | None = None
    subcontractor: str | None = None
    adjustments: tuple[Adjusted, ...] = ()
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
    last_paid_on: date | None = None
    given_up_on: date | None = None
    """The day on which the contract was withdrawn, or not opened."""
    erased_on: date | None = None
    """The day on which its people were erased (PRV-1)."""

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
        """The rejected invoices that are still to be corrected (BIL-7), in the order of issue: not a subcontractor's, nor the advance, for
        which a new one is simply issued (BIL-6, BIL-10).

        Until each of its months is in a later invoice or, when it has no month, a later balance is issued: if that one is rejected in its
        turn, it is the one to correct.
        """
        waiting: list[Issued] = []
        later_months: set[Month] = set()
        later_balance = False
        for invoice in reversed(self.invoices):
            settled = later_months.issuperset(invoice.months) if invoice.months else later_balance
            if not invoice.live and not settled and not invoice.without_months:
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

    @property
    def advance(self) -> Issued | None:
        """The advance that stands, if one does (BIL-10)."""
        return next((invoice for invoice in self.live if invoice.without_months is WithoutMonths.ADVANCE), None)

    @cached_property
    def taken(self) -> Mapping[UUID, Decimal]:
        """What standing invoices took off because of each other invoice, less what they gave back of it: never twice (BIL-12)."""
        taken: dict[UUID, Decimal] = {}
        for adjusted in (adjusted for invoice in self.live for adjusted in invoice.adjustments):
            taken[adjusted.invoice_id] = taken.get(adjusted.invoice_id, NOTHING) - adjusted.amount
        return taken

    def outstanding(self, invoice: Issued) -> Decimal:
        """What is still to take off because of this invoice; negative when it was rejected, and what was taken off is to give back."""
        return (invoice.excluding_tax if invoice.live else NOTHING) - self.taken.get(invoice.invoice_id, NOTHING)

    @property
    def to_deduct(self) -> Decimal:
        """What subcontractors invoiced and is not deducted, less what is to give back (BIL-6)."""
        return self._outstanding(WithoutMonths.SUBCONTRACT)

    @property
    def to_recover(self) -> Decimal:
        """What is not recovered of the advance, less what is to give back of one that was rejected (BIL-10)."""
        return self._outstanding(WithoutMonths.ADVANCE)

    def _outstanding(self, of: WithoutMonths) -> Decimal:
        return sum((self.outstanding(invoice) for invoice in self.invoices if invoice.without_months is of), NOTHING)

    def worth(self, months: Collection[Month]) -> Decimal:
        """What the hours of these confirmed months are worth, excluding tax: without what an invoice of them would take off (BIL-1)."""
        of = (declared.paid_hours for declared in self.confirmed if declared.month in months)
        return sum((amount_of(hours, self.terms.rates) for hours in of), NOTHING)

    @property
    def declared(self) -> Decimal:
        """What all confirmed months are worth."""
        return self.worth([declared.month for declared in self.confirmed])

    def realised_hours(self, until: Month | None = None) -> Decimal:
        """Attended and excused hours of all trainees in the confirmed months up to `until`: ACT-3's numerator."""
        of = (declared.paid_hours for declared in self.confirmed if until is None or declared.month <= until)
        return sum((sum(hours.values(), ZERO) for hours in of), ZERO)

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
            price=terms.centre.price + terms.company.price,
            subcontracts=tuple(_subcontracts(terms)),
            advance=_advance(terms),
        ),
    )


def _subcontracts(terms: Terms) -> Iterator[Subcontract]:
    for named in terms.subcontractors:
        if named.tax_regime is not None:
            yield Subcontract(named.siret, named.name, named.ceiling, named.tax_regime)


def _advance(terms: Terms) -> AdvanceTerms | None:
    """Its rate is of what the holder keeps for itself: (price − ceilings) × rate, half up: (44,590.00 − 4,590.00) × 5 % = 2,000.00."""
    if terms.advance is None:
        return None
    kept = terms.centre.price + terms.company.price - sum(named.ceiling for named in terms.subcontractors)
    rates = terms.advance
    return AdvanceTerms(to_cent(kept * rates.rate / 100), rates.recovered_from, rates.recovered_to)


def open_(ledger: Ledger, frequency: Frequency) -> Ledger:
    """The action is open; the organisation chose how it is paid (OPN-3)."""
    return replace(ledger, frequency=frequency)


def confirm(ledger: Ledger, event: MonthConfirmed) -> Ledger:
    """The month can be invoiced with these hours (BIL-2), for the first time or again after a rejection."""
    return declare(ledger, event.month, tuple(Line.of(line) for line in event.lines))


def declare(ledger: Ledger, month: Month, lines: tuple[Line, ...]) -> Ledger:
    """The month stands confirmed with these lines."""
    others = (declared for declared in ledger.months if declared.month != month)
    months = sorted((*others, DeclaredMonth(month, lines)), key=lambda declared: declared.month)
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
    """`ledger`, when it keeps BIL-12: what stands is at most what is declared, with what is still to recover and to deduct, and equal to it
    while a balance stands.

    Raises Unbalanced when it does not, or a month is in two invoices or reopened in one (BIL-7), or more was taken off because of an
    invoice than it asked for, or a part of the action came to less than nothing (BIL-6).
    """
    held = [month for invoice in ledger.live for month in invoice.months]
    if len(held) != len(set(held)) or not ledger.held.isdisjoint(ledger.reopened):
        raise Unbalanced(f"{ledger.contract_number}: {held} are invoiced, {ledger.reopened} reopened")
    for invoice in ledger.invoices:
        if abs(ledger.taken.get(invoice.invoice_id, NOTHING)) > abs(invoice.excluding_tax):
            raise Unbalanced(f"{ledger.contract_number}: more is taken off because of {invoice.legal_number} than it asked for")
        if invoice.excluding_tax < 0 and invoice.kind is not InvoiceKind.BALANCE:
            raise Unbalanced(f"{ledger.contract_number}: {invoice.legal_number} is no balance, and of {invoice.excluding_tax}")
    most = ledger.declared + ledger.to_recover + ledger.to_deduct
    invoiced = sum((invoice.excluding_tax for invoice in ledger.live), ZERO)
    if invoiced > most or (ledger.balance and invoiced != most):
        raise Unbalanced(f"{ledger.contract_number}: {invoiced} invoiced, {most} declared, to recover and to deduct")
    return ledger
