"""Entry dates between what is typed and the command (TRN-6, TRN-9)."""

from collections.abc import Sequence
from typing import Any

from contracts.actions import ConfirmEntryDates, EntryDate
from gateway.areas.action.action import Action
from gateway.areas.action.queries.trainees import TraineeRow
from gateway.web.values import Fields, Values, whole_number


def can_enter(action: Action, row: TraineeRow) -> bool:
    """Whether the date of this trainee can be confirmed now: after the opening the sheet must be whole, and an entry stays as it is
    until an agent unlocks it (TRN-5, TRN-6).
    """
    return row.state != "never_came" and not row.is_locked and (action.state == "awarded" or row.complete)


def can_be_absent(row: TraineeRow) -> bool:
    """Whether it can still be said that they never came: no hours are recorded (TRN-5, TRN-9)."""
    return row.state != "never_came" and not row.has_lines


def shown(action: Action, rows: Sequence[TraineeRow]) -> dict[str, Any]:
    """The confirmed dates; for the others the sheet's date, or the planned start of a collective action."""
    start = action.planned_start if action.is_collective and action.state == "awarded" else None
    return {f"entree.{row.trainee_id}": row.start or start for row in rows if can_enter(action, row)}


def confirm(values: Values, action: Action, rows: Sequence[TraineeRow]) -> ConfirmEntryDates | None:
    """What the list says: dates, and who never came; None when a date cannot be read, or nothing changes. A trainee without a date keeps
    what they have; after the opening only what changes is said.
    """
    entries: list[EntryDate] = []
    for row in rows:
        name = f"entree.{row.trainee_id}"
        if can_be_absent(row) and values.value(f"jamais.{row.trainee_id}"):
            entries.append(EntryDate(trainee_id=row.trainee_id, entered_on=None))
        elif can_enter(action, row) and name in values.typed:
            day = values.date(name, f"Saisissez la date d’entrée de {row.name}, déjà confirmée." if row.entered_on else None)
            if day and (action.state == "awarded" or day != row.entered_on):
                entries.append(EntryDate(trainee_id=row.trainee_id, entered_on=day))
    values.typed["ordre"] = [str(entry.trainee_id) for entry in entries]
    if values.ok and not entries:
        values.wrong(None, "Rien n’a changé : saisissez au moins une date d’entrée, ou indiquez qui n’est jamais venu.")
    return ConfirmEntryDates(entries=tuple(entries)) if values.ok else None


def fields_of(values: Values) -> Fields:
    """The trainee's date, for a fault of an entry: the order in which they were sent is kept with the form."""

    def field(path: str) -> str | None:
        _, _, place = path.partition(".")  # a fault may be of all entries too
        index = whole_number(place.partition(".")[0])
        return f"entree.{values.value('ordre', index)}" if index is not None and values.value("ordre", index) else None

    return field
