"""The amendments of a contract as a document (DOC-1, REQ-4)."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from gateway.areas.action.action import Action
from gateway.areas.action.paper import CONTRACT, paper_of
from gateway.areas.action.visit import ActionVisit
from gateway.documents.paper import Align, Column, Facts, Paper, Table
from gateway.web.papers import Document
from gateway.words.french import date_long, date_short


async def documents_of(visit: ActionVisit, _day: date) -> Sequence[Document]:
    """All amendments in one, if there are any."""
    action = visit.action
    if not action.amendments:
        return []
    what = "Chaque avenant, avec la date de l’accord et les dates prévues qu’il fixe."
    last = action.amendments[-1].granted_on
    return [Document(f"avenants-{visit.contract}", CONTRACT, "Avenants", what, last, partial(_make, visit, last))]


async def _make(visit: ActionVisit, day: date) -> Paper:
    return amendments(visit.action, visit.portal.settings.region, day)


def amendments(action: Action, region: str, day: date) -> Paper:
    """Of the contract's planned dates: the original ones stay readable (REQ-4)."""
    columns = (
        Column("Avenant", Align.CENTER),
        Column("Accordé le", share=1),
        Column("Début prévu", share=1),
        Column("Fin prévue", share=1),
    )
    original = ("Contrat", date_short(action.terms.vote_date), date_short(action.terms.planned_start), date_short(action.terms.planned_end))
    rows = tuple(
        (f"n°\u00a0{one.number}", date_short(one.granted_on), date_short(one.planned_start), date_short(one.planned_end))
        for one in action.amendments
    )
    now = Facts((("Début prévu", date_long(action.planned_start)), ("Fin prévue", date_long(action.planned_end))))
    return paper_of(
        action, region, "Avenants au contrat", day, now, Table("Dates prévues, du contrat au dernier avenant", columns, (original, *rows))
    )
