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
    "organisme": _both_ways("sortable(a.organisation_name)"),
    "action": _both_ways("sortable(a.title)"),
    "montant": _both_ways("i.excluding_tax"),
}
"""By what the list can be sorted, up and down."""
TO_DECIDE: LiteralString = "i.state = 'issued'"
DECIDED: LiteralString = "i.state <> 'issued'"
MATCHING: LiteralString = """
    AND $1 AND (cardinality($2::text[]) = 0
        OR sortable(concat_ws(' ', a.organisation_name, a.contract_number, a.title, i.legal_number))
            LIKE ALL (SELECT sortable(pattern) FROM unnest($2) AS pattern))
"""


async def load_queue(db: Pool, viewer: Viewer, asked: Asked, *, decided: bool) -> Queue:
    """A page of the invoices to decide, or of the decided ones, for an agent."""
    state = DECIDED if decided else TO_DECIDE
    where: LiteralString = " FROM invoices i JOIN actions a USING (contract_number) WHERE " + state + MATCHING
    rows = await db.fetch(
        """
        SELECT i.invoice_id, i.kind, i.number, (i.body ->> 'ordinal')::int AS ordinal, i.body ->> 'replaces' AS replaces,
            ARRAY(SELECT jsonb_array_elements_text(i.body -> 'months')) AS months, i.excluding_tax, i.including_tax, i.issued_on,
            i.contract_number, a.title, a.organisation_name AS organisation, i.state, i.issued_at, i.decided_by, i.decided_on, i.paid,
            ARRAY(SELECT (reference, amount, paid_on) FROM payments p WHERE p.invoice_id = i.invoice_id ORDER BY paid_on, reference)
                AS payments,
            i.kind = 'balance' AND NOT EXISTS (
                SELECT FROM reports r WHERE r.contract_number = i.contract_number AND r.acknowledged_at IS NOT NULL
            ) AS report_missing
        """
        + where
        + "ORDER BY "
        + ORDERS[asked.order][asked.down]
        + " LIMIT $3 OFFSET $4",
        viewer.is_agent,
        asked.patterns,
        PER_PAGE,
        asked.offset,
    )
    of_all: Any = await (
        db.fetchrow("SELECT count(*), coalesce(sum(i.excluding_tax), 0.00) AS total" + where, viewer.is_agent, asked.patterns)
        if asked.patterns
        else db.fetchrow(
            "SELECT count(*), coalesce(sum(i.excluding_tax), 0.00) AS total FROM invoices i WHERE $1 AND " + state, viewer.is_agent
        )
    )
    return Queue(asked, [_row(row) for row in rows], of_all["count"], of_all["total"])


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
    found: UUID | None = await db.fetchval(
        "SELECT invoice_id FROM invoices WHERE $1 AND state = 'issued' AND invoice_id <> $2 ORDER BY issued_at, invoice_id LIMIT 1",
        viewer.is_agent,
        decided,
    )
    return found
