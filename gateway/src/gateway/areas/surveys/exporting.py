"""Exit surveys of an action, and the reports that the agents' list shows, as files (SUR-1, SUR-2)."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from contracts.codes import EmploymentContract, Situation
from contracts.month import paris_day
from gateway.areas.action.queries.surveys import SurveyRow, load_surveys
from gateway.areas.action.visit import ActionVisit
from gateway.tables.lists import DAY, LONG, Column
from gateway.web.downloads import download, files, in_parts
from gateway.web.visit import Visit
from gateway.words.labels import label

from .received import ReportRow, asked_of, read_reports

SURVEYS: tuple[Column[SurveyRow], ...] = (
    Column("Stagiaire", lambda row: row.name, LONG),
    Column("Date de début", lambda row: row.entered_on, DAY),
    Column("Date de fin", lambda row: row.exit.on if row.exit else None, DAY),
    Column("Enquête à la sortie", lambda row: "Remplie" if row.version else "À remplir" if row.exit else "À sa sortie"),
    Column("Situation", lambda row: label(row.situation, Situation), LONG),
    Column("Contrat de travail", lambda row: label(row.contract, EmploymentContract), LONG),
)
REPORTS: tuple[Column[ReportRow], ...] = (
    Column("Organisme", lambda row: row.organisation, LONG),
    Column("Contrat", lambda row: row.contract_number),
    Column("Intitulé", lambda row: row.title, LONG),
    Column("Envoyé le", lambda row: row.received_on, DAY),
    Column("État", lambda row: "Reçu" if row.acknowledged_at else "Réception à enregistrer", LONG),
    Column("Reçu le", lambda row: row.acknowledged_at and paris_day(row.acknowledged_at), DAY),
)


@get(files("/actions/{contract:str}/enquetes/sortie", "/region/actions/{contract:str}/enquetes/sortie"))
async def export_surveys(visit: NamedDependency[ActionVisit]) -> Stream:
    """Who entered, who left, and what became of them."""
    rows = await load_surveys(visit.db, visit.viewer, visit.contract)
    return await download(visit, "enquetes-sortie", SURVEYS, in_parts(rows), about=visit.contract)


@get(files("/region/bilans"))
async def export_reports(visit: NamedDependency[Visit]) -> Stream:
    """The agents' list, filtered, searched and sorted as its address says."""
    return await download(visit, "bilans", REPORTS, read_reports(visit.db, visit.viewer, asked_of(visit)))


ROUTES = [export_surveys, export_reports]
