"""The agents' queue of invoices, to decide or decided: searched, sorted and paged by the database (BIL-7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from asyncpg import Pool

from contracts.codes import InvoiceKind
from contracts.month import Month, paris_day
from gateway.areas.action.queries.invoices import Payment
from gateway.web.listing import PER_PAGE, Asked, Page
from gateway.web.session import Viewer

DAYS_TO_DECIDE = 30
"""The Region decides within so many days of receiving an invoice: shown, and nothing happens by itself when they have passed."""


@dataclass(frozen=True, slots=True)
class InvoiceHead:
    """What an invoice is, without its lines and shares."""

    invoice_id: UUID
    kind: InvoiceKind
    number: int | None
    ordinal: int | None
    replaces: str | None
    months: tuple[Month, ...]
    excluding_tax: Decimal
    including_tax: Decimal
    issued_on: date


@dataclass(frozen=True, slots=True)
class QueuedInvoice:
    """A row of the queue. `report_missing`: a balance that cannot be accepted yet (BIL-11)."""

    invoice: InvoiceHead
    contract_number: str
    title: str
    organisation: str
    state: str
    issued_at: datetime
    decided_by: str | None
    decided_on: date | None
    paid: Decimal
    payments: tuple[Payment, ...]
    report_missing: bool

    @property
    def name(self) -> str:
        """“n° 4”, or “de solde”: what people call it."""
        return f"n°\u00a0{self.invoice.number}" if self.invoice.number else "de solde"

    @property
    def remaining(self) -> Decimal:
        """What is still to be paid."""
        return self.invoice.including_tax - self.paid

    @property
    def received_on(self) -> date:
        """The day on which the Region received it."""
        return paris_day(self.issued_at)

    @property
    def decide_by(self) -> date:
        """The last day on which it is decided in time."""
        return decide_by(self.issued_at)


def decide_by(issued_at: datetime) -> date:
    """The last day on which an invoice that the Region received at that instant is decided in time."""
    return paris_day(issued_at) + timedelta(days=DAYS_TO_DECIDE)


@dataclass(frozen=True, slots=True)
class Queue(Page[QueuedInvoice]):
    """A page of the queue; `total` of all pages, excluding tax."""

    total: Decimal


def _both_ways(by: LiteralString) -> tuple[LiteralString, LiteralString]:
    return f"{by}, i.invoice_id", f"{by} DESC, i.invoice_id DESC"


ORDERS: Mapping[str, tuple[LiteralString, LiteralString]] = {
    "recue": _both_ways("i.issued_at"),
    "decision": _both_ways("i.decided_at"),
    "organisme": _both_ways("a.by_organisation"),
    "action": _both_ways("a.by_title"),
    "montant": _both_ways("i.excluding_tax"),
}
"""By what the list can be sorted, up and down."""
TO_DECIDE: LiteralString = "i.state = 'issued'"
DECIDED: LiteralString = "i.state <> 'issued'"
FROM: LiteralString = " FROM invoices i JOIN actions a USING (contract_number) WHERE $1 AND "
SOUGHT: LiteralString = " AND (a.sought || ' ' || i.legal_number) LIKE ALL ($2::text[]) "


async def load_queue(db: Pool, viewer: Viewer, asked: Asked, *, decided: bool) -> Queue:
    """A page of the invoices to decide, or of the decided ones, for an agent."""
    state, order = DECIDED if decided else TO_DECIDE, ORDERS[asked.order][asked.down]
    rows = await db.fetch(
        "WITH page AS (SELECT i.contract_number, i.invoice_id"
        + FROM
        + state
        + SOUGHT
        + "ORDER BY "
        + order
        + """ LIMIT $3 OFFSET $4)
        SELECT i.invoice_id, i.kind, i.number, (i.body ->> 'ordinal')::int AS ordinal, i.body ->> 'replaces' AS replaces,
            ARRAY(SELECT jsonb_array_elements_text(i.body -> 'months')) AS months, i.excluding_tax, i.including_tax, i.issued_on,
            i.contract_number, a.title, a.organisation_name AS organisation, i.state, i.issued_at, i.decided_by, i.decided_on, i.paid,
            ARRAY(SELECT (reference, amount, paid_on) FROM payments p
                  WHERE (p.contract_number, p.invoice_id) = (i.contract_number, i.invoice_id) ORDER BY paid_on, reference)
                AS payments,
            i.kind = 'balance' AND r.acknowledged_at IS NULL AS report_missing
        FROM page JOIN invoices i USING (contract_number, invoice_id)
            JOIN actions a USING (contract_number) LEFT JOIN reports r USING (contract_number)
        ORDER BY """
        + order,
        viewer.is_agent,
        asked.patterns,
        PER_PAGE,
        asked.offset,
    )
    count, total = await _sums(db, viewer, asked, state)
    return Queue(asked, [_row(row) for row in rows], count, total)


async def _sums(db: Pool, viewer: Viewer, asked: Asked, state: LiteralString) -> tuple[int, Decimal]:
    """How many invoices all pages have, and their amount excluding tax; without a search, an index has it all."""
    sums: LiteralString = "SELECT count(*), coalesce(sum(i.excluding_tax), 0.00)"
    if asked.patterns:
        row: Any = await db.fetchrow(sums + FROM + state + SOUGHT, viewer.is_agent, asked.patterns)
    else:
        row = await db.fetchrow(sums + " FROM invoices i WHERE $1 AND " + state, viewer.is_agent)
    return row[0], row[1]


HEAD = ("invoice_id", "number", "ordinal", "replaces", "excluding_tax", "including_tax", "issued_on")
PLAIN = ("contract_number", "title", "organisation", "state", "issued_at", "decided_by", "decided_on", "paid", "report_missing")


def _row(row: Any) -> QueuedInvoice:
    return QueuedInvoice(
        invoice=InvoiceHead(
            kind=InvoiceKind(row["kind"]), months=tuple(Month(month) for month in row["months"]), **{name: row[name] for name in HEAD}
        ),
        payments=tuple(Payment(*payment) for payment in row["payments"]),
        **{name: row[name] for name in PLAIN},
    )


async def find_next(db: Pool, viewer: Viewer, decided: UUID) -> UUID | None:
    """The oldest invoice to decide but this one; None when there is none."""
    invoice_id: UUID | None = await db.fetchval(
        "SELECT invoice_id FROM invoices WHERE $1 AND state = 'issued' AND invoice_id <> $2 ORDER BY issued_at, invoice_id LIMIT 1",
        viewer.is_agent,
        decided,
    )
    return invoice_id
