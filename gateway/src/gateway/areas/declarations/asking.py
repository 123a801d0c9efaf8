"""A month's hours between the form and its commands, without the web: a row of the grid, and what was seen when the month is confirmed.

A field's name is the trainee's key and the field's path in the line or the exit: `s<id>.centre.excused`, `s<id>.absences.0.hours`,
`s<id>.exit.on`; `s<id>.version` and `s<id>.was` say what was stored when the row was shown.
"""

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.codes import ADMISSIBLE, AbsenceReason, ExitKind, ExitReason, Place
from contracts.declarations import Absence, ConfirmMonth, Exit, Line, SaveLine, SeenLine, SetExit
from contracts.lines import FIGURES, PARTS, figure, wrong_figures
from contracts.message import Part
from contracts.month import Month
from contracts.refusals.declarations import ExitReasonMissing, ProofsNotAnnounced
from gateway.web.forms import Form

from .queries import Row

MOST_PERIODS = 60
SIXTH = Decimal("0.000001")


def digest(part: Part | None) -> str:
    """The same for the same content: whether somebody touched a row is whether what is typed differs from what they were shown."""
    content = json.dumps(part.model_dump() if part else None, default=lambda value: str(getattr(value, "normalize", lambda: value)()))
    return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()


def stored(row: Row) -> dict[str, list[str]]:
    """The fields of a row, as it is stored."""
    values: dict[str, Any] = {path: figure(row.line, path) for path in FIGURES}
    for number, absence in enumerate(row.line.absences):
        values |= {f"absences.{number}.{part}": getattr(absence, part) for part in PARTS}
    leaving = row.exit
    values |= {"exit.on": leaving and leaving.on, "exit.kind": leaving and leaving.kind, "exit.reason": leaving and leaving.reason}
    values |= {"exit.proofs_announced": "oui" if leaving and leaving.proofs_announced else None}
    values |= {"version": row.version, "was": digest(row.line), "exit.version": row.exit_version, "exit.was": digest(row.exit)}
    return {f"{row.key}.{name}": found for name, found in Form.showing(values).typed.items()}


def of_row(form: Form, key: str) -> dict[str, list[str]]:
    """What was typed into a row's fields."""
    return {name: values for name, values in form.typed.items() if name.startswith(f"{key}.")}


def put(form: Form, key: str, typed: dict[str, list[str]]) -> None:
    """Show these fields in the place of the row's."""
    for name in of_row(form, key):
        del form.typed[name]
    form.typed |= typed


def periods(form: Form, key: str) -> list[int]:
    """The numbers of a row's periods of absence."""
    begin = f"{key}.absences."
    numbers = {name.removeprefix(begin).split(".")[0] for name in form.typed if name.startswith(begin)}
    return sorted(int(number) for number in numbers if number.isdigit() and len(number) < 4)[:MOST_PERIODS]


def number_periods(form: Form, key: str, without: str = "") -> None:
    """Number the periods as the line will, without those that are empty or taken away: a fault names a period by its number."""
    kept: list[dict[str, list[str]]] = []
    for number in periods(form, key):
        typed = {part: form.typed.pop(f"{key}.absences.{number}.{part}", [""]) for part in PARTS}
        if without != f"{key}.absences.{number}" and any(value.strip() for values in typed.values() for value in values):
            kept.append(typed)
    for number, typed in enumerate(kept):
        form.typed |= {f"{key}.absences.{number}.{part}": values for part, values in typed.items()}


def fill(form: Form, row: Row) -> None:
    """Zeros in the cells that are still empty, as the user asks."""
    for path in FIGURES:
        if not form.value(f"{row.key}.{path}").strip():
            form.typed[f"{row.key}.{path}"] = ["0,00"]


def _hours(form: Form, name: str) -> Decimal | None:
    found = form.hours(name)
    return None if found is None else found.quantize(SIXTH).normalize()


def read_line(form: Form, key: str) -> Line:
    """The line that was typed; notes what cannot be read and what could not be saved (DEC-3)."""
    figures: dict[str, dict[str, Decimal | None]] = {place: {} for place in Place}
    for path in FIGURES:
        place, kind = path.split(".")
        figures[place][kind] = _hours(form, f"{key}.{path}")
    absences = tuple(
        Absence(
            start=form.date(f"{begin}.start"),
            end=form.date(f"{begin}.end"),
            reason=form.code(f"{begin}.reason", AbsenceReason),
            place=form.code(f"{begin}.place", Place),
            hours=_hours(form, f"{begin}.hours"),
        )
        for begin in (f"{key}.absences.{number}" for number in periods(form, key))
    )
    line = Line.model_validate({**figures, "absences": absences})
    for wrong in wrong_figures(line):
        form.refuse(f"{key}.{wrong.field}", wrong)
    return line


def read_exit(form: Form, row: Row) -> Exit | None:
    """The exit that was typed; without a date there is none (DEC-5)."""
    name = f"{row.key}.exit"
    on, kind = form.date(f"{name}.on"), form.code(f"{name}.kind", ExitKind)
    if on is None:
        if kind and row.exit is None:
            form.wrong(f"{name}.on", "Saisissez la date de sortie.")
        return None
    if kind is None:
        form.wrong(f"{name}.kind", "Dites si la formation est terminée, ou si la sortie est anticipée.")
        return None
    reason = form.code(f"{name}.reason", ExitReason) if kind is ExitKind.EARLY else None
    announced = reason is not None and form.value(f"{name}.proofs_announced") == "oui"
    if kind is ExitKind.EARLY and reason is None:
        form.refuse(f"{name}.reason", ExitReasonMissing())
    elif reason in ADMISSIBLE and not announced:
        form.refuse(f"{name}.proofs_announced", ProofsNotAnnounced())
    return Exit(on=on, kind=kind, reason=reason, proofs_announced=announced)


def ask_row(form: Form, row: Row, month: Month) -> tuple[SaveLine | SetExit, ...] | None:
    """What has to be said of a row: its exit, its line, both, or nothing when nobody touched it.

    None when something that was typed is wrong; the form says what, beside its field (DEC-3 to DEC-5).
    """
    number_periods(form, row.key)
    line, leaving = read_line(form, row.key), read_exit(form, row)
    if any(name.startswith(f"{row.key}.") for name in form.errors):
        return None
    commands: list[SaveLine | SetExit] = []
    if digest(leaving) != form.value(f"{row.key}.exit.was"):
        version = _version(form.value(f"{row.key}.exit.version"))
        commands.append(SetExit(trainee_id=row.trainee_id, exit=leaving, base_version=version))
    if digest(line) != form.value(f"{row.key}.was"):
        version = _version(form.value(f"{row.key}.version"))
        commands.append(SaveLine(month=month, trainee_id=row.trainee_id, line=line, base_version=version))
    return tuple(commands)


def changed(form: Form, rows: Iterable[Row], month: Month) -> list[Row]:
    """The rows in which something else is typed than what their author was shown."""
    return [row for row in rows if f"{row.key}.version" in form.typed and ask_row(form, row, month) != ()]


def seen(rows: Iterable[Row]) -> str:
    """What the confirm step shows, as its form says it again: of each trainee the versions of the line and of the exit."""
    return " ".join(f"{row.trainee_id.hex}.{row.version}.{row.exit_version}" for row in rows)


def ask_confirmation(form: Form, month: Month) -> ConfirmMonth:
    """Confirm the month as it was shown: whoever is not in `vu`, or cannot be read there, was not (DEC-6)."""
    return ConfirmMonth(month=month, seen=tuple(line for word in form.value("vu").split() if (line := _seen_line(word))))


def _seen_line(word: str) -> SeenLine | None:
    trainee, _, versions = word.partition(".")
    version, _, exit_version = versions.partition(".")
    try:
        return SeenLine(trainee_id=UUID(hex=trainee), version=_version(version), exit_version=_version(exit_version))
    except ValueError:
        return None


def _version(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
