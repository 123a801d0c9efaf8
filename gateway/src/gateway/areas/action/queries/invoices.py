"""The invoices of an action, and what became of them (BIL-7, BIL-13)."""

from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from asyncpg import Pool, Record
from litestar.exceptions import NotFoundException

from contracts.billing import Invoice, Nature
from contracts.codes import DecidedBy
from contracts.month import Month, paris_day
from contracts.payment_clock import PaymentClock, Rates, clock_of
from gateway.web.downloads import Parts, read_all
from gateway.web.session import Viewer
from gateway.words.french import date_long, moment

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that the finance system reported (BIL-13)."""

    reference: str
    amount: Decimal
    paid_on: date


@dataclass(frozen=True, slots=True)
class InvoiceHead:
    """What an invoice is, without its lines and shares."""

    invoice_id: UUID
    nature: Nature
    number: int | None
    legal_number: str
    ordinal: int | None
    replaces: str | None
    months: tuple[Month, ...]
    excluding_tax: Decimal
    including_tax: Decimal
    issued_on: date


@dataclass(frozen=True, slots=True)
class Billed:
    """An issued invoice in a list, and what became of it. `state`: issued, accepted, rejected, paid."""

    invoice: InvoiceHead | Invoice
    contract_number: str
    title: str
    organisation: str
    state: str
    issued_at: datetime
    pay_by: date
    """The last day on which it is decided and paid in time (BIL-15)."""
    decided_by: str | None
    decided_on: date | None
    paid: Decimal
    payments: tuple[Payment, ...]

    @property
    def issuer(self) -> str:
        """In whose name it is."""
        return self.organisation

    @property
    def received_on(self) -> date:
        """The day on which the Region received it."""
        return paris_day(self.issued_at)

    @property
    def remaining(self) -> Decimal:
        """What is still to be paid."""
        return self.invoice.including_tax - self.paid

    def clock(self, rates: Rates, today: date) -> PaymentClock | None:
        """How late its payment is, and what that owes (BIL-15); None once it is rejected."""
        return clock_of(self.invoice.including_tax, self.pay_by, self.payments, rates, today) if self.state != "rejected" else None


@dataclass(frozen=True, slots=True)
class InvoiceView(Billed):
    """An issued invoice, whole."""

    invoice: Invoice
    decided_at: datetime | None
    rejection_code: str | None
    rejection_text: str | None
    correct_by: date | None
    to_correct: bool
    """Whether it is rejected and not all of it is invoiced again, as billing said it (BIL-7)."""
    notes: int
    """How often the Region wrote about it (BIL-7)."""

    @property
    def name(self) -> str:
        """“n° 4”, or “de solde”: what people call it."""
        return f"n°\u00a0{self.invoice.number}" if self.invoice.number else "de solde"

    @property
    def issuer(self) -> str:
        """In whose name it is: the holder's, or the subcontractor's for whom the holder sent it (BIL-6)."""
        theirs = self.invoice.subcontractor
        return f"{theirs}, pour {self.organisation}" if theirs else self.organisation

    @property
    def decided_when(self) -> str:
        """When it was decided: to the minute by an agent; of what the finance system says, the day alone is known (T-1)."""
        if self.decided_at and self.decided_by == DecidedBy.AGENT:
            return moment(self.decided_at)
        return date_long(self.decided_on) if self.decided_on else ""

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"facture-{self.invoice.number or 'solde'}"

    def hours(self, place: str) -> Decimal:
        """Paid hours of one place, all months together."""
        return sum((line.attended + line.excused for line in self.invoice.lines if line.place == place), NOTHING)


SELECT = """
    SELECT i.*, (SELECT count(*) FROM notes n WHERE (n.contract_number, n.invoice_id) = (i.contract_number, i.invoice_id)) AS notes,
        i.invoice_id = ANY(a.to_correct) AS to_correct, a.title,
        coalesce(o.name, a.terms->'organisation'->>'name') AS organisation, p.body->>'text' AS text,
        ARRAY(SELECT reference FROM payments p WHERE (p.contract_number, p.invoice_id) = (i.contract_number, i.invoice_id)
              ORDER BY paid_on, reference) AS payment_references,
        ARRAY(SELECT amount FROM payments p WHERE (p.contract_number, p.invoice_id) = (i.contract_number, i.invoice_id)
              ORDER BY paid_on, reference) AS payment_amounts,
        ARRAY(SELECT paid_on FROM payments p WHERE (p.contract_number, p.invoice_id) = (i.contract_number, i.invoice_id)
              ORDER BY paid_on, reference) AS payment_days
    FROM invoices i
    JOIN actions a USING (contract_number)
    LEFT JOIN organisations o ON o.siret = a.siret
    LEFT JOIN people p ON p.contract_number = i.contract_number AND p.id = i.rejection_text
"""


def _view(row: Record) -> InvoiceView:
    payments = zip(row["payment_references"], row["payment_amounts"], row["payment_days"], strict=True)
    return InvoiceView(
        invoice=Invoice.model_validate_json(row["body"]),
        rejection_text=row["text"],
        payments=tuple(Payment(*payment) for payment in payments),
        **{name: row[name] for name in PLAIN},
    )


PLAIN = (
    *("contract_number", "title", "organisation", "state", "issued_at", "pay_by", "decided_by", "decided_on", "decided_at"),
    *("rejection_code", "correct_by", "to_correct", "paid", "notes"),
)


THEIRS = """
    WHERE ($1 OR a.siret = $2) AND ($3::text IS NULL OR i.contract_number = $3) ORDER BY i.issued_at DESC, i.invoice_id DESC
"""


async def load_invoices(db: Pool, viewer: Viewer, contract_number: str | None = None) -> list[InvoiceView]:
    """The invoices of one action, or of all the viewer's actions, latest first."""
    return [_view(row) for row in await db.fetch(SELECT + THEIRS, viewer.is_agent, viewer.siret, contract_number)]


async def read_invoices(db: Pool, viewer: Viewer, contract_number: str | None = None) -> Parts[InvoiceView]:
    """The same, some at a time."""
    async with aclosing(read_all(db, SELECT + THEIRS, viewer.is_agent, viewer.siret, contract_number)) as parts:
        async for rows in parts:
            yield map(_view, rows)


async def load_invoice(db: Pool, viewer: Viewer, invoice_id: UUID, contract_number: str | None = None) -> InvoiceView:
    """One invoice, of this action when one is named. Raises NotFoundException when it is not the viewer's (ACC-6)."""
    row = await db.fetchrow(
        SELECT + "WHERE i.invoice_id = $3 AND ($1 OR a.siret = $2) AND ($4::text IS NULL OR i.contract_number = $4)",
        viewer.is_agent,
        viewer.siret,
        invoice_id,
        contract_number,
    )
    if row is None:
        raise NotFoundException
    return _view(row)
