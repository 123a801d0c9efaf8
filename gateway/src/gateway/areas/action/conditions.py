"""The conditions of the opening as they read: each met, or with the button that leads to it (OPN-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from contracts.actions import ChangeTrainee, ConfirmEntryDates, ConfirmTrainers, RegisterTrainee, RegisterTrainees, ValidateDates
from contracts.codes import OpeningCondition, Place
from contracts.message import Command
from gateway.words.french import plural

from .life import Life
from .sheets import Unfinished


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the opening (OPN-1): `met`, `lacks`, or `later` when it waits for another; and where it is seen to."""

    key: OpeningCondition
    state: Literal["met", "lacks", "later"]
    text: str
    detail: str
    button: str
    href: str
    settled_by: tuple[type[Command], ...]


def conditions(life: Life, unfinished: Sequence[Unfinished] = ()) -> tuple[Condition, ...]:
    """The five conditions of the opening, met or not as actions said it (OPN-1); `unfinished` says which sheets are incomplete, for a page
    that shows it.
    """
    action = life.action
    centre = sum(period.place == Place.CENTRE for period in action.periods)

    def condition(
        key: OpeningCondition, todo: str, done: str, *, detail: str, button: str, page: str, settled_by: tuple[type[Command], ...]
    ) -> Condition:
        if key in {OpeningCondition.SHEETS, OpeningCondition.ENTRIES} and action.registered == 0:
            return Condition(key, "later", done, "Après l’inscription du premier stagiaire", "", "", settled_by)
        lacks = key in action.lacking
        return Condition(key, "lacks" if lacks else "met", todo if lacks else done, detail, button, f"{action.path}/{page}", settled_by)

    named = [f"{trainee.name} : {', '.join(trainee.lacks)}" for trainee in unfinished[:3]]
    which = " ; ".join([*named, "…"] if len(unfinished) > 3 else named)
    return (
        condition(
            OpeningCondition.DATES,
            "Dates et périodes à valider",
            "Dates et périodes validées",
            detail=f"{plural(centre, 'période')} en centre, {len(action.periods) - centre} en entreprise",
            button="Valider les dates",
            page="dates",
            settled_by=(ValidateDates,),
        ),
        condition(
            OpeningCondition.TRAINEES,
            "Aucun stagiaire inscrit",
            "Au moins un stagiaire inscrit",
            detail=f"{plural(action.registered, 'inscrit')} sur {action.terms.headcount}",
            button="Inscrire un stagiaire",
            page="stagiaires/nouveau",
            settled_by=(RegisterTrainee, RegisterTrainees),
        ),
        condition(
            OpeningCondition.SHEETS,
            f"{plural(action.incomplete, 'fiche')} de stagiaire à compléter",
            "Fiches de stagiaires complètes",
            detail=which or plural(action.incomplete or action.registered, "fiche"),
            button="Compléter la fiche" if action.incomplete < 2 else "Compléter les fiches",
            page=f"stagiaires/{unfinished[0].trainee_id}" if len(unfinished) == 1 else "stagiaires?tri=fiche",
            settled_by=(ChangeTrainee,),
        ),
        condition(
            OpeningCondition.ENTRIES,
            "Dates d’entrée à confirmer",
            "Dates d’entrée confirmées",
            detail=plural(action.without_entry or action.registered, "stagiaire"),
            button="Saisir les dates d’entrée",
            page="entrees",
            settled_by=(ConfirmEntryDates,),
        ),
        condition(
            OpeningCondition.TRAINERS,
            "Formateurs à confirmer",
            "Formateurs confirmés",
            detail=f"{plural(len(action.trainers), 'formateur')} sur la liste",
            button="Confirmer les formateurs",
            page="formateurs",
            settled_by=(ConfirmTrainers,),
        ),
    )
