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
from contracts.refusals.actions import NameMissing, SheetFieldMissing, SheetPostcodeWrong

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
REQUIRED = {
    "civilite": "civilité",
    "nom": "nom",
    "prenom": "prénom",
    "naissance": "date de naissance",
    "sexe": "sexe",
    "adresse": "adresse",
    "cp": "code postal",
    "entree": "date d’entrée",
    "remuneration": "organisme chargé de la rémunération",
    "niveau": "niveau à l’entrée en stage",
    "chomage": "durée de chômage",
    "prescripteur": "prescripteur",
    "rmi": "bénéficiaire RMI",
}
"""What a whole sheet holds, and what people call it (TRN-2)."""
NAMES = ("nom", "prenom")
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
    return [name for field, name in REQUIRED.items() if value(sheet, PATHS[field]) in (None, "")]


def read(form: Form, *, partial: bool) -> TraineeSheet:
    """The sheet that was typed; notes what is missing (names only, when `partial`) and what cannot be read, all at once (TRN-4)."""
    for name in REQUIRED:
        if not form.value(name).strip() and (name in NAMES or not partial):
            form.refuse(name, NameMissing() if name in NAMES else SheetFieldMissing())
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
