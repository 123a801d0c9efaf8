"""A trainee's sheet between what is typed and the command: which field is which, what is wrong with it by itself (TRN-2, TRN-4, TRN-5)."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.actions import ChangeTrainee, NewTrainee, RegisterTrainee, RegisterTrainees, RemoveTrainee
from contracts.ceilings import Places
from contracts.codes import AgeBracket, PaidBy, Place
from contracts.pathways import Room, planned, room
from contracts.personal import MOST_PERIODS, MailAddress, Pathway, TraineeSheet
from contracts.refusals.actions import NameMissing, PersonListed, SheetFieldMissing, SheetPostcodeWrong
from contracts.requests import RequestChange, SheetChange
from contracts.sheets import EntryDays, age_bracket, person, surprising_age, value, wrong_sheet
from gateway.areas.action import periods
from gateway.areas.action.action import Action
from gateway.areas.action.queries.trainees import TraineeRow
from gateway.areas.action.requests import WHY, why
from gateway.areas.action.sheets import CALLED, CODES, PATHS, PATHWAY
from gateway.web.values import Fields, Values, as_text, whole_number
from gateway.words import communes
from gateway.words.french import plural

AGE, NAMESAKE = "age_confirme", "homonyme"
"""The fields in which somebody says that an age that surprises is right, and that somebody of the same name is another person."""
FIELDS = {f"sheet.{path}": name for name, path in (PATHS | PATHWAY).items()} | {
    "sheet.mail.insee_code": "ville",
    "sheet.during_training.insee_code": "f_ville",
    "namesake": NAMESAKE,
    "reason": WHY,
}
"""Where a fault of the sheet is shown."""
MISSING = "Si vous ne savez pas encore tout, validez les informations partielles : le nom et le prénom suffisent."
MISSING_NAME = "Le nom et le prénom sont nécessaires, même pour une fiche partielle."
PARTIAL = "partiel"
"""What the button of a partial sheet says."""
EMPTY = "À renseigner."
DIGITS = 5
PASSAGES = ("projet", "modules", "modules_pro", "but_entreprise", "but")
LONGEST_PASSAGE = 4_000
"""Characters of each of these (`contracts.types.Passage`)."""
SIXTH = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a sheet is held against: the action's days and places, whoever is on its list already, and the day on which it is saved."""

    days: EntryDays
    places: Places
    room: Room | None
    """What the others' pathways leave, on an individualised action (TRN-3)."""
    listed: frozenset[str]
    """By `contracts.sheets.person`."""
    day: date


def basis_of(action: Action, rows: Iterable[TraineeRow], day: date, row: TraineeRow | None = None) -> Basis:
    """The basis of a new sheet, or of another of `row`, who then keeps the place; `rows` are everybody on the list."""
    terms, counted = action.terms, [other for other in rows if other.state != "never_came"]
    registered, paid = action.registered, action.paid
    if row and row.state != "never_came":
        registered, paid = registered - 1, paid - (row.sheet.paid_by is PaidBy.REGION)
    places = Places(terms.headcount, terms.paid_headcount, registered, paid)
    hours = {Place.CENTRE: terms.centre.hours, Place.COMPANY: terms.company.hours}
    others = (planned(other.sheet.pathway) for other in counted if row is None or other.trainee_id != row.trainee_id)
    left = room(terms.kind, action.planned_start, action.planned_end, hours, terms.headcount, others)
    return Basis(action.entry_days, places, left, frozenset(filter(None, (person(other.sheet) for other in counted))), day)


def shown(sheet: TraineeSheet, version: int, day: date) -> dict[str, Any]:
    """The fields of a stored sheet; an age that surprised was confirmed when it was stored."""
    pathway = {name: value(sheet, path) for name, path in PATHWAY.items()} if sheet.pathway else {}
    pathway |= periods.shown(sheet.pathway.periods if sheet.pathway else ())
    return {name: value(sheet, path) for name, path in PATHS.items()} | pathway | {"version": version, AGE: surprising_age(sheet, day)}


def register(values: Values, basis: Basis) -> RegisterTrainee | None:
    """A new sheet, whole or partial (TRN-4); None when something of it is wrong, or asked about."""
    sheet, partial = _read(values, basis)
    for refusal in basis.places.over_headcount(1):
        values.refuse(None, refusal)
    _note_places(values, sheet, basis)
    _ask_about_person(values, sheet, basis.listed)
    _say_what_suffices(values, partial)
    return RegisterTrainee(sheet=sheet, partial=partial, namesake=bool(values.value(NAMESAKE))) if values.ok else None


def register_all(values: Values, rows: Sequence[Values], basis: Basis) -> RegisterTrainees | None:
    """New sheets, all or none, a row's values each (TRN-8): it has what is wrong in it, and `values` what is wrong in all of them together.

    None when anything is wrong, or asked about. On an individualised action pathways come later, each in its sheet: these are partial.
    """
    sheets, listed = [], {*basis.listed}
    for row in rows:
        sheet, _ = _read(row, replace(basis, room=None))
        _ask_about_person(row, sheet, listed)
        listed |= {person(sheet) or ""}
        sheets.append(sheet)
    payers = [sheet.paid_by for sheet in sheets]
    for refusal in [*basis.places.over_headcount(len(sheets)), *basis.places.over_paid_headcount(payers, "")]:
        values.refuse(None, refusal)
    if not values.ok or not all(row.ok for row in rows):
        return None
    new = (NewTrainee(sheet=sheet, namesake=bool(row.value(NAMESAKE))) for sheet, row in zip(sheets, rows, strict=True))
    return RegisterTrainees(trainees=tuple(new), partial=bool(basis.room) or any(row.value("faire") == PARTIAL for row in rows))


def copied(sheet: TraineeSheet, values: Values) -> Values:
    """Another action's sheet as a new one's values: the entry date, and who pays when that is said, are this action's."""
    fields = {name: [as_text(value(sheet, path))] for name, path in PATHS.items()} | {
        "entree": [values.value("entree")],
        "faire": [PARTIAL],
    }
    return Values(fields | ({"remuneration": [payer]} if (payer := values.value("remuneration")) else {}))


def change(values: Values, trainee_id: UUID, basis: Basis) -> ChangeTrainee | None:
    """A stored sheet, changed from the version that was shown; None when something of it is wrong."""
    sheet, partial = _read(values, basis)
    _note_places(values, sheet, basis)
    _say_what_suffices(values, partial)
    if not values.ok:
        return None
    return ChangeTrainee(trainee_id=trainee_id, sheet=sheet, base_version=values.version(), partial=partial)


def request(values: Values, trainee_id: UUID, basis: Basis) -> RequestChange | None:
    """The Region is asked for another sheet of who has entered (TRN-5); None when something of it is wrong, or nobody says why."""
    sheet, _ = _read(values, basis)
    _note_places(values, sheet, basis)
    reason = why(values)
    change = SheetChange(trainee_id=trainee_id, sheet=sheet, base_version=values.version())
    return RequestChange(change=change, reason=reason) if values.ok else None


def remove(trainee_id: UUID) -> RemoveTrainee:
    """Off the list (TRN-5)."""
    return RemoveTrainee(trainee_id=trainee_id)


def _read(values: Values, basis: Basis) -> tuple[TraineeSheet, bool]:
    """The sheet, and whether it is a partial one; notes what cannot be read and what is wrong by itself, all at once (TRN-4)."""
    shown_at = fields_of(values)
    partial = values.value("faire") == PARTIAL
    codes: dict[str, Any] = {PATHS[name]: values.code(name, of) for name, of in CODES.items()}
    sheet = TraineeSheet(
        last_name=values.text("nom"),
        first_name=values.text("prenom"),
        birth_date=values.date("naissance"),
        mail=_address(values, ""),
        during_training=_address(values, "f_"),
        email=values.text("courriel") or None,
        entry_date=values.date("entree"),
        rmi=values.flag("rmi"),
        disabled=values.flag("th"),
        pathway=_pathway(values) if basis.room else None,
        **codes,
    )
    for refusal in wrong_sheet(sheet, basis.days, basis.room, basis.day, partial=partial):
        name = shown_at(refusal.field or "") or ""
        if not isinstance(refusal, NameMissing | SheetFieldMissing):
            values.refuse(name, refusal)
        elif name not in values.errors:  # what cannot be read is not missing
            values.wrong(name, EMPTY)
    _ask_about_age(values, sheet, basis.day)
    return sheet, partial


def _pathway(values: Values) -> Pathway | None:
    """The pathway tab; None as long as nothing is typed there."""
    typed, _ = periods.read(values)
    texts = {name: values.text(name, most=LONGEST_PASSAGE) or None for name in PASSAGES}
    hours = {name: values.hours(name) for name in ("h_centre", "h_entreprise")}
    pathway = Pathway(
        project=texts["projet"],
        centre_hours=_as_figure(hours["h_centre"]),
        company_hours=_as_figure(hours["h_entreprise"]),
        company_periods=_count(values, "nb_entreprise"),
        periods=tuple(typed[:MOST_PERIODS]),
        general_modules=texts["modules"],
        vocational_modules=texts["modules_pro"],
        company_goals=texts["but_entreprise"],
        goals=texts["but"],
        vae=values.flag("vae"),
        planned_start=values.date("p_debut"),
        planned_end=values.date("p_fin"),
    )
    return None if pathway == Pathway() else pathway


def _as_figure(hours: Decimal | None) -> Decimal | None:
    """As hours travel, a sixth decimal at the finest: 3h20 is 3.333333."""
    return None if hours is None else hours.quantize(SIXTH).normalize()


def _count(values: Values, name: str) -> int | None:
    text = values.text(name)
    number = whole_number(text, MOST_PERIODS)
    if text and number is None:
        values.wrong(name, f"Saisissez un nombre entier, {MOST_PERIODS} au plus.")
    return number


def _note_places(values: Values, sheet: TraineeSheet, basis: Basis) -> None:
    for refusal in basis.places.over_paid_headcount([sheet.paid_by], "sheet.paid_by"):
        values.refuse(FIELDS[refusal.field or ""], refusal)


def _say_what_suffices(values: Values, partial: bool) -> None:
    if any(EMPTY in said for said in values.errors.values()):
        values.wrong(None, MISSING_NAME if partial else MISSING)


def _ask_about_age(values: Values, sheet: TraineeSheet, day: date) -> None:
    """An age that surprises is asked about, never refused: whoever typed it says that it is right (TRN-4)."""
    age = surprising_age(sheet, day)
    if age is not None and values.value(AGE) != str(age):
        values.wrong(
            AGE, f"Ce stagiaire aurait {plural(age, 'an')} à son entrée. Vérifiez sa date de naissance ; si elle est juste, cochez la case."
        )
        values.typed.pop(AGE, None)


def _ask_about_person(values: Values, sheet: TraineeSheet, listed: Container[str]) -> None:
    """Somebody of the same name and birth date is asked about: whoever typed it says that it is another person (TRN-8)."""
    who = person(sheet)
    if who != values.value(NAMESAKE):
        values.typed.pop(NAMESAKE, None)
        if who and who in listed:
            values.refuse(NAMESAKE, PersonListed())


def asked_age(values: Values, day: date) -> int | None:
    """The age that is asked about, or was confirmed, as it is typed now; None when it does not surprise."""
    return surprising_age(_who(values), day) if AGE in values.errors or values.value(AGE) else None


def asked_person(values: Values) -> str | None:
    """Who it is, as they are typed now, when somebody of the same name is asked about, or was said to be another person."""
    return person(_who(values)) if NAMESAKE in values.errors or values.value(NAMESAKE) else None


def _who(values: Values) -> TraineeSheet:
    quiet = Values({name: values.values(name) for name in ("nom", "prenom", "naissance", "entree")})
    return TraineeSheet(
        last_name=quiet.text("nom"), first_name=quiet.text("prenom"), birth_date=quiet.date("naissance"), entry_date=quiet.date("entree")
    )


def _address(values: Values, prefix: str) -> MailAddress:
    postcode, town = values.text(f"{prefix}cp"), values.text(f"{prefix}ville")
    if len(postcode) > DIGITS:  # a message holds no more
        values.refuse(f"{prefix}cp", SheetPostcodeWrong())
    town = town or only_town(postcode)
    return MailAddress(
        address=values.text(f"{prefix}adresse") or None,
        address_complement=values.text(f"{prefix}adresse2") or None,
        postcode=postcode[:DIGITS] or None,
        town=town or None,
        insee_code=communes.insee_code(postcode, town) if town else None,
    )


def only_town(postcode: str) -> str:
    """The postcode's commune, when it has one only."""
    towns = communes.towns(postcode)
    return towns[0] if len(towns) == 1 else ""


def bracket(values: Values) -> AgeBracket | None:
    """The age bracket that follows from the two dates, as far as they are typed (TRN-2)."""
    quiet = Values({name: values.values(name) for name in ("naissance", "entree")})
    birth, entry = quiet.date("naissance"), quiet.date("entree")
    return age_bracket(birth, entry) if birth and entry and birth <= entry else None


def fields_of(values: Values) -> Fields:
    """Where a fault of the sheet is shown; the fields have their names, a pathway's periods each its own."""
    values.names = {**CALLED}
    _, named = periods.read(values)

    def field(path: str) -> str | None:
        _, is_period, which = path.partition("sheet.pathway.periods.")
        return periods.field_of(named, which) if is_period else FIELDS.get(path)

    return field


def wrong_tabs(values: Values) -> dict[str, int]:
    """How many fields of each tab are wrong."""
    return {
        "identite": sum(name in PATHS or name in (AGE, NAMESAKE) for name in values.errors),
        "parcours": sum(name in PATHWAY or name.partition(".")[0] in periods.PARTS for name in values.errors),
    }
