"""Surveys of an action's trainees, as the pages show them (SUR-1, SUR-3)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from asyncpg import Pool, Record
from litestar.exceptions import NotFoundException

from contracts.codes import SurveyKind
from contracts.declarations import Exit
from contracts.surveys import LATER, due_on
from gateway.web.session import Viewer
from gateway.words.french import sortable

State = Literal["filled", "due", "later", "training"]


@dataclass(frozen=True, slots=True)
class Answered:
    """A survey that is filled in."""

    situation: str
    contract: str | None
    version: int
    by_link: bool
    """The trainee said it themselves (SURV-2)."""


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A trainee who entered, with their exit and those of their surveys that are filled in."""

    trainee_id: UUID
    name: str
    entered_on: date
    exit: Exit | None
    answers: Mapping[SurveyKind, Answered]
    links: Mapping[SurveyKind, date]
    """Until when they may answer a survey by a link (SURV-1)."""
    email: str = ""
    """Where a link can be sent."""

    def due_on(self, survey: SurveyKind) -> date | None:
        """The day from which a survey can be filled in; None as long as they have not left."""
        if self.exit is None:
            return None
        return self.exit.on if survey is SurveyKind.EXIT else due_on(survey, self.exit.on)

    def state(self, survey: SurveyKind, today: date) -> State:
        """How a survey stands: filled in, to be filled in, due later, or the trainee is in training."""
        if survey in self.answers:
            return "filled"
        due = self.due_on(survey)
        return "training" if due is None else "due" if due <= today or survey is SurveyKind.EXIT else "later"


SURVEYS = """
    SELECT t.trainee_id, t.entered_on, t.exit, t.survey, t.survey_version,
        (SELECT jsonb_object_agg(l.survey, to_jsonb(l)) FROM later_surveys l
         WHERE l.contract_number = t.contract_number AND l.trainee_id = t.trainee_id) AS later,
        (SELECT jsonb_object_agg(l.survey, l.last_day) FROM survey_links l
         WHERE l.contract_number = t.contract_number AND l.trainee_id = t.trainee_id) AS links,
        p.body->>'last_name' AS last_name, p.body->>'first_name' AS first_name, p.body->>'email' AS email
    FROM trainees t JOIN actions a USING (contract_number) LEFT JOIN people p ON p.id = t.contract_number || '/' || t.trainee_id
    WHERE t.contract_number = $1 AND t.state = 'entered' AND ($2 OR a.siret = $3)
"""


def _row(row: Record) -> SurveyRow:
    return SurveyRow(
        row["trainee_id"],
        f"{row['last_name'] or 'Stagiaire'} {row['first_name'] or ''}".strip(),
        row["entered_on"],
        Exit.model_validate_json(row["exit"]) if row["exit"] else None,
        _answers(row),
        {SurveyKind(survey): date.fromisoformat(last_day) for survey, last_day in json.loads(row["links"] or "{}").items()},
        row["email"] or "",
    )


def _answers(row: Record) -> dict[SurveyKind, Answered]:
    answers = {}
    if row["survey"]:
        survey = json.loads(row["survey"])
        answers[SurveyKind.EXIT] = Answered(survey["situation"], survey["contract"], row["survey_version"], survey.get("by_link", False))
    later: dict[str, dict[str, Any]] = json.loads(row["later"] or "{}")
    for kind in LATER:
        if stored := later.get(kind):
            answers[kind] = Answered(stored["situation"], stored["employment"], stored["version"], stored["by_link"])
    return answers


async def load_surveys(db: Pool, viewer: Viewer, contract_number: str) -> list[SurveyRow]:
    """Every trainee who entered, by name."""
    rows = await db.fetch(SURVEYS, contract_number, viewer.is_agent, viewer.siret)
    return sorted((_row(row) for row in rows), key=lambda row: sortable(row.name))


async def load_survey(db: Pool, viewer: Viewer, contract_number: str, trainee_id: UUID) -> SurveyRow:
    """One trainee's surveys. Raises NotFoundException when the trainee is not the viewer's (ACC-6)."""
    row = await db.fetchrow(SURVEYS + "AND t.trainee_id = $4", contract_number, viewer.is_agent, viewer.siret, trainee_id)
    if row is None:
        raise NotFoundException
    return _row(row)
