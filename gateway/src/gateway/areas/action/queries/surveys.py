"""Exit surveys and the outcomes report, as the pages show them (SUR-1, SUR-2)."""

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from asyncpg import Pool, Record
from litestar.exceptions import NotFoundException

from contracts.declarations import Exit
from gateway.web.session import Viewer
from gateway.words.french import sortable


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A trainee who entered, with their exit and their survey; `version` is the survey's, 0 for none."""

    trainee_id: UUID
    name: str
    entered_on: date
    exit: Exit | None
    situation: str | None
    contract: str | None
    version: int


SURVEYS = """
    SELECT t.trainee_id, t.entered_on, t.exit, t.survey, t.survey_version,
        p.body->>'last_name' AS last_name, p.body->>'first_name' AS first_name
    FROM trainees t JOIN actions a USING (contract_number) LEFT JOIN people p ON p.id = t.contract_number || '/' || t.trainee_id
    WHERE t.contract_number = $1 AND t.state = 'entered' AND ($2 OR a.siret = $3)
"""


def _row(row: Record) -> SurveyRow:
    survey = json.loads(row["survey"]) if row["survey"] else {}
    return SurveyRow(
        row["trainee_id"],
        f"{row['last_name'] or 'Stagiaire'} {row['first_name'] or ''}".strip(),
        row["entered_on"],
        Exit.model_validate_json(row["exit"]) if row["exit"] else None,
        survey.get("situation"),
        survey.get("contract"),
        row["survey_version"],
    )


async def load_surveys(db: Pool, viewer: Viewer, contract_number: str) -> list[SurveyRow]:
    """Every trainee who entered, by name."""
    rows = await db.fetch(SURVEYS, contract_number, viewer.is_agent, viewer.siret)
    return sorted((_row(row) for row in rows), key=lambda row: sortable(row.name))


async def load_survey(db: Pool, viewer: Viewer, contract_number: str, trainee_id: UUID) -> SurveyRow:
    """One trainee's survey. Raises NotFoundException when the trainee is not the viewer's (ACC-6)."""
    row = await db.fetchrow(SURVEYS + "AND t.trainee_id = $4", contract_number, viewer.is_agent, viewer.siret, trainee_id)
    if row is None:
        raise NotFoundException
    return _row(row)
