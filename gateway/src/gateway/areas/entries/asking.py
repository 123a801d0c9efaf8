"""Entry dates between their form and their message (TRN-6, TRN-9)."""

from collections.abc import Sequence

from contracts.actions import EntryDate
from gateway.areas.action.action import Action
from gateway.areas.action.queries.trainees import TraineeRow
from gateway.web.forms import Fields, Form


def can_enter(action: Action, row: TraineeRow) -> bool:
    """Whether the date of this trainee can be confirmed now: after the opening the sheet must be whole, and an entry stays as it is
    until an agent unlocks it (TRN-5, TRN-6).
    """
    return row.state != "never_came" and not row.is_locked and (action.state == "awarded" or row.complete)


def can_be_absent(row: TraineeRow) -> bool:
    """Whether it can still be said that they never came: no hours are recorded (TRN-5, TRN-9)."""
    return row.state != "never_came" and not row.has_lines


def shown(action: Action, rows: Sequence[TraineeRow]) -> Form:
    """The confirmed dates; for the others the sheet's date, or the planned start of a collective action."""
    start = action.planned_start if action.is_collective and action.state == "awarded" else None
    return Form.showing({f"entree.{row.trainee_id}": row.start or start for row in rows if can_enter(action, row)})


def read(form: Form, action: Action, rows: Sequence[TraineeRow]) -> list[EntryDate]:
    """What the list says: dates, and who never came. Notes dates that cannot be read, or that say both; a trainee without a date keeps
    what they have. After the opening only what changes is said.
    """
    entries: list[EntryDate] = []
    for row in rows:
        name = f"entree.{row.trainee_id}"
        if can_be_absent(row) and form.value(f"jamais.{row.trainee_id}"):
            entries.append(EntryDate(trainee_id=row.trainee_id, entered_on=None))
        elif can_enter(action, row) and name in form.typed:
            day = form.date(name, f"Saisissez la date d’entrée de {row.name}, déjà confirmée." if row.entered_on else None)
            if day and (action.state == "awarded" or day != row.entered_on):
                entries.append(EntryDate(trainee_id=row.trainee_id, entered_on=day))
    form.typed["ordre"] = [str(entry.trainee_id) for entry in entries]
    if form.ok and not entries:
        form.wrong(None, "Rien n’a changé : saisissez au moins une date d’entrée, ou indiquez qui n’est jamais venu.")
    return entries


def fields_of(form: Form) -> Fields:
    """The trainee's date, for a fault of an entry: the order in which they were sent is kept with the form."""

    def field(path: str) -> str | None:
        index = path.split(".")[1]
        return f"entree.{form.value('ordre', int(index))}" if index.isdigit() and form.value("ordre", int(index)) else None

    return field
