"""The list of an action's trainees as a file (TRN-7)."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from gateway.areas.action.queries.trainees import TraineeRow, load_trainees
from gateway.areas.action.sheets import missing
from gateway.areas.action.visit import ActionVisit
from gateway.tables.lists import DAY, LONG, Column
from gateway.web.downloads import download, files, in_parts

from .listing import asked_of, matching

TRAINEES: tuple[Column[TraineeRow], ...] = (
    Column("Nom", lambda row: row.last_name, LONG),
    Column("Prénom", lambda row: row.first_name),
    Column("Date de début", lambda row: None if row.state == "never_came" else row.start, DAY),
    Column("Début confirmé", lambda row: "" if row.state == "never_came" or not row.start else "oui" if row.entered_on else "non"),
    Column("Date de fin", lambda row: row.exit_on, DAY),
    Column("Fiche", lambda row: row.badge()[1]),
)


@get(files("/actions/{contract:str}/stagiaires", "/region/actions/{contract:str}/stagiaires"))
async def export_trainees(visit: NamedDependency[ActionVisit]) -> Stream:
    """Everybody who matches, and to their organisation what is missing of each sheet."""
    trainees = await load_trainees(visit.db, visit.viewer, visit.contract)
    rows = matching(trainees, asked_of(visit))
    kind = visit.action.terms.kind

    def lacks(row: TraineeRow) -> str:
        return ", ".join(missing(row.sheet, kind)) if not row.complete and row.state != "never_came" else ""

    theirs = () if visit.viewer.is_agent else (Column("Il manque", lacks, LONG),)
    return await download(visit, "stagiaires", (*TRAINEES, *theirs), in_parts(rows), about=visit.contract)


ROUTES = [export_trainees]
