"""A trainee's sheet between its form and its message: which field is which, what it is called, what must be there (TRN-2)."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from contracts.codes import (
    AgeBracket,
    EntryLevel,
    Nationality,
    PaidBy,
    Referrer,
    Sex,
    SocioProfessional,
    Title,
    Unemployment,
)
from contracts.personal import MailAddress, TraineeSheet
from contracts.refusals.actions import SheetPostcodeWrong

from .. import communes
from ..forms import Form
from ..labels import label
from ..views.action import Action
from ..views.tasks import Unfinished
from ..views.trainees import TraineeRow

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
FIELDS = {f"sheet.{path}": name for name, path in PATHS.items()} | {
    "sheet.mail.insee_code": "ville",
    "sheet.during_training.insee_code": "f_ville",
}
"""Where a fault of the sheet is shown."""
CALLED = {
    "civilite": "Civilité",
    "nom": "Nom",
    "prenom": "Prénom",
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
    "remuneration": "Organisme chargé de la rémunération",
    "niveau": "Niveau à l’entrée en stage",
    "chomage": "Durée de chômage",
    "prescripteur": "Prescripteur",
    "rmi": "Bénéficiaire RMI",
    "th": "Travailleur handicapé",
}
"""What people call each field, in the page's order."""
REQUIRED = (
    *("civilite", "nom", "prenom", "naissance", "sexe", "adresse", "cp", "entree"),
    *("remuneration", "niveau", "chomage", "prescripteur", "rmi"),
)
"""What a whole sheet holds (TRN-2)."""
NAMES = ("nom", "prenom")
MISSING = "Si vous ne savez pas encore tout, validez les informations partielles : le nom et le prénom suffisent."
MISSING_NAME = "Le nom et le prénom sont nécessaires, même pour une fiche partielle."
UPPER_AGES = ((17, AgeBracket.UNDER_18), (25, AgeBracket.FROM_18_TO_25), (44, AgeBracket.FROM_26_TO_44), (49, AgeBracket.FROM_45_TO_49))


def value(sheet: TraineeSheet, path: str) -> Any:
    """The sheet's value at `path`."""
    found: Any = sheet
    for name in path.split("."):
        found = getattr(found, name)
    return found


def shown(sheet: TraineeSheet, version: int) -> Form:
    """The form of a stored sheet."""
    return Form.showing({name: value(sheet, path) for name, path in PATHS.items()} | {"version": version})


def missing(sheet: TraineeSheet) -> list[str]:
    """What people call the fields that a whole sheet still lacks (TRN-2)."""
    names = (CALLED[field] for field in REQUIRED if value(sheet, PATHS[field]) in (None, ""))
    return [name[0].lower() + name[1:] for name in names]


def read(form: Form, *, partial: bool) -> TraineeSheet:
    """The sheet that was typed; notes what is missing (names only, when `partial`) and what cannot be read, all at once (TRN-4)."""
    form.names = CALLED
    lacking = [name for name in REQUIRED if not form.value(name).strip() and (name in NAMES or not partial)]
    for name in lacking:
        form.wrong(name, "À renseigner.")
    if lacking:
        form.wrong(None, MISSING_NAME if partial else MISSING)
    codes: dict[str, Any] = {PATHS[name]: form.code(name, of) for name, of in CODES.items()}
    birth, entry = form.date("naissance"), form.date("entree")
    mail, during = _address(form, ""), _address(form, "f_")
    return TraineeSheet(
        last_name=form.text("nom"),
        first_name=form.text("prenom"),
        birth_date=birth,
        mail=mail,
        during_training=during,
        entry_date=entry,
        rmi=form.flag("rmi"),
        disabled=form.flag("th"),
        **codes,
    )


def _address(form: Form, prefix: str) -> MailAddress:
    postcode, town = form.text(f"{prefix}cp"), form.text(f"{prefix}ville")
    if postcode and not (len(postcode) == 5 and postcode.isdecimal()):
        form.refuse(f"{prefix}cp", SheetPostcodeWrong())
    if not town:
        town = only_town(postcode)
    return MailAddress(
        address=form.text(f"{prefix}adresse") or None,
        address_complement=form.text(f"{prefix}adresse2") or None,
        postcode=postcode[:5] or None,
        town=town or None,
        insee_code=communes.insee_code(postcode, town) if town else None,
    )


def only_town(postcode: str) -> str:
    """The postcode's commune, when it has one only."""
    towns = communes.towns(postcode)
    return towns[0] if len(towns) == 1 else ""


def bracket(birth: date | None, entry: date | None) -> AgeBracket | None:
    """The age bracket that follows from birth date and entry date (TRN-2), for display."""
    if birth is None or entry is None or birth > entry:
        return None
    age = entry.year - birth.year - ((entry.month, entry.day) < (birth.month, birth.day))
    return next((found for oldest, found in UPPER_AGES if age <= oldest), AgeBracket.FROM_50)


def as_read(name: str, text: str) -> str:
    """A field's value as people read it: a code's label, `oui`, or the text itself."""
    return label(text, CODES[name]) if name in CODES else text


def unfinished(action: Action, rows: Iterable[TraineeRow]) -> list[Unfinished]:
    """The incomplete sheets of an action, for the conditions of its opening."""
    return [
        Unfinished(row.name, f"{action.path}/stagiaires/{row.trainee_id}", tuple(missing(row.sheet)))
        for row in rows
        if not row.complete and row.state != "never_came"
    ]
