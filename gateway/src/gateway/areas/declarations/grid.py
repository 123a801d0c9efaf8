"""The entry grid: what is stored or was typed of each trainee present in the month, and what it still lacks (DEC-3 to DEC-6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from contracts.awards import Terms
from contracts.codes import Place
from contracts.declarations import Exit, Line
from contracts.lines import EXCEEDED, FIGURES, HOURS_A_DAY, ZERO, beyond_plan, days, figure, is_complete, total, wrong_line
from contracts.month import Month
from contracts.refusals import Refusal
from contracts.refusals.declarations import FigureMissing, LineMissing, TooManyHours
from gateway.areas.action.action import Action
from gateway.web.forms import Form
from gateway.words.french import plural
from gateway.words.refusals import sentence

from .asking import digest, number_periods, put, read_exit, read_line, stored
from .queries import Draft, Row

IMPOSSIBLE: tuple[type[Refusal], ...] = (TooManyHours, *(refused for either in EXCEEDED.values() for refused in either))
"""Hours that can be saved and never be: more than the days or the plan hold."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something to settle before the month can be confirmed; `name` is the trainee's, `href` leads to the field."""

    name: str
    text: str
    href: str


@dataclass(slots=True)
class Entry:
    """A row of the grid. `errors`: why it cannot be saved, by field; `drafted`: it is not saved as it is shown."""

    row: Row
    line: Line
    leaving: Exit | None
    errors: dict[str, list[str]]
    conflict: bool
    drafted: bool
    points: list[Point] = field(default_factory=list)
    impossible: dict[str, list[str]] = field(default_factory=dict)
    """What is saved and cannot be right, by the field in which it is mended."""
    unexplained: list[str] = field(default_factory=list)
    """What its periods of absence lack (DEC-4)."""

    @property
    def key(self) -> str:
        """What the names of its fields begin with."""
        return self.row.key

    @property
    def counted(self) -> bool:
        """Whether the totals include it: its line is whole, and nothing in it is wrong."""
        return is_complete(self.line) and not self.impossible and not any(f"{self.key}.{path}" in self.errors for path in FIGURES)

    @property
    def missing(self) -> bool:
        """Nothing is typed yet."""
        return self.gaps == len(FIGURES)

    @property
    def empty(self) -> int:
        """Cells still to fill in of a line that is begun: an empty cell is not a zero."""
        return 0 if self.missing else self.gaps

    @property
    def gaps(self) -> int:
        """Cells without a figure; what cannot be read is none of them."""
        return sum(value is None and f"{self.key}.{path}" not in self.errors for path, value in zip(FIGURES, self.values, strict=True))

    @property
    def saved(self) -> bool | None:
        """Whether everybody sees what is shown; None when nothing is typed."""
        if self.drafted or self.errors or self.conflict:
            return False
        return True if self.row.version else None

    @property
    def wrong(self) -> dict[str, list[str]]:
        """What is told below the row, by field."""
        return {**self.impossible, **self.errors}

    @property
    def most(self) -> Decimal:
        """Hours that the days of presence hold (DEC-3)."""
        return HOURS_A_DAY * days(self.row.first, self.row.last)

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
        entry.points += [Point(row.name, " ".join(said), _href(name)) for name, said in errors.items()]
    else:
        _lacks(entry, action)
    return entry


def _href(name: str) -> str:
    return "#" + name.replace(".", "-").replace("_", "-")


def left_empty(entries: Iterable[Entry]) -> list[Point]:
    """Whose line has empty cells, with the first of them: told once, of all."""
    points: list[Point] = []
    for entry in entries:
        path = next((path for path in FIGURES if figure(entry.line, path) is None), None)
        if path and entry.gaps:
            points.append(
                Point(entry.row.name, plural(entry.empty, "case vide", "cases vides") if entry.empty else "", _href(f"{entry.key}.{path}"))
            )
    return points


def _lacks(entry: Entry, action: Action) -> None:
    row, said = entry.row, set()
    for refusal in lacking(row, entry.line, action.terms):
        if isinstance(refusal, LineMissing | FigureMissing):
            continue
        field = refusal.field or max(FIGURES, key=lambda path: figure(entry.line, path) or ZERO)
        text = sentence(refusal.faults()[0], {str(row.trainee_id): row.name})
        # Of many empty parts of one period, the first is named.
        once = (text, field.rpartition(".")[0] if field.startswith("absences.") else "")
        if once not in said:
            entry.points.append(Point(row.name, text, _href(f"{entry.key}.{field}")))
            if isinstance(refusal, IMPOSSIBLE):
                entry.impossible.setdefault(f"{entry.key}.{field}", []).append(text)
            else:
                entry.unexplained.append(text)
        said.add(once)


def lacking(row: Row, line: Line, terms: Terms) -> Iterator[Refusal]:
    """Everything for which a line that can be saved cannot be confirmed yet."""
    yield from wrong_line(line, (row.first, row.last), str(row.trainee_id))
    for place in Place:
        yield from beyond_plan(Month.of(row.first), line, row.others, place, row.planned(place, terms))
