"""What a trainee's sheet holds, what people call it, and what it still lacks (TRN-2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.codes import ActionKind, EntryLevel, Nationality, PaidBy, Referrer, Sex, SocioProfessional, Title, Unemployment
from contracts.pathways import has_its_periods
from contracts.personal import TraineeSheet
from contracts.sheets import lacking, needed
from gateway.words.labels import label

from .queries.trainees import TraineeRow

PATHS = {
    "nom": "last_name",
    "prenom": "first_name",
    "civilite": "title",
    "naissance": "birth_date",
    "sexe": "sex",
    "nationalite": "nationality",
    "csp": "socio_professional",
    "adresse": "mail.address",
    "adresse2": "mail.address_complement",
    "cp": "mail.postcode",
    "ville": "mail.town",
    "courriel": "email",
    "f_adresse": "during_training.address",
    "f_adresse2": "during_training.address_complement",
    "f_cp": "during_training.postcode",
    "f_ville": "during_training.town",
    "entree": "entry_date",
    "remuneration": "paid_by",
    "niveau": "entry_level",
    "chomage": "unemployment",
    "prescripteur": "referrer",
    "rmi": "rmi",
    "th": "disabled",
}
"""The field of the form that shows each value of the sheet."""
PATHWAY = {
    "projet": "pathway.project",
    "h_centre": "pathway.centre_hours",
    "h_entreprise": "pathway.company_hours",
    "nb_entreprise": "pathway.company_periods",
    "modules": "pathway.general_modules",
    "modules_pro": "pathway.vocational_modules",
    "but_entreprise": "pathway.company_goals",
    "but": "pathway.goals",
    "vae": "pathway.vae",
    "p_debut": "pathway.planned_start",
    "p_fin": "pathway.planned_end",
}
"""The same of the pathway tab, on individualised actions (TRN-3); its periods have rows of their own (`periods`)."""
FIELDS = {path: name for name, path in (PATHS | PATHWAY).items()}
CODES: dict[str, type[StrEnum]] = {
    "civilite": Title,
    "sexe": Sex,
    "nationalite": Nationality,
    "csp": SocioProfessional,
    "remuneration": PaidBy,
    "niveau": EntryLevel,
    "chomage": Unemployment,
    "prescripteur": Referrer,
}
"""The list of which a field holds a code."""
CALLED = {
    "civilite": "Civilité",
    "nom": "Nom",
    "prenom": "Prénom",
    "homonyme": "Même nom et même date de naissance",
    "naissance": "Date de naissance",
    "sexe": "Sexe",
    "nationalite": "Nationalité",
    "csp": "Catégorie socio-professionnelle",
    "adresse": "Adresse",
    "adresse2": "Autre adresse",
    "cp": "Code postal",
    "ville": "Ville",
    "courriel": "Adresse électronique",
    "f_adresse": "Adresse pendant la formation",
    "f_adresse2": "Autre adresse pendant la formation",
    "f_cp": "Code postal pendant la formation",
    "f_ville": "Ville pendant la formation",
    "entree": "Date d’entrée",
    "age_confirme": "Âge à l’entrée",
    "remuneration": "Organisme chargé de la rémunération",
    "niveau": "Niveau à l’entrée en stage",
    "chomage": "Durée de chômage",
    "prescripteur": "Prescripteur",
    "rmi": "Bénéficiaire RMI",
    "th": "Travailleur handicapé",
    "projet": "Parcours professionnel envisagé",
    "h_centre": "Nombre d’heures en centre",
    "h_entreprise": "Nombre d’heures en entreprise",
    "nb_entreprise": "Nombre de périodes en entreprise",
    "modules": "Modules d’enseignement général",
    "modules_pro": "Modules d’enseignement professionnel",
    "but_entreprise": "Objectifs des périodes en entreprise",
    "but": "Objectifs de formation définis",
    "vae": "Recours à la VAE envisagé",
    "p_debut": "Date de début du parcours",
    "p_fin": "Date de fin du parcours",
}
"""What people call each field, in the page's order."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Whose sheet is incomplete, and what it lacks, as people call it."""

    name: str
    trainee_id: UUID
    lacks: tuple[str, ...]


def as_read(name: str, text: str) -> str:
    """A field's value as people read it: a code's label, `oui`, or the text itself."""
    return label(text, CODES[name]) if name in CODES else text


def missing(sheet: TraineeSheet, kind: ActionKind) -> list[str]:
    """What people call that which a whole sheet still lacks on such an action (TRN-2, TRN-3)."""
    names = [CALLED[FIELDS[path]] for path in lacking(sheet, needed(kind))]
    if sheet.pathway and not has_its_periods(sheet.pathway):
        names.append("Périodes du parcours")
    return [name[0].lower() + name[1:] for name in names]


def unfinished(rows: Iterable[TraineeRow], kind: ActionKind) -> list[Unfinished]:
    """The incomplete sheets of an action, for the conditions of its opening."""
    return [
        Unfinished(row.name, row.trainee_id, tuple(missing(row.sheet, kind)))
        for row in rows
        if not row.complete and row.state != "never_came"
    ]
