"""What a trainee's sheet holds, what people call it, and what it still lacks (TRN-2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.codes import EntryLevel, Nationality, PaidBy, Referrer, Sex, SocioProfessional, Title, Unemployment
from contracts.personal import TraineeSheet
from contracts.sheets import lacking
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
FIELDS = {path: name for name, path in PATHS.items()}
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


def missing(sheet: TraineeSheet) -> list[str]:
    """What people call the fields that a whole sheet still lacks (TRN-2)."""
    names = (CALLED[FIELDS[path]] for path in lacking(sheet))
    return [name[0].lower() + name[1:] for name in names]


def unfinished(rows: Iterable[TraineeRow]) -> list[Unfinished]:
    """The incomplete sheets of an action, for the conditions of its opening."""
    return [
        Unfinished(row.name, row.trainee_id, tuple(missing(row.sheet))) for row in rows if not row.complete and row.state != "never_came"
    ]
