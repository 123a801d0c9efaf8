"""What `billing` is asked and what it says inside Sésame; what it says to the Region's finance system is in `finance`."""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from .answers import Fault, PersonalRef
from .codes import AdjustmentKind, DecidedBy, Decision, InvoiceKind, Place, RejectionCode, TaxRegime, WithoutMonths
from .message import Command, Event, Part
from .month import Month
from .types import Exact, Hours, Label, Money, Percent, Rate, Realised, Siret, TaxRate, Text

Nature = InvoiceKind | WithoutMonths
"""What an invoice asks for. One `without_months` says `instalment` as its kind, since readers that are older know no other."""


class InvoiceLine(Part):
    """One month and one place, rounded once (BIL-1); `trainees` counts distinct trainees with a line, zeros too.

    `maintained` are those of the excused hours that admissible exits added (DEC-5); None: none did.
    """

    month: Month
    place: Place
    trainees: int
    attended: Hours
    excused: Hours
    rate: Rate
    amount: Money
    maintained: Hours | None = None


class Adjustment(Part):
    """A line of an invoice that is no hours: what it takes off (negative), or gives back, because of another invoice.

    A deduction is because of a subcontractor's (BIL-6), a recovery because of the advance (BIL-10); `name` is who issued that one.
    """

    kind: AdjustmentKind
    invoice_id: UUID
    legal_number: str
    name: Label
    amount: Money


class Share(Part):
    """One trainee's part of a line: (attended + excused) × rate, unrounded (BIL-1)."""

    month: Month
    place: Place
    trainee_id: UUID
    attended: Hours
    excused: Hours
    amount: Exact


class Taxed(Part):
    """An amount including tax at the rate in force from a day on; None is since ever (BIL-8)."""

    since: date | None
    tax_rate: TaxRate
    tax: Money
    including_tax: Money


class BillableMonth(Part):
    """A confirmed month that no invoice holds: its two lines (BIL-2). `shares` is empty: they are what `MonthPriced` said last before."""

    month: Month
    trainees: int
    lines: tuple[InvoiceLine, ...]
    shares: tuple[Share, ...]
    amount: Money


class Offer(Part):
    """An invoice that could be confirmed now, or in its window: which months, how much (BIL-2 to BIL-5, BIL-10, BIL-11).

    `excluding_tax` is what its months are worth and its `adjustments`, or the advance. What a subcontractor may invoice is no offer:
    its amount is typed (`SubcontractStanding`).
    `windowed` says that it is confirmed on days 1 to 15 of a month after its last one; otherwise at any time. `not_before` is
    the first day on which it can be, when that does not follow from its months (BIL-4: once the planned end has passed).
    """

    kind: InvoiceKind
    months: tuple[Month, ...]
    ordinal: int | None = None
    replaces: UUID | None = None
    windowed: bool
    not_before: date | None = None
    excluding_tax: Money
    taxed: tuple[Taxed, ...]
    adjustments: tuple[Adjustment, ...] = ()
    without_months: WithoutMonths | None = None

    @property
    def nature(self) -> Nature:
        """What it asks for."""
        return self.without_months or self.kind


class SubcontractStanding(Part):
    """A subcontractor of the contract: what it has invoiced, excluding tax, and the most that it could invoice now (BIL-6)."""

    siret: Siret
    name: Label
    tax_regime: TaxRegime
    ceiling: Money
    invoiced: Money
    at_most: Money


class AdvanceStanding(Part):
    """The contract's advance, excluding tax: what it is, how much of it is invoiced and recovered (BIL-10).

    `realised` is the share of the price that standing invoices' months make: from the one rate to the other, the advance is recovered.
    `waits_for` is what is refused to who asks for the advance; nothing once it is offered.
    """

    amount: Money
    recovered_from: Percent
    recovered_to: Percent
    invoiced: Money
    recovered: Money
    realised: Realised
    waits_for: tuple[Fault, ...] = ()


class Invoice(Part):
    """A payment request to the Region, as issued; it never changes (BIL-9).

    `shares` is empty: those of each of its months are what `MonthPriced` said last before the invoice. `excluding_tax` is the sum of its
    lines and adjustments; a subcontractor's and the advance have neither, nor months: it is what they ask for.
    """

    invoice_id: UUID
    number: int | None
    """“Facture N° 1, 2, …” of the action; the balance has none."""
    legal_number: str
    """The issuer's gapless number of the year, `2008-000012`."""
    issuer: Siret
    """The holder's, or that of the subcontractor in whose name it is."""
    kind: InvoiceKind
    ordinal: int | None
    replaces: UUID | None
    months: tuple[Month, ...]
    trainees: int
    lines: tuple[InvoiceLine, ...]
    shares: tuple[Share, ...]
    excluding_tax: Money
    tax_rate: TaxRate
    tax: Money
    including_tax: Money
    issued_on: date
    pay_by: date | None = None
    """The last day on which it is decided and paid in time (BIL-15); None in what was issued before this was said."""
    adjustments: tuple[Adjustment, ...] = ()
    without_months: WithoutMonths | None = None
    subcontractor: Label | None = None
    """The name of the subcontractor that issues it (BIL-6); None when the holder does."""

    @property
    def nature(self) -> Nature:
        """What it asks for."""
        return self.without_months or self.kind


# Commands


class IssueInvoice(Command):
    """Confirm an invoice for these months (BIL-2 to BIL-5), the balance (BIL-11) or the advance (BIL-10). `excluding_tax` is what the user
    saw; or what was typed for a `subcontractor` of the contract, by its SIRET (BIL-6).

    The invoice's id follows from the command (`envelope.made_id`).
    """

    TYPE: ClassVar[str] = "billing.issue-invoice.v2"

    kind: InvoiceKind
    months: tuple[Month, ...]
    excluding_tax: Money
    without_months: WithoutMonths | None = None
    subcontractor: Siret | None = None

    @property
    def nature(self) -> Nature:
        """What it asks for."""
        return self.without_months or self.kind


class DecideInvoice(Command):
    """An agent accepts an invoice, or rejects it with code and text (BIL-7)."""

    TYPE: ClassVar[str] = "billing.decide-invoice.v1"

    invoice_id: UUID
    decision: Decision
    code: RejectionCode | None = None
    text: Text | None = None


class NoteInvoice(Command):
    """An agent writes to the organisation about an invoice, without deciding it (BIL-7)."""

    TYPE: ClassVar[str] = "billing.note-invoice.v1"

    invoice_id: UUID
    text: Text


# Events


class MonthPriced(Event):
    """Every trainee's share of a confirmed month, in both places (BIL-1), whenever it changes: what is offered and issued later does not
    repeat it, since every trainee of every month would outgrow a message.
    """

    TYPE: ClassVar[str] = "billing.month-priced.v1"

    month: Month
    shares: tuple[Share, ...]


class InvoicesOffered(Event):
    """What can be invoiced on the action, whenever that changes (BIL-2): nothing is stored, this explains.

    `realised` is the realised rate of all confirmed months (ACT-3), None before the opening. `waiting` are confirmed months that wait for
    a threshold, a quarter or the balance; `waits_for` is what is refused to who asks for an instalment of them. `balance_waits_for` is
    what is refused to who asks for the balance (BIL-11), nothing once it can be confirmed. `to_correct` are the rejected invoices whose
    months are not all in a later one (BIL-7). `to_deduct` is what subcontractors invoiced and the next invoices are to deduct (BIL-6),
    negative when it is to give back.
    """

    TYPE: ClassVar[str] = "billing.invoices-offered.v1"

    months: tuple[BillableMonth, ...]
    offers: tuple[Offer, ...]
    waiting: tuple[Month, ...] = ()
    waits_for: tuple[Fault, ...] = ()
    balance_waits_for: tuple[Fault, ...] = ()
    to_correct: tuple[UUID, ...] = ()
    realised: Realised | None = None
    subcontracts: tuple[SubcontractStanding, ...] = ()
    to_deduct: Money = Decimal("0.00")
    advance: AdvanceStanding | None = None


class OffersForeseen(Event):
    """What an open request for other planned dates would change of what is offered (BIL-4), once it is made and whenever that changes.

    `vanish` are offers of now that would not be made any more, `appear` those that would be made then; one that would be made otherwise,
    from another day on say, is in both.
    """

    TYPE: ClassVar[str] = "billing.offers-foreseen.v1"

    request_id: UUID
    vanish: tuple[Offer, ...]
    appear: tuple[Offer, ...]


class InvoiceIssued(Event):
    """An invoice went to the Region (BIL-2)."""

    TYPE: ClassVar[str] = "billing.invoice-issued.v1"

    invoice: Invoice


class InvoiceAccepted(Event):
    """The Region accepted the invoice; one of zero or less is settled, and so `paid`, at once (BIL-7, BIL-11, BIL-13)."""

    TYPE: ClassVar[str] = "billing.invoice-accepted.v1"

    invoice_id: UUID
    decided_by: DecidedBy
    decided_on: date
    paid: bool = False


class InvoiceRejected(Event):
    """The Region rejected the invoice: it is void, its months, if it has any, reopen until `correct_by` at least (BIL-7)."""

    TYPE: ClassVar[str] = "billing.invoice-rejected.v1"

    invoice_id: UUID
    decided_by: DecidedBy
    decided_on: date
    code: RejectionCode
    text: PersonalRef
    months: tuple[Month, ...]
    correct_by: date


class InvoiceNoted(Event):
    """The Region wrote to the organisation about an invoice: nothing else changes (BIL-7). The note's id follows from its command."""

    TYPE: ClassVar[str] = "billing.invoice-noted.v1"

    invoice_id: UUID
    note_id: UUID
    text: PersonalRef


class LatePayment(Part):
    """How many days after the invoice's last one a payment was made, by its own date (BIL-15).

    `fixed_charge` is 40.00 in the first that is late, since an invoice owes it once, and 0.00 in others. What interest that makes follows
    from the rate in force (`payment_clock`).
    """

    days: int
    fixed_charge: Money


class PaymentRecorded(Event):
    """The finance system paid (part of) an invoice (BIL-13); `late` when that was after its last day (BIL-15)."""

    TYPE: ClassVar[str] = "billing.payment-recorded.v1"

    invoice_id: UUID
    amount: Money
    paid_on: date
    reference: str
    total_paid: Money
    remaining: Money
    late: LatePayment | None = None
