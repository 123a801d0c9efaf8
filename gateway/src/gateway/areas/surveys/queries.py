"""The outcomes report as the pages show it (SUR-2), and to whom letters with personal links go (SURV-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Pool

from contracts.personal import TraineeSheet
from contracts.surveys import ReportFigures
from gateway.web.session import Viewer
from gateway.words.french import sortable

from .figures import Difference, differences


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a letter: the sheet, as it is now."""

    trainee_id: UUID
    sheet: TraineeSheet


async def load_addressees(db: Pool, viewer: Viewer, contract_number: str, trainees: Sequence[UUID]) -> list[Addressee]:
    """Those of these trainees who are of an action of the viewer's and not erased, by name."""
    rows = await db.fetch(
        """
        SELECT t.trainee_id, p.body FROM trainees t
        JOIN actions a USING (contract_number)
        JOIN people p ON p.id = t.contract_number || '/' || t.trainee_id AND p.kind = 'trainee'
        WHERE t.contract_number = $1 AND t.trainee_id = ANY($2) AND a.siret = $3
        """,
        contract_number,
        trainees,
        viewer.siret,
    )
    found = [Addressee(row["trainee_id"], TraineeSheet.model_validate_json(row["body"])) for row in rows]
    return sorted(found, key=lambda each: sortable(f"{each.sheet.last_name} {each.sheet.first_name}"))


@dataclass(frozen=True, slots=True)
class ReportView:
    """The report as it stands: figures, whose survey is missing, and once it is sent its text, when, and when it was received.

    `changed` are the figures that a correction has made others since it was sent, the last one `changed_at`.
    """

    figures: ReportFigures
    missing: tuple[UUID, ...]
    can_be_submitted: bool
    submitted_at: datetime | None
    text: str | None
    acknowledged_at: datetime | None
    changed: tuple[Difference, ...]
    changed_at: datetime | None


async def load_report(db: Pool, viewer: Viewer, contract_number: str) -> ReportView | None:
    """The report of an action of the viewer's; None before anything is known."""
    row = await db.fetchrow(
        """
        SELECT r.figures, r.missing, r.can_be_submitted, r.submitted_at, r.acknowledged_at, r.figures_now, r.figures_changed_at,
            p.body->>'text' AS text
        FROM reports r JOIN actions a USING (contract_number)
            LEFT JOIN people p ON p.contract_number = r.contract_number AND p.id = r.text_id
        WHERE r.contract_number = $1 AND ($2 OR a.siret = $3)
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    if row is None:
        return None
    sent = ReportFigures.model_validate_json(row["figures"])
    return ReportView(
        figures=sent,
        missing=tuple(row["missing"]),
        can_be_submitted=row["can_be_submitted"],
        submitted_at=row["submitted_at"],
        text=row["text"],
        acknowledged_at=row["acknowledged_at"],
        changed=differences(sent, ReportFigures.model_validate_json(row["figures_now"])) if row["figures_now"] else (),
        changed_at=row["figures_changed_at"],
    )
