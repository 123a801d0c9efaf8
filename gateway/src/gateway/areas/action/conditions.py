"""The conditions of the opening as they read: each met, or with the button that leads to it (OPN-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from contracts.actions import ChangeTrainee, ConfirmEntryDates, ConfirmTrainers, RegisterTrainee, ValidateDates
from contracts.codes import Place
from contracts.message import Command
from gateway.words.french import plural

from .life import Life
from .sheets import Unfinished


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the opening (OPN-1): `met`, `lacks`, or `later` when it waits for another; and where it is seen to."""

    key: str
    state: Literal["met", "lacks", "later"]
    text: str
    detail: str
    button: str
    href: str
    settled_by: type[Command]


def conditions(life: Life, unfinished: Sequence[Unfinished] = ()) -> tuple[Condition, ...]:
    """The five conditions of the opening (OPN-1); `unfinished` says which sheets are incomplete, for a page that shows it."""
    action, path = life.action, life.action.path
    centre = sum(period.place == Place.CENTRE for period in action.periods)

    def condition(key: str, todo: str, done: str, detail: str, button: str, href: str, settled_by: type[Command]) -> Condition:
        if key in {"sheets", "entries"} and action.registered == 0:
            return Condition(key, "later", done, "Après l’inscription du premier stagiaire", "", "", settled_by)
        lacks = key in action.lacking
        href = href if href.startswith("/") else f"{path}/{href}"
        return Condition(key, "lacks" if lacks else "met", todo if lacks else done, detail, button, href, settled_by)

    periods = f"{plural(centre, 'période')} en centre, {len(action.periods) - centre} en entreprise"
    registered = f"{plural(action.registered, 'inscrit')} sur {action.terms.headcount}"
    sheets = f"{plural(action.incomplete, 'fiche')} de stagiaire à compléter"
    which = " ; ".join(f"{one.name} : {', '.join(one.lacks)}" for one in unfinished[:3]) + (" ; …" if len(unfinished) > 3 else "")
    to_sheets = unfinished[0].href if len(unfinished) == 1 else "stagiaires?tri=fiche"
    trainers = f"{plural(len(action.trainers), 'formateur')} au contrat"
    undated = plural(action.without_entry or action.registered, "stagiaire")
    return (
        condition(
            "dates", "Dates et périodes à valider", "Dates et périodes validées", periods, "Valider les dates", "dates", ValidateDates
        ),
        condition(
            *("trainees", "Aucun stagiaire inscrit", "Au moins un stagiaire inscrit", registered),
            *("Inscrire un stagiaire", "stagiaires/nouveau", RegisterTrainee),
        ),
        condition(
            *("sheets", sheets, "Fiches de stagiaires complètes", which or plural(action.incomplete or action.registered, "fiche")),
            *("Compléter la fiche" if action.incomplete < 2 else "Compléter les fiches", to_sheets, ChangeTrainee),
        ),
        condition(
            *("entries", "Dates d’entrée à confirmer", "Dates d’entrée confirmées", undated),
            *("Saisir les dates d’entrée", "entrees", ConfirmEntryDates),
        ),
        condition(
            *("trainers", "Formateurs à confirmer", "Formateurs confirmés", trainers),
            *("Confirmer les formateurs", "formateurs", ConfirmTrainers),
        ),
    )
