"""What waits for the Region's agents, what is late, and what was declared, accepted and paid (BIL-7, SUR-2, BIL-13)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from asyncpg import Pool

from gateway.web.session import Viewer


@dataclass(frozen=True, slots=True)
class Waiting:
    """Invoices to decide, and those of them that are late, with their amounts excluding tax; since when the oldest waits; accepted invoices
    that are late to be paid (BIL-15), with what is left of them including tax; requests to answer, reports to acknowledge.
    """

    to_decide: int
    amount: Decimal
    late: int
    late_amount: Decimal
    oldest: datetime | None
    unpaid: int
    unpaid_amount: Decimal
    requests: int
    reports: int


async def load_waiting(db: Pool, viewer: Viewer, today: date) -> Waiting:
    """What waits for an agent on `today`."""
    row: Any = await db.fetchrow(
        """
        WITH overdue AS (
            SELECT count(*) AS invoices, coalesce(sum(including_tax - paid), 0.00) AS amount
            FROM invoices WHERE $1 AND state = 'accepted' AND including_tax > paid AND pay_by < $2
        )
        SELECT count(*) AS to_decide, coalesce(sum(excluding_tax), 0.00) AS amount, min(issued_at) AS oldest,
            count(*) FILTER (WHERE pay_by < $2) AS late,
            coalesce(sum(excluding_tax) FILTER (WHERE pay_by < $2), 0.00) AS late_amount,
            (SELECT invoices FROM overdue) AS unpaid, (SELECT amount FROM overdue) AS unpaid_amount,
            (SELECT count(*) FROM requests WHERE $1 AND state = 'open') AS requests,
            (SELECT count(*) FROM reports WHERE $1 AND submitted_at IS NOT NULL AND acknowledged_at IS NULL) AS reports
        FROM invoices WHERE $1 AND state = 'issued'
        """,
        viewer.is_agent,
        today,
    )
    return Waiting(**row)


@dataclass(frozen=True, slots=True)
class Sum:
    """What confirmed months are worth, of a month (`2008-02`) or of a sector, and how far that got. All excluding tax.

    `paid` is the part of it that payments have reached: they come with tax, and count here without.
    """

    name: str
    declared: Decimal
    accepted: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """A year of training, month by month and by sector, the largest first."""

    months: tuple[Sum, ...]
    sectors: tuple[Sum, ...]
    total: Sum


async def load_money(db: Pool, viewer: Viewer, year: int) -> Money:
    """What was declared for the months of a calendar year, for an agent."""
    rows = await db.fetch(
        """
        SELECT m.month, a.sector, GROUPING(m.month) AS not_of_a_month, GROUPING(a.sector) AS not_of_a_sector,
            coalesce(sum(m.amount), 0.00) AS declared,
            coalesce(sum(m.amount) FILTER (WHERE i.state IN ('accepted', 'paid')), 0.00) AS accepted,
            coalesce(round(sum(m.amount * i.paid / i.including_tax) FILTER (WHERE i.including_tax > 0), 2), 0.00) AS paid
        FROM months m JOIN actions a USING (contract_number)
            LEFT JOIN invoices i ON (i.contract_number, i.invoice_id) = (m.contract_number, m.invoice_id)
        WHERE $1 AND m.standing = 'confirmed' AND m.month BETWEEN $2 || '-01' AND $2 || '-12'
        GROUP BY GROUPING SETS ((m.month), (a.sector), ()) ORDER BY declared DESC, a.sector
        """,
        viewer.is_agent,
        f"{year:04d}",
    )
    sums = [(row, Sum(row["month"] or row["sector"] or "", row["declared"], row["accepted"], row["paid"])) for row in rows]
    months = sorted((found for row, found in sums if not row["not_of_a_month"]), key=lambda found: found.name)
    sectors = (found for row, found in sums if not row["not_of_a_sector"])
    (total,) = (found for row, found in sums if row["not_of_a_month"] and row["not_of_a_sector"])
    return Money(tuple(months), tuple(sectors), total)


async def load_years(db: Pool, viewer: Viewer, today: date) -> list[int]:
    """The calendar years in which months may be declared, and this one, latest first."""
    row: Any = await db.fetchrow("SELECT min(month) AS first, max(month) AS last FROM months WHERE $1", viewer.is_agent)
    years = [int(month[:4]) for month in row if month] or [today.year]
    return list(range(max(*years, today.year), min(*years, today.year) - 1, -1))
