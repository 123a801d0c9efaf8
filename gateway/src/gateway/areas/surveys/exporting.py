"""Surveys of an action, and the reports that the agents' list shows, as files (SUR-1 to SUR-3)."""

from collections.abc import Iterator, Mapping
from datetime import date

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from contracts.codes import EmploymentContract, Situation, SurveyKind
from contracts.month import paris_day
from gateway.areas.action.queries.surveys import State, SurveyRow, load_surveys
from gateway.areas.action.visit import ActionVisit
from gateway.tables.lists import DAY, LONG, Column
from gateway.web.downloads import download, files, in_parts
from gateway.web.visit import Visit
from gateway.words.labels import inside, label

from .received import ReportRow, asked_of, read_reports

STATES: Mapping[State, str] = {"filled": "Remplie", "due": "À remplir", "later": "Plus tard", "training": "Après sa sortie"}


def surveys_on(day: date) -> tuple[Column[SurveyRow], ...]:
    """Who entered and left, and the three surveys of each as they stand on that day."""
    return (
        Column("Stagiaire", lambda row: row.name, LONG),
        Column("Date de début", lambda row: row.entered_on, DAY),
        Column("Date de fin", lambda row: row.exit.on if row.exit else None, DAY),
        *(column for survey in SurveyKind for column in _columns_of(survey, day)),
    )


def _columns_of(survey: SurveyKind, day: date) -> Iterator[Column[SurveyRow]]:
    name = inside(survey, SurveyKind)

    def answer(row: SurveyRow, field: str) -> str:
        return getattr(row.answers.get(survey), field, None) or ""

    yield Column(f"Enquête {name}", lambda row: STATES[row.state(survey, day)])
    yield Column(f"Due le, {name}", lambda row: row.due_on(survey), DAY)
    yield Column(f"Situation {name}", lambda row: label(answer(row, "situation"), Situation), LONG)
    yield Column(f"Contrat de travail {name}", lambda row: label(answer(row, "contract"), EmploymentContract), LONG)


REPORTS: tuple[Column[ReportRow], ...] = (
    Column("Organisme", lambda row: row.organisation, LONG),
    Column("Contrat", lambda row: row.contract_number),
    Column("Intitulé", lambda row: row.title, LONG),
    Column("Envoyé le", lambda row: row.received_on, DAY),
    Column("État", lambda row: "Reçu" if row.acknowledged_at else "Réception à enregistrer", LONG),
    Column("Reçu le", lambda row: row.acknowledged_at and paris_day(row.acknowledged_at), DAY),
)


@get(files("/actions/{contract:str}/enquetes", "/region/actions/{contract:str}/enquetes"))
async def export_surveys(visit: NamedDependency[ActionVisit]) -> Stream:
    """Who entered, who left, and what became of them."""
    rows = await load_surveys(visit.db, visit.viewer, visit.contract)
    return await download(visit, "enquetes", surveys_on(visit.today), in_parts(rows), about=visit.contract)


@get(files("/region/bilans"))
async def export_reports(visit: NamedDependency[Visit]) -> Stream:
    """The agents' list, filtered, searched and sorted as its address says."""
    return await download(visit, "bilans", REPORTS, read_reports(visit.db, visit.viewer, asked_of(visit)))


ROUTES = [export_surveys, export_reports]
