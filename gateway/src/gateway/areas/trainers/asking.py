"""The list of trainers between what is typed and the command: confirmed, saved, or asked for (TRA-1)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from contracts.actions import ConfirmTrainers
from contracts.personal import TrainerSheet
from contracts.requests import MOST_TRAINERS, ListedTrainer, RequestChange, SaveTrainers, TrainersChange
from gateway.areas.action.requests import WHY, why
from gateway.web import numbered
from gateway.web.values import LONGEST, Fields, Values, whole_number
from gateway.words.french import plural

LIST = "formateur"
CALLED = {
    "nom": ("last_name", "Nom"),
    "prenom": ("first_name", "Prénom"),
    "domaine": ("field", "Domaine d’intervention"),
    "heures": ("hours", "Heures assurées"),
    "statut": ("status", "Statut"),
    "experience": ("experience", "Formation et expérience professionnelle"),
}
"""Of each field of the form: the trainer's, and what people call it."""
PARTS = {LIST: ("id", *CALLED)}
"""The fields of a row; `id` is that of the record of who is on the list already."""
EMPTY = "À renseigner pour chaque formateur."
CENT = Decimal("0.01")


def confirm() -> ConfirmTrainers:
    """The list holds at the opening."""
    return ConfirmTrainers()


def shown(listed: Iterable[ListedTrainer], version: int) -> dict[str, Any]:
    """The fields of the list as it is stored: `formateur.0.nom`."""
    fields: dict[str, Any] = {"version": version}
    for index, trainer in enumerate(listed):
        row = f"{LIST}.{index}"
        fields |= {f"{row}.id": trainer.id} | {f"{row}.{name}": getattr(trainer.sheet, of) for name, (of, _) in CALLED.items()}
    return fields


def rows(values: Values) -> list[str]:
    """The names of the rows, in order: `formateur.0`."""
    return numbered.rows(values, LIST, PARTS)


def typed(values: Values) -> list[tuple[str, str]]:
    """What is typed, a line for each trainer: for a page where it can no longer be saved."""
    texts = [", ".join(filter(None, (values.value(f"{row}.{name}").strip() for name in CALLED))) for row in rows(values)]
    return [(f"Formateur {number}", text) for number, text in enumerate(texts, 1)]


def save(values: Values) -> SaveTrainers | None:
    """The list, all of it; None when something of it is missing or cannot be read."""
    listed = [trainer for _, trainer in _read(values)]
    return SaveTrainers(trainers=tuple(listed), base_version=values.version()) if values.ok else None


def request(values: Values) -> RequestChange | None:
    """The Region is asked for this list; None when something of it is wrong, or nobody says why."""
    listed, reason = [trainer for _, trainer in _read(values)], why(values)
    if not values.ok:
        return None
    return RequestChange(change=TrainersChange(trainers=tuple(listed), base_version=values.version()), reason=reason)


def _read(values: Values) -> list[tuple[str, ListedTrainer]]:
    """Each row that is not empty, and who is in it; what lacks is noted beside its field, all at once."""
    found = []
    for number, row in enumerate(rows(values), 1):
        values.names |= {f"{row}.{name}": f"Formateur {number}, {called.lower()}" for name, (_, called) in CALLED.items()}
        if not numbered.is_empty(values, row, tuple(CALLED)):
            found.append((row, ListedTrainer(id=values.value(f"{row}.id") or None, sheet=_sheet(values, row))))
    if len(found) > MOST_TRAINERS:
        values.wrong(None, f"La liste a {plural(len(found), 'formateur')}, il en faut {MOST_TRAINERS} au plus.")
    return found


def _sheet(values: Values, row: str) -> TrainerSheet:
    hours = values.hours(f"{row}.heures", EMPTY)
    if hours is not None and (hours < 0 or hours != hours.quantize(CENT)):
        values.wrong(f"{row}.heures", "Saisissez un nombre d’heures positif, avec deux décimales au plus.")
        hours = None
    return TrainerSheet(
        last_name=values.text(f"{row}.nom", EMPTY),
        first_name=values.text(f"{row}.prenom", EMPTY),
        field=values.text(f"{row}.domaine", EMPTY),
        hours=hours or Decimal(0),
        status=values.text(f"{row}.statut"),
        experience=values.text(f"{row}.experience", EMPTY, most=LONGEST),
    )


def fields_of(values: Values) -> Fields:
    """The field that shows a fault of a trainer: they are sent in the order in which they are read."""
    named = [row for row, _ in _read(values)]
    parts = {of: name for name, (of, _) in CALLED.items()}

    def field(path: str) -> str | None:
        if path == "reason":
            return WHY
        _, _, place = path.partition(".")
        number, _, part = place.partition(".")
        index = whole_number(number)
        return f"{named[index]}.{parts.get(part.removeprefix('sheet.'), 'nom')}" if index is not None and index < len(named) else None

    return field
