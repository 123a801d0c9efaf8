"""The outcomes reports that the Region received, as its agents list them: sorted and paged by the database (SUR-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from asyncpg import Pool

from gateway.web.listing import PER_PAGE, Asked, Page
from gateway.web.session import Viewer


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report that was sent."""

    contract_number: str
    title: str
    organisation: str
    submitted_at: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reports(Page[ReportRow]):
    """A page of the list; `to_acknowledge` counts on all pages."""

    to_acknowledge: int


ORDERS: Mapping[str, tuple[LiteralString, LiteralString]] = {
    "etat": (
        "r.acknowledged_at IS NOT NULL, r.submitted_at, r.contract_number",
        "r.acknowledged_at IS NOT NULL DESC, r.submitted_at DESC, r.contract_number DESC",
    ),
    "envoi": ("r.submitted_at, r.contract_number", "r.submitted_at DESC, r.contract_number DESC"),
    "organisme": (
        "a.by_organisation, r.contract_number",
        "a.by_organisation DESC, r.contract_number DESC",
    ),
    "action": ("a.by_title, r.contract_number", "a.by_title DESC, r.contract_number DESC"),
}
"""By what the list can be sorted, up and down; by default those to acknowledge come first, the oldest on top."""


async def load_reports(db: Pool, viewer: Viewer, asked: Asked) -> Reports:
    """A page of the reports that were sent, for an agent."""
    rows = await db.fetch(
        """
        SELECT r.contract_number, a.title, a.organisation_name AS organisation, r.submitted_at, r.acknowledged_at
        FROM reports r JOIN actions a USING (contract_number) WHERE $1 AND r.submitted_at IS NOT NULL
        ORDER BY """
        + ORDERS[asked.order][asked.down]
        + " LIMIT $2 OFFSET $3",
        viewer.is_agent,
        PER_PAGE,
        asked.offset,
    )
    of_all: Any = await db.fetchrow(
        """
        SELECT count(*) AS found, count(*) FILTER (WHERE acknowledged_at IS NULL) AS to_acknowledge
        FROM reports WHERE $1 AND submitted_at IS NOT NULL
        """,
        viewer.is_agent,
    )
    return Reports(asked, [ReportRow(**row) for row in rows], of_all["found"], of_all["to_acknowledge"])
