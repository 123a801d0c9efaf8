"""The entry grid: what is stored, what was typed, what is read of it, and each changed row sent as a command (DEC-3 to DEC-5).

A field's name is the trainee's key and the field's path in the line or the exit: `s<id>.centre.excused`, `s<id>.absences.0.hours`,
`s<id>.exit.on`; `s<id>.version` and `s<id>.was` say what was stored when the row was shown.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from chassis.instant import now
from contracts.codes import ADMISSIBLE, AbsenceReason, ExitKind, ExitReason, Place
from contracts.declarations import Absence, Exit, Line, SaveLine, SetExit
from contracts.lines import FIGURES, PARTS, figure, is_complete, total, wrong_figures
from contracts.message import Command, Part
from contracts.month import Month
from contracts.refusals.common import ChangedMeanwhile
from contracts.refusals.declarations import ExitReasonMissing, LineMissing, ProofsNotAnnounced
from gateway.areas.action.action import Action
from gateway.areas.action.visit import ActionVisit
from gateway.web.commands import Answer
from gateway.web.drafts import forget_draft, keep_draft
from gateway.web.forms import Form
from gateway.words.refusals import sentence

from .checks import lacking
from .queries import Draft, Row, draft_of, load_drafts, load_rows

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


@dataclass(frozen=True, slots=True)
class Point:
    """Something to settle before the month can be confirmed; `name` is the trainee's, `href` leads to the field."""

    name: str
    text: str
    href: str


@dataclass(slots=True)
class Entry:
    """A row of the grid. `counted`: its line is whole and right, and in the totals; `drafted`: it is not saved as it is shown."""

    row: Row
    line: Line
    leaving: Exit | None
    errors: dict[str, list[str]]
    conflict: bool
    drafted: bool
    points: list[Point] = field(default_factory=list)
    missing: bool = False
    """Nothing is typed yet."""

    @property
    def key(self) -> str:
        """What the names of its fields begin with."""
        return self.row.key

    @property
    def counted(self) -> bool:
        """Whether the totals include it."""
        return is_complete(self.line) and not any(f"{self.key}.{path}" in self.errors for path in FIGURES)

    @property
    def empty(self) -> int:
        """Cells still to fill in of a line that is begun: an empty cell is not a zero."""
        count = sum(value is None for value in self.values)
        return 0 if count == len(FIGURES) else count

    @property
    def values(self) -> tuple[Decimal | None, ...]:
        """The six figures."""
        return tuple(figure(self.line, path) for path in FIGURES)

    @property
    def total(self) -> Decimal:
        """Hours of the month, both places."""
        return total(self.line.centre) + total(self.line.company)


def entry_of(form: Form, row: Row, action: Action, *, drafted: bool) -> Entry:
    """The row as it is shown, with what it lacks."""
    key = row.key
    line, leaving = read_line(form, key), read_exit(form, row)
    errors = {name: found for name, found in form.errors.items() if name.startswith(f"{key}.")}
    changed = form.value(f"{key}.version") != str(row.version) and digest(line) != digest(row.line)
    left = form.value(f"{key}.exit.version") != str(row.exit_version) and digest(leaving) != digest(row.exit)
    entry = Entry(row, line, leaving, errors, changed or left, drafted)
    if entry.conflict:
        entry.points.append(Point(row.name, "la ligne a changé pendant la saisie, choisissez ce qui vaut.", f"#{key}-note"))
    elif errors:
        entry.points += [Point(row.name, " ".join(found), "#" + name.replace(".", "-").replace("_", "-")) for name, found in errors.items()]
    else:
        _lacks(entry, action)
    return entry


def _lacks(entry: Entry, action: Action) -> None:
    row, said = entry.row, set()
    for refusal in lacking(row, entry.line, action.terms):
        if isinstance(refusal, LineMissing):
            entry.missing = True
            continue
        field = refusal.field or FIGURES[0]
        text = sentence(refusal.faults()[0], {str(row.trainee_id): row.name})
        # Of many empty cells, or empty parts of one period, the first is named.
        once = (text, field.rpartition(".")[0] if field.startswith("absences.") else "")
        if once not in said:
            entry.points.append(Point(row.name, text, f"#{entry.key}-{field.replace('.', '-')}"))
        said.add(once)


def lay(form: Form, rows: list[Row], drafts: dict[UUID, Draft], action: Action, posted: Iterable[str] = ()) -> list[Entry]:
    """Every row with what is shown in it: what was just `posted` (keys), else its draft, else what is stored."""
    entries: list[Entry] = []
    for row in rows:
        draft = drafts.get(row.trainee_id)
        if row.key not in posted:
            typed = {name: found for name, found in (draft.typed if draft else {}).items() if name.startswith(f"{row.key}.")}
            put(form, row.key, typed if f"{row.key}.version" in typed else stored(row))
            number_periods(form, row.key)
        entry = entry_of(form, row, action, drafted=draft is not None)
        if not entry.errors and digest(entry.line) == digest(row.line) and digest(entry.leaving) == digest(row.exit):
            put(form, row.key, stored(row))
            entry.drafted = entry.conflict = False
        entries.append(entry)
    return entries


async def unpack(visit: ActionVisit, month: Month, rows: Iterable[Row], lapsed: Form) -> None:
    """What was posted after the session had lapsed becomes the drafts of the rows that were changed (ACC-7)."""
    for row in changed(lapsed, month, rows):
        await keep(visit, month, row, lapsed)


def changed(form: Form, month: Month, rows: Iterable[Row]) -> list[Row]:
    """The rows in which something else is typed than what their author was shown."""
    found: list[Row] = []
    for row in rows:
        if f"{row.key}.version" in form.typed:
            number_periods(form, row.key)
            line, leaving = read_line(form, row.key), read_exit(form, row)
            if _commands(form, row, month, line, leaving) or any(name.startswith(f"{row.key}.") for name in form.errors):
                found.append(row)
    return found


@dataclass(slots=True)
class Saved:
    """What became of the rows that were posted: `sent` commands' answers; `kept` rows are shown as they were typed."""

    answers: list[Answer] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Sending:
    row: Row
    commands: tuple[Command, ...]


def _version(form: Form, name: str) -> int:
    found = form.value(name)
    return int(found) if found.isdigit() and len(found) < 9 else 0


def _commands(form: Form, row: Row, month: Month, line: Line, leaving: Exit | None) -> tuple[Command, ...]:
    """What has to be said of a row: its exit, its line, both, or nothing when nobody touched it."""
    commands: list[Command] = []
    if digest(leaving) != form.value(f"{row.key}.exit.was"):
        version = _version(form, f"{row.key}.exit.version")
        commands.append(SetExit(trainee_id=row.trainee_id, exit=leaving, base_version=version))
    if digest(line) != form.value(f"{row.key}.was"):
        version = _version(form, f"{row.key}.version")
        commands.append(SaveLine(month=month, trainee_id=row.trainee_id, line=line, base_version=version))
    return tuple(commands)


async def save(visit: ActionVisit, month: Month, form: Form, rows: Iterable[Row]) -> Saved:
    """Each row that was changed is kept as a draft, then sent; what is accepted stays so whatever becomes of the others (DEC-3)."""
    saved = Saved()
    sending: list[_Sending] = []
    for row in rows:
        if f"{row.key}.version" not in form.typed:
            continue
        number_periods(form, row.key)
        before = len(form.errors)
        line, leaving = read_line(form, row.key), read_exit(form, row)
        commands = _commands(form, row, month, line, leaving)
        wrong = len(form.errors) > before
        if wrong or commands:
            await keep(visit, month, row, form)
            saved.kept.add(row.key)
        else:
            await forget(visit, month, row)
        if commands and not wrong:
            sending.append(_Sending(row, commands))
    await _send(visit, month, form, sending, saved)
    return saved


async def _send(visit: ActionVisit, month: Month, form: Form, sending: list[_Sending], saved: Saved) -> None:
    path = f"{visit.action.path}/declarations/{month}"

    async def send(row: Row, command: Command) -> Answer:
        # Derived from the form's: a second click is the same commands, what was typed anew is others.
        command_id = uuid5(form.command_id, row.key + digest(command))
        subject = str(row.trainee_id)
        return await visit.portal.commands.send(visit.viewer, visit.contract, command, command_id=command_id, path=path, subject=subject)

    found = await asyncio.gather(*(asyncio.gather(*(send(one.row, command) for command in one.commands)) for one in sending))
    for one, answers in zip(sending, found, strict=True):
        saved.answers += answers
        for answer in answers:
            take(form, one.row, answer)
        if all(answer.accepted for answer in answers):
            saved.kept.discard(one.row.key)
            await forget(visit, month, one.row)
    form.renew()


def take(form: Form, row: Row, answer: Answer) -> None:
    """Note why a row was refused beside its cells; that it changed meanwhile shows by itself, from the versions."""
    names = {str(row.trainee_id): row.name}
    for fault in answer.faults or ():
        if fault.code != ChangedMeanwhile.code():
            form.wrong(f"{row.key}.{fault.field}" if fault.field else f"{row.key}.note", sentence(fault, names))


async def keep(visit: ActionVisit, month: Month, row: Row, form: Form) -> None:
    """Keep what is typed into a row until it is accepted."""
    body = {"typed": of_row(form, row.key), "at": now().isoformat()}
    await keep_draft(visit.db, visit.viewer, draft_of(visit.action, month, row.trainee_id), body)


async def forget(visit: ActionVisit, month: Month, row: Row) -> None:
    """The row is stored as it is shown, or its draft was thrown away."""
    await forget_draft(visit.db, visit.viewer, draft_of(visit.action, month, row.trainee_id))


def fill(form: Form, row: Row) -> None:
    """Zeros in the cells that are still empty, as the user asks."""
    for path in FIGURES:
        if not form.value(f"{row.key}.{path}").strip():
            form.typed[f"{row.key}.{path}"] = ["0,00"]


async def loaded(visit: ActionVisit, month: Month) -> tuple[list[Row], dict[UUID, Draft]]:
    """The month's rows and their drafts."""
    rows = await load_rows(visit.db, visit.viewer, visit.contract, month)
    return rows, await load_drafts(visit.db, visit.viewer, visit.action, month)


async def settle(visit: ActionVisit, month: Month, row: Row, form: Form, *, mine: bool) -> None:
    """After a conflict: what was typed goes on from what is stored now, or gives way to it."""
    if mine:
        form.typed |= {f"{row.key}.version": [str(row.version)], f"{row.key}.exit.version": [str(row.exit_version)]}
        form.typed |= {f"{row.key}.was": [digest(row.line)], f"{row.key}.exit.was": [digest(row.exit)]}
    else:
        put(form, row.key, {})
        await forget(visit, month, row)
