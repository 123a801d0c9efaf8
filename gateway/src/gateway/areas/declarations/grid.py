"""The entry grid: what is stored or was typed of each trainee present in the month, and what it still lacks (DEC-3 to DEC-6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from contracts.actions import Terms
from contracts.codes import Place
from contracts.declarations import Exit, Line
from contracts.lines import FIGURES, beyond_plan, figure, is_complete, total, wrong_line
from contracts.month import Month
from contracts.refusals import Refusal
from contracts.refusals.declarations import LineMissing
from gateway.areas.action.action import Action
from gateway.web.forms import Form
from gateway.words.refusals import sentence

from .asking import digest, number_periods, put, read_exit, read_line, stored
from .queries import Draft, Row


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


def lay(form: Form, rows: list[Row], drafts: dict[UUID, Draft], action: Action, posted: Iterable[str] = ()) -> list[Entry]:
    """Every row with what is shown in it: what was just `posted` (keys), else its draft, else what is stored."""
    entries: list[Entry] = []
    for row in rows:
        draft = drafts.get(row.trainee_id)
        if row.key not in posted:
            typed = {name: value for name, value in (draft.typed if draft else {}).items() if name.startswith(f"{row.key}.")}
            put(form, row.key, typed if f"{row.key}.version" in typed else stored(row))
            number_periods(form, row.key)
        entry = entry_of(form, row, action, drafted=draft is not None)
        if not entry.errors and digest(entry.line) == digest(row.line) and digest(entry.leaving) == digest(row.exit):
            put(form, row.key, stored(row))
            entry.drafted = entry.conflict = False
        entries.append(entry)
    return entries


def entry_of(form: Form, row: Row, action: Action, *, drafted: bool) -> Entry:
    """The row as it is shown, with what it lacks."""
    key = row.key
    line, leaving = read_line(form, key), read_exit(form, row)
    errors = {name: said for name, said in form.errors.items() if name.startswith(f"{key}.")}
    changed = form.value(f"{key}.version") != str(row.version) and digest(line) != digest(row.line)
    left = form.value(f"{key}.exit.version") != str(row.exit_version) and digest(leaving) != digest(row.exit)
    entry = Entry(row, line, leaving, errors, changed or left, drafted)
    if entry.conflict:
        entry.points.append(Point(row.name, "la ligne a changé pendant la saisie, choisissez ce qui vaut.", f"#{key}-note"))
    elif errors:
        entry.points += [Point(row.name, " ".join(said), "#" + name.replace(".", "-").replace("_", "-")) for name, said in errors.items()]
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


def lacking(row: Row, line: Line, terms: Terms) -> Iterator[Refusal]:
    """Everything for which a line that can be saved cannot be confirmed yet."""
    yield from wrong_line(line, (row.first, row.last), str(row.trainee_id))
    for place in Place:
        yield from beyond_plan(Month.of(row.first), line, row.others, place, getattr(terms, place).hours)
