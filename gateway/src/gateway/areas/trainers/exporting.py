"""The trainers of an action as a file (TRA-1)."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from contracts.personal import TrainerSheet
from gateway.areas.action.queries.trainers import load_trainers
from gateway.areas.action.visit import ActionVisit
from gateway.tables.lists import HOURS, LONG, Column
from gateway.web.downloads import download, files, in_parts

TRAINERS: tuple[Column[TrainerSheet], ...] = (
    Column("Nom", lambda sheet: sheet.last_name, LONG),
    Column("Prénom", lambda sheet: sheet.first_name),
    Column("Domaine d’intervention", lambda sheet: sheet.field, LONG),
    Column("Heures assurées", lambda sheet: sheet.hours, HOURS),
    Column("Statut", lambda sheet: sheet.status),
    Column("Formation et expérience professionnelle", lambda sheet: sheet.experience, LONG),
)


@get(files("/actions/{contract:str}/formateurs"))
async def export_trainers(visit: NamedDependency[ActionVisit]) -> Stream:
    """The list as it is stored."""
    trainers = await load_trainers(visit.db, visit.viewer, visit.contract)
    return await download(visit, "formateurs", TRAINERS, in_parts(trainers.sheets), about=visit.contract)


ROUTES = [export_trainers]
