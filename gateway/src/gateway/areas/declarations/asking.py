"""A month's hours between the form and its commands, without the web: a row of the grid, and what was seen when the month is confirmed.

A field's name is the trainee's key and the field's path in the line or the exit: `s<id>.centre.excused`, `s<id>.absences.0.hours`,
`s<id>.exit.on`; `s<id>.version` and `s<id>.was` say what was stored when the row was shown.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.codes import ADMISSIBLE, AbsenceReason, ExitKind, ExitReason, Place
from contracts.declarations import (
    Absence,
    AddedHours,
    ConfirmMonth,
    Exit,
    FilledExit,
    FilledLine,
    FilledRow,
    FillMonth,
    Line,
    SaveLine,
    SeenLine,
    SetExit,
)
from contracts.lines import FIGURES, PARTS, figure, wrong_figures
from contracts.message import Part
from contracts.month import Month
from contracts.refusals.declarations import AdmissibleExitOnLastDay, ExitOutsideTraining, ExitReasonMissing, ProofsNotAnnounced
from gateway.web.values import Values, as_text, whole_number
from gateway.words.french import plural

from .pasted import rows_of
from .queries import Row

MOST_PERIODS = 60
MOST_LINES = 500
"""Of a pasted table."""
SIXTH = Decimal("0.000001")


def digest(part: Part | None) -> str:
    """The same for the same content: whether somebody touched a row is whether what is typed differs from what they were shown."""
    return hashlib.blake2b(json.dumps(_content(part)).encode(), digest_size=8).hexdigest()


def _content(value: object) -> object:
    """A part as JSON has it, but that 41 and 41.00 are the same."""
    if isinstance(value, Part):
        return {name: _content(inner) for name, inner in value}
    if isinstance(value, tuple):
        return [_content(inner) for inner in value]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return None if value is None else str(value)


def stored(row: Row) -> dict[str, list[str]]:
    """The fields of a row, as it is stored."""
    fields: dict[str, Any] = {path: figure(row.line, path) for path in FIGURES}
    for number, absence in enumerate(row.line.absences):
        fields |= {f"absences.{number}.{part}": getattr(absence, part) for part in PARTS}
    leaving = row.exit
    fields |= {"exit.on": leaving and leaving.on, "exit.kind": leaving and leaving.kind, "exit.reason": leaving and leaving.reason}
    fields |= {"exit.proofs_announced": "oui" if leaving and leaving.proofs_announced else None}
    fields |= {"version": row.version, "was": digest(row.line), "exit.version": row.exit_version, "exit.was": digest(row.exit)}
    return {f"{row.key}.{name}": [as_text(value)] for name, value in fields.items()}


def of_row(values: Values, key: str) -> dict[str, list[str]]:
    """What was typed into a row's fields."""
    return {name: texts for name, texts in values.typed.items() if name.startswith(f"{key}.")}


def put(values: Values, key: str, typed: dict[str, list[str]]) -> None:
    """Show these fields in the place of the row's."""
    for name in of_row(values, key):
        del values.typed[name]
    values.typed |= typed


def periods(values: Values, key: str) -> list[int]:
    """The numbers of a row's periods of absence."""
    begin = f"{key}.absences."
    numbers = {name.removeprefix(begin).split(".")[0] for name in values.typed if name.startswith(begin)}
    return sorted(number for text in numbers if (number := whole_number(text, 999)) is not None)[:MOST_PERIODS]


def number_periods(values: Values, key: str, without: str = "") -> None:
    """Number the periods as the line will, without those that are empty or taken away: a fault names a period by its number."""
    kept: list[dict[str, list[str]]] = []
    for number in periods(values, key):
        typed = {part: values.typed.pop(f"{key}.absences.{number}.{part}", [""]) for part in PARTS}
        if without != f"{key}.absences.{number}" and any(text.strip() for texts in typed.values() for text in texts):
            kept.append(typed)
    for number, typed in enumerate(kept):
        values.typed |= {f"{key}.absences.{number}.{part}": texts for part, texts in typed.items()}


def fill(values: Values, row: Row) -> None:
    """Zeros in the cells that are still empty of a line that is begun, as the user asks."""
    empty = [name for path in FIGURES if not values.value(name := f"{row.key}.{path}").strip()]
    if len(empty) < len(FIGURES):
        values.typed |= {name: ["0,00"] for name in empty}


def block(values: Values) -> list[list[str]]:
    """The pasted rows of cells; none, and why, when there are none or too many."""
    rows = rows_of(values.value("texte")) if values.ok else []
    if values.ok and not any(map(any, rows)):
        values.wrong("texte", "Collez d’abord des cases copiées d’un tableur.")
    elif len(rows) > MOST_LINES:
        values.wrong("texte", f"Ce tableau a {plural(len(rows), 'ligne')}, il en faut {MOST_LINES} au plus. Collez-le en plusieurs fois.")
    return rows if values.ok else []


def start_of(values: Values, rows: Sequence[Row]) -> tuple[int, int]:
    """The row and column of the cell `depart`, in which a block was pasted; the first when it is none of the grid's."""
    key, _, path = values.value("depart").partition(".")
    row = next((at for at, row in enumerate(rows) if row.key == key), None)
    return (row, FIGURES.index(path)) if row is not None and path in FIGURES else (0, 0)


def take_pasted(values: Values, rows: Iterable[Row]) -> None:
    """Type what was proposed, and accepted, into its cells: `pose.` stands before their names."""
    cells = (f"{row.key}.{path}" for row in rows for path in FIGURES)
    values.typed |= {name: texts for name in cells if (texts := values.values(f"pose.{name}"))}


def read_hours(values: Values, name: str) -> Decimal | None:
    """A field's hours as they travel, a sixth decimal at the finest: 3h20 is 3.333333."""
    hours = values.hours(name)
    return None if hours is None else hours.quantize(SIXTH).normalize()


def read_line(values: Values, key: str) -> Line:
    """The line that was typed; notes what cannot be read and what could not be saved (DEC-3)."""
    figures: dict[str, dict[str, Decimal | None]] = {place: {} for place in Place}
    for path in FIGURES:
        place, kind = path.split(".")
        figures[place][kind] = read_hours(values, f"{key}.{path}")
    absences = tuple(
        Absence(
            start=values.date(f"{begin}.start"),
            end=values.date(f"{begin}.end"),
            reason=values.code(f"{begin}.reason", AbsenceReason),
            place=values.code(f"{begin}.place", Place),
            hours=read_hours(values, f"{begin}.hours"),
        )
        for begin in (f"{key}.absences.{number}" for number in periods(values, key))
    )
    line = Line.model_validate({**figures, "absences": absences})
    for wrong in wrong_figures(line):
        values.refuse(f"{key}.{wrong.field}", wrong)
    return line


def read_exit(values: Values, row: Row) -> Exit | None:
    """The exit that was typed; without a date there is none. All that is wrong with it is noted at once (DEC-5)."""
    name = f"{row.key}.exit"
    on, kind, reason = values.date(f"{name}.on"), values.code(f"{name}.kind", ExitKind), values.code(f"{name}.reason", ExitReason)
    if not values.value(f"{name}.on").strip():
        if row.exit or not (kind or reason):
            return None
        values.wrong(f"{name}.on", "Saisissez la date de sortie.")
    elif on and not row.entered_on <= on <= row.planned_end:
        values.refuse(f"{name}.on", ExitOutsideTraining(first=row.entered_on, last=row.planned_end))
    if kind is None:
        values.wrong(f"{name}.kind", "Dites si la formation est terminée, ou si la sortie est anticipée.")
    reason = None if kind is ExitKind.END_OF_TRAINING else reason
    announced = reason is not None and values.value(f"{name}.proofs_announced") == "oui"
    if kind is ExitKind.EARLY and reason is None:
        values.refuse(f"{name}.reason", ExitReasonMissing())
    elif reason in ADMISSIBLE and not announced:
        values.refuse(f"{name}.proofs_announced", ProofsNotAnnounced())
    if reason in ADMISSIBLE and on == row.planned_end:
        values.refuse(f"{name}.on", AdmissibleExitOnLastDay(end=row.planned_end))
    return Exit(on=on, kind=kind, reason=reason, proofs_announced=announced) if on and kind else None


def row_commands(values: Values, row: Row, month: Month) -> tuple[SaveLine | SetExit, ...] | None:
    """What has to be said of a row: its exit, its line, both, or nothing when nobody touched it.

    None when something that was typed is wrong; `values` say what, beside its field (DEC-3 to DEC-5).
    """
    number_periods(values, row.key)
    line, leaving = read_line(values, row.key), read_exit(values, row)
    if any(name.startswith(f"{row.key}.") for name in values.errors):
        return None
    commands: list[SaveLine | SetExit] = []
    if digest(leaving) != values.value(f"{row.key}.exit.was"):
        version = values.version(f"{row.key}.exit.version")
        commands.append(SetExit(trainee_id=row.trainee_id, exit=leaving, base_version=version))
    if digest(line) != values.value(f"{row.key}.was"):
        version = values.version(f"{row.key}.version")
        commands.append(SaveLine(month=month, trainee_id=row.trainee_id, line=line, base_version=version))
    return tuple(commands)


def fill_month(month: Month, asked: Iterable[SaveLine | SetExit]) -> FillMonth:
    """The same, of many rows, as one command: all or none (DEC-11)."""
    rows: dict[UUID, FilledRow] = {}
    for command in asked:
        row = rows.get(command.trainee_id, FilledRow(trainee_id=command.trainee_id))
        if isinstance(command, SetExit):
            change: dict[str, Part] = {"exit": FilledExit(exit=command.exit, base_version=command.base_version)}
        else:
            change = {"line": FilledLine(line=command.line, base_version=command.base_version)}
        rows[command.trainee_id] = row.model_copy(update=change)
    return FillMonth(month=month, rows=tuple(rows.values()))


def changed(values: Values, rows: Iterable[Row], month: Month) -> list[Row]:
    """The rows in which something else is typed than what their author was shown."""
    return [row for row in rows if f"{row.key}.version" in values.typed and row_commands(values, row, month) != ()]


def seen(rows: Iterable[Row]) -> str:
    """What the confirm step shows, as its form says it again: of each trainee the versions of the line and of the exit."""
    return " ".join(f"{row.trainee_id.hex}.{row.version}.{row.exit_version}" for row in rows)


def shown(rows: Iterable[Row]) -> str:
    """The same with the quarter hours that the month adds for each, where it does (DEC-5)."""
    added = ((row, [f".{hours * 4:.0f}" for hours in (row.adds.centre, row.adds.company)] if row.adds else []) for row in rows)
    return " ".join(seen([row]) + "".join(quarters) for row, quarters in added)


def confirm(values: Values, month: Month) -> ConfirmMonth:
    """Confirm the month as it was shown: whoever is not in `vu`, or cannot be read there, was not (DEC-6)."""
    return ConfirmMonth(month=month, seen=tuple(line for word in values.value("vu").split() if (line := _seen_line(word))))


def _seen_line(word: str) -> SeenLine | None:
    trainee, *numbers = word.split(".")
    version, exit_version, *quarters = [whole_number(number) or 0 for number in (*numbers, "0", "0")[: max(len(numbers), 2)]]
    added = AddedHours(centre=Decimal(quarters[0]) / 4, company=Decimal(quarters[1]) / 4) if len(quarters) == 2 else None
    try:
        return SeenLine(trainee_id=UUID(hex=trainee), version=version, exit_version=exit_version, added=added)
    except ValueError:
        return None
