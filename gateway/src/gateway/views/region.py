"""What waits for the Region's agents, and the actions as they see them (BIL-7, SUR-2, ACT-1)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from asyncpg import Pool

from contracts.billing import Invoice
from contracts.month import paris_day

from ..session import Viewer
from .billing import InvoiceView, load_invoices

DAYS_TO_DECIDE = 30
"""The Region decides within so many days of receiving an invoice: shown, and nothing happens by itself when they have passed."""


@dataclass(frozen=True, slots=True)
class Queued:
    """An invoice in the queue. `report_missing`: a balance that cannot be accepted yet (BIL-11)."""

    view: InvoiceView
    report_missing: bool

    @property
    def received_on(self) -> date:
        """The day on which the Region received it."""
        return paris_day(self.view.issued_at)

    @property
    def decide_by(self) -> date:
        """The last day on which it is decided in time."""
        return self.received_on + timedelta(days=DAYS_TO_DECIDE)


async def load_queue(db: Pool, viewer: Viewer, *, decided: bool, search: str) -> list[Queued]:
    """Invoices to decide, oldest first; or decided ones, latest first. `search` is part of an organisation, a contract or a title."""
    acknowledged = {
        row["contract_number"] for row in await db.fetch("SELECT contract_number FROM reports WHERE acknowledged_at IS NOT NULL")
    }
    views = [view for view in await load_invoices(db, viewer) if (view.state != "issued") == decided and _matches(view, search)]
    if not decided:
        views.reverse()
    return [Queued(view, view.invoice.kind == "balance" and view.contract_number not in acknowledged) for view in views]


def _matches(view: InvoiceView, search: str) -> bool:
    sought = f"{view.organisation} {view.contract_number} {view.title} {view.invoice.legal_number}".casefold()
    return all(word in sought for word in search.casefold().split())


async def load_absences(db: Pool, contract_number: str, invoice: Invoice) -> dict[tuple[str, str], int]:
    """The number of absence periods behind each trainee's month of an invoice."""
    rows = await db.fetch(
        """
        SELECT month, trainee_id::text, jsonb_array_length(line->'absences') AS periods FROM lines
        WHERE contract_number = $1 AND month = ANY($2)
        """,
        contract_number,
        list(invoice.months),
    )
    return {(row["month"], row["trainee_id"]): row["periods"] for row in rows}


@dataclass(frozen=True, slots=True)
class SoFar:
    """A contract's money before and after an invoice, excluding tax."""

    contract: Decimal
    invoiced: Decimal
    this: Decimal

    @property
    def after(self) -> Decimal:
        """Invoiced and not rejected, this invoice included."""
        return self.invoiced + self.this

    @property
    def share(self) -> Decimal:
        """Of the contract, after this invoice."""
        return self.after / self.contract if self.contract else Decimal(0)


def so_far(price: Decimal, invoices: list[InvoiceView], view: InvoiceView) -> SoFar:
    """What the contract had come to before this invoice."""
    others = [one for one in invoices if one.state != "rejected" and one.invoice.invoice_id != view.invoice.invoice_id]
    return SoFar(price, sum((one.invoice.excluding_tax for one in others), Decimal("0.00")), view.invoice.excluding_tax)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report that was sent."""

    contract_number: str
    title: str
    organisation: str
    submitted_at: datetime
    acknowledged_at: datetime | None


async def load_reports(db: Pool) -> list[ReportRow]:
    """Every report that was sent: those to acknowledge first, the oldest on top."""
    rows = await db.fetch(
        """
        SELECT r.contract_number, a.title, a.terms->'organisation'->>'name' AS organisation, r.submitted_at, r.acknowledged_at
        FROM reports r JOIN actions a USING (contract_number) WHERE r.submitted_at IS NOT NULL
        ORDER BY r.acknowledged_at IS NOT NULL, r.submitted_at
        """
    )
    return [ReportRow(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action in the agents' list."""

    contract_number: str
    title: str
    organisation: str
    state: str
    programme_year: int
    planned_start: date
    planned_end: date
    registered: int


async def list_actions(
    db: Pool, *, search: str, state: str | None, year: int | None, limit: int, offset: int
) -> tuple[list[ActionRow], int]:
    """A page of the actions that match, and how many there are."""
    rows: Any = await db.fetch(
        """
        SELECT a.contract_number, a.title, a.terms->'organisation'->>'name' AS organisation, a.state, a.programme_year, a.planned_start,
            a.planned_end, count(*) OVER () AS total,
            (SELECT count(*) FROM trainees t WHERE t.contract_number = a.contract_number AND t.state IN ('registered', 'entered'))
                AS registered
        FROM actions a
        WHERE ($1 = '' OR concat_ws(' ', a.contract_number, a.title, a.terms->'organisation'->>'name', a.siret) ILIKE '%' || $1 || '%')
          AND ($2::text IS NULL OR a.state = $2) AND ($3::int IS NULL OR a.programme_year = $3)
        ORDER BY a.planned_start DESC, a.contract_number LIMIT $4 OFFSET $5
        """,
        search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_"),
        state,
        year,
        limit,
        offset,
    )
    found = [ActionRow(**{name: row[name] for name in ActionRow.__slots__}) for row in rows]
    return found, rows[0]["total"] if rows else 0


async def load_years(db: Pool) -> list[int]:
    """The programme years that have actions, latest first."""
    return [row["programme_year"] for row in await db.fetch("SELECT DISTINCT programme_year FROM actions ORDER BY 1 DESC")]


async def account_state(db: Pool, siret: str) -> Any:
    """Whether the organisation's first account has been used: credentials can be sent again until then (ACC-1)."""
    return await db.fetchrow(
        "SELECT credentials_sent_at, activated_at FROM accounts WHERE siret = $1 ORDER BY activated_at NULLS LAST LIMIT 1", siret
    )
