"""The list of trainees as documents: as it was known at the opening, and at the closing (DOC-1, OPN-5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from contracts.month import paris_day
from gateway.areas.action.action import Action
from gateway.areas.action.paper import LISTS, SIGNED, paper_of
from gateway.areas.action.queries.trainees import Moment, TraineeRow, load_trainees, load_who_was_there
from gateway.areas.action.visit import ActionVisit
from gateway.documents.paper import Block, Column, Note, Paper, Table
from gateway.web.papers import Document
from gateway.words.french import date_short, plural
from gateway.words.labels import label

AT_OPENING, AT_CLOSING = "à l’ouverture de l’action", "à la fermeture de l’action"
THEN: Mapping[str, Moment] = {AT_OPENING: "at_opening", AT_CLOSING: "at_closing"}
NAMES = Note("Les noms et les fiches sont ceux d’aujourd’hui ; qui était inscrit, et les dates, ceux du jour indiqué.")


async def documents_of(visit: ActionVisit, day: date) -> Sequence[Document]:
    """What there is: nothing at the opening before it, nor at the closing; before the opening, the list as it is now. Nothing once the
    sheets are erased.
    """
    action, number = visit.action, visit.contract
    listed: list[Document] = []
    if action.erased_on:
        return listed
    if not action.opened_at and action.registered:
        listed.append(_document(visit, f"stagiaires-{number}", "inscrits", day, "Les stagiaires inscrits, avant l’ouverture."))
    if action.opened_at:
        listed.append(_past(visit, f"stagiaires-ouverture-{number}", AT_OPENING, paris_day(action.opened_at)))
    if action.actual_end and action.closed_at:
        listed.append(_past(visit, f"stagiaires-fermeture-{number}", AT_CLOSING, paris_day(action.closed_at)))
    return listed


def _past(visit: ActionVisit, key: str, when: str, day: date) -> Document:
    return _document(visit, key, when, day, f"Les stagiaires tels qu’ils étaient connus le {date_short(day)}.")


def _document(visit: ActionVisit, key: str, when: str, day: date, what: str) -> Document:
    return Document(key, LISTS, f"Liste des stagiaires {when}", what, day, partial(_load, visit, when, day))


async def _load(visit: ActionVisit, when: str, day: date) -> Paper:
    around = (visit.db, visit.viewer, visit.contract)
    trainees = await (load_who_was_there(*around, THEN[when]) if when in THEN else load_trainees(*around))
    return list_of_trainees(visit.action, visit.portal.settings.region, when, day, trainees, *([NAMES] if when in THEN else []))


def list_of_trainees(action: Action, region: str, when: str, day: date, trainees: Sequence[TraineeRow], *more: Block) -> Paper:
    """Everybody on the list, who never came excepted."""
    columns = (
        *(Column("N°"), Column("Nom", share=2), Column("Prénom", share=2), Column("Né(e) le"), Column("Commune", share=2)),
        *(Column("Entrée"), Column("Sortie"), Column("Rémunération", share=2), Column("Niveau à l’entrée", share=1)),
    )
    present = [row for row in trainees if row.state != "never_came"]
    rows = tuple(
        (
            *(str(place), row.last_name, row.first_name, date_short(row.sheet.birth_date), row.sheet.mail.town or ""),
            *(date_short(row.start), date_short(row.exit_on), label(row.sheet.paid_by), label(row.sheet.entry_level)),
        )
        for place, row in enumerate(present, start=1)
    )
    paid = sum(1 for row in present if row.sheet.paid_by == "region")
    counted = f"{plural(len(present), 'stagiaire')} pour un effectif de {action.terms.headcount}, dont {paid} rémunérés par la Région"
    table = Table("Stagiaires de l’action", columns, rows, nothing="Aucun stagiaire.")
    return paper_of(action, region, f"Liste des stagiaires {when}", day, Note(f"{counted}."), table, *more, SIGNED, landscape=True)
