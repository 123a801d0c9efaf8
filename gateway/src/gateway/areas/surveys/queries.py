"""The outcomes report, as the pages show it (SUR-2)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asyncpg import Pool

from contracts.surveys import ReportFigures
from gateway.web.session import Viewer


@dataclass(frozen=True, slots=True)
class ReportView:
    """The report as it stands: figures, whose survey is missing, and once it is sent its text, when and by whom it was received."""

    figures: ReportFigures
    missing: tuple[UUID, ...]
    can_be_submitted: bool
    submitted_at: Any
    text: str | None
    acknowledged_at: Any


async def load_report(db: Pool, viewer: Viewer, contract_number: str) -> ReportView | None:
    """The report of an action of the viewer's; None before anything is known."""
    row = await db.fetchrow(
        """
        SELECT r.figures, r.missing, r.can_be_submitted, r.submitted_at, r.acknowledged_at, p.body->>'text' AS text
        FROM reports r JOIN actions a USING (contract_number) LEFT JOIN people p ON p.id = r.text_id
        WHERE r.contract_number = $1 AND ($2 OR a.siret = $3)
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    if row is None:
        return None
    return ReportView(
        ReportFigures.model_validate_json(row["figures"]),
        tuple(row["missing"]),
        row["can_be_submitted"],
        row["submitted_at"],
        row["text"],
        row["acknowledged_at"],
    )
