"""The list of trainers as a document (DOC-1, TRA-1, OPN-5)."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from gateway.areas.action.action import Action
from gateway.areas.action.paper import LISTS, SIGNED, paper_of
from gateway.areas.action.queries.trainers import Trainers, load_trainers
from gateway.areas.action.visit import ActionVisit
from gateway.documents.paper import Align, Column, Paper, Table
from gateway.web.papers import Document
from gateway.words.french import number


async def documents_of(visit: ActionVisit, day: date) -> Sequence[Document]:
    """The list as it is now, as long as anybody is on it."""
    if visit.action.erased_on:
        return []
    what = "Domaine, heures, statut, formation et expérience de chacun."
    make = partial(_load, visit, day)
    return [Document(f"formateurs-{visit.contract}", LISTS, "Liste des formateurs", what, day, make)]


async def _load(visit: ActionVisit, day: date) -> Paper:
    return list_of_trainers(visit.action, visit.portal.settings.region, day, await load_trainers(visit.db, visit.viewer, visit.contract))


def list_of_trainers(action: Action, region: str, day: date, trainers: Trainers) -> Paper:
    """Who teaches, and how much."""
    columns = (
        *(Column("Nom", share=2), Column("Prénom", share=2), Column("Domaine d’intervention", share=3), Column("Heures", Align.END)),
        *(Column("Statut", share=2), Column("Formation et expérience professionnelle", share=4)),
    )
    rows = tuple((one.last_name, one.first_name, one.field, number(one.hours), one.status, one.experience) for one in trainers.sheets)
    total = (f"Nombre total de formateurs : {len(rows)}", number(trainers.hours), "", "")
    table = Table("Formateurs de l’action", columns, rows, (total,), nothing="Aucun formateur.")
    return paper_of(action, region, "Liste des formateurs", day, table, SIGNED, landscape=True)
