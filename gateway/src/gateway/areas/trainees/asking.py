"""A trainee's sheet between its form and its message: which field is which, what it is called, what must be there (TRN-2)."""

from datetime import date
from enum import StrEnum
from typing import Any

from contracts.codes import AgeBracket, EntryLevel, Nationality, PaidBy, Referrer, Sex, SocioProfessional, Title, Unemployment
from contracts.personal import MailAddress, TraineeSheet
from contracts.refusals.actions import SheetPostcodeWrong
from gateway.areas.action.sheets import CALLED, PATHS, REQUIRED, value
from gateway.web.forms import Form
from gateway.words import communes
from gateway.words.labels import label

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
FIELDS = {f"sheet.{path}": name for name, path in PATHS.items()} | {
    "sheet.mail.insee_code": "ville",
    "sheet.during_training.insee_code": "f_ville",
}
"""Where a fault of the sheet is shown."""
NAMES = ("nom", "prenom")
MISSING = "Si vous ne savez pas encore tout, validez les informations partielles : le nom et le prénom suffisent."
MISSING_NAME = "Le nom et le prénom sont nécessaires, même pour une fiche partielle."
UPPER_AGES = ((17, AgeBracket.UNDER_18), (25, AgeBracket.FROM_18_TO_25), (44, AgeBracket.FROM_26_TO_44), (49, AgeBracket.FROM_45_TO_49))


def shown(sheet: TraineeSheet, version: int) -> Form:
    """The form of a stored sheet."""
    return Form.showing({name: value(sheet, path) for name, path in PATHS.items()} | {"version": version})


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
