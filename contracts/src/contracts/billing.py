"""What `billing` is asked and what it says inside Sésame; what it says to the Region's finance system is in `finance`."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from .answers import Fault, PersonalRef
from .codes import DecidedBy, Decision, InvoiceKind, Place, RejectionCode
from .message import Command, Event, Part
from .month import Month
from .types import Exact, Hours, Money, Rate, Realised, Siret, TaxRate, Text


class InvoiceLine(Part):
    """One month and one place, rounded once (BIL-1); `trainees` counts distinct trainees with a line, zeros too."""

    month: Month
    place: Place
    trainees: int
    attended: Hours
    excused: Hours
    rate: Rate
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
    """An invoice that could be confirmed now, or in its window: which months, how much (BIL-2 to BIL-5, BIL-11).

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


class Invoice(Part):
    """A payment request to the Region, as issued; it never changes (BIL-9).

    `shares` is empty: those of each of its months are what `MonthPriced` said last before the invoice.
    """

    invoice_id: UUID
    number: int | None
    """“Facture N° 1, 2, …” of the action; the balance has none."""
    legal_number: str
    """The issuer's gapless number of the year, `2008-000012`."""
    issuer: Siret
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


# Commands


class IssueInvoice(Command):
    """Confirm an invoice for these months (BIL-2 to BIL-5), or the balance (BIL-11). `excluding_tax` is what the user saw.

    The invoice's id follows from the command (`envelope.made_id`).
    """

    TYPE: ClassVar[str] = "billing.issue-invoice.v2"

    kind: InvoiceKind
    months: tuple[Month, ...]
    excluding_tax: Money


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
    months are not all in a later one (BIL-7).
    """

    TYPE: ClassVar[str] = "billing.invoices-offered.v1"

    months: tuple[BillableMonth, ...]
    offers: tuple[Offer, ...]
    waiting: tuple[Month, ...] = ()
    waits_for: tuple[Fault, ...] = ()
    balance_waits_for: tuple[Fault, ...] = ()
    to_correct: tuple[UUID, ...] = ()
    realised: Realised | None = None


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
    """The Region accepted the invoice; one of 0.00 is paid at once (BIL-7, BIL-13)."""

    TYPE: ClassVar[str] = "billing.invoice-accepted.v1"

    invoice_id: UUID
    decided_by: DecidedBy
    decided_on: date
    paid: bool = False


class InvoiceRejected(Event):
    """The Region rejected the invoice: it is void, its months reopen until `correct_by` at least (BIL-7)."""

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
