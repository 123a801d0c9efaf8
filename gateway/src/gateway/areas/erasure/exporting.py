"""The report of what was erased, as a file (PRV-1)."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from gateway.tables.lists import COUNT, DAY, LONG, Column
from gateway.web.downloads import download, files
from gateway.web.visit import Visit
from gateway.words.labels import label_of

from .queries import Erased, read_report
from .region import asked_of

ERASED: tuple[Column[Erased], ...] = (
    Column("Organisme", lambda row: row.organisation, LONG),
    Column("Contrat", lambda row: row.contract_number),
    Column("Intitulé", lambda row: row.title, LONG),
    Column("Fin du contrat", lambda row: label_of(row.ended, "ContractEnd"), LONG),
    Column("Le", lambda row: row.ended_on, DAY),
    Column("Effacé le", lambda row: row.due_on, DAY),
    Column("Stagiaires", lambda row: row.trainees, COUNT),
    Column("Formateurs", lambda row: row.trainers, COUNT),
    Column("Agents", lambda row: row.agents, COUNT),
    Column("Textes", lambda row: row.texts, COUNT),
    Column("Saisies", lambda row: row.drafts, COUNT),
    Column("Fichiers", lambda row: row.files, COUNT),
    Column("Attend encore", lambda row: ", ".join(row.awaited)),
)


@get(files("/region/effacements"))
async def export_report(visit: NamedDependency[Visit]) -> Stream:
    """The report, searched and sorted as its address says."""
    return await download(visit, "effacements", ERASED, read_report(visit.db, visit.viewer, asked_of(visit)))


ROUTES = [export_report]
