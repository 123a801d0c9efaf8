"""A block of a spreadsheet laid over the grid of a month: which of its lines goes where, and what in it cannot be read (DEC-9).

It is read as rows of text, wherever they come from: pasted, or of a file. Nothing is typed by it, and nothing saved: it says what would be.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile
from typing import Protocol

from contracts.declarations import Line, PlaceFigures
from contracts.lines import FIGURES, wrong_figures
from gateway.words.french import NBSP, NotRead, hours_cell, plural, read_hours, sortable
from gateway.words.refusals import sentence

COLUMNS = (
    "Centre, réalisées",
    "Centre, justifiées",
    "Centre, non justifiées",
    "Entreprise, réalisées",
    "Entreprise, justifiées",
    "Entreprise, non justifiées",
)
"""What people call the six figures, in the order of `FIGURES`: the heads of a file's columns, and the cells' labels."""
SIXTH = Decimal("0.000001")
NOTHING = ("-", "–", "—", "−")
"""What spreadsheets write for an empty cell."""
BEFORE = 6
"""Columns at most before the figures: names, a birth date, what else somebody notes."""


class Trainee(Protocol):
    """Whoever has a row in the grid."""

    @property
    def key(self) -> str:
        """What the names of the row's fields begin with."""

    @property
    def name(self) -> str:
        """Last and first name."""


@dataclass(slots=True)
class Laid:
    """A line of the block: its `number` there, from 1, the `trainee` whose row it would fill, its figures by path, and what is `wrong`."""

    number: int
    called: str
    trainee: Trainee | None = None
    figures: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The block's lines, in its order; `heads` counts those on top that are no trainee's."""

    lines: tuple[Laid, ...]
    heads: int = 0

    @property
    def cells(self) -> dict[str, str]:
        """What would be typed, by the name of its cell."""
        return {f"{line.trainee.key}.{path}": text for line in self.lines if line.trainee for path, text in line.figures.items()}

    @property
    def wrong(self) -> int:
        """How much of it cannot be laid anywhere."""
        return sum(len(line.wrong) for line in self.lines)


def rows_of(text: str) -> list[list[str]]:
    """A pasted text as rows of cells: between tabs, as spreadsheets copy them, else between semicolons; a comma is a decimal's."""
    between = "\t" if "\t" in text else ";"
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=between)]


def propose(block: Sequence[Sequence[str]], trainees: Sequence[Trainee], *, row: int = 0, column: int = 0) -> Proposal:
    """Lay the block over the grid: by name when its first columns are names, else downwards from `row`; to the right from `column`.

    A column whose head is one of `COLUMNS` goes there, wherever it stands. An empty cell leaves what is typed.
    """
    block = [["" if cell in NOTHING else cell for cell in cells] for cells in block]
    named = _Named(trainees)
    heads = _count_heads(block, named)
    body = [(number, cells) for number, cells in enumerate(block[heads:], heads + 1)]
    titled = _titled(block[:heads])
    names = min(titled, default=_count_names([cells for _, cells in body], named))
    lines: list[Laid] = []
    for place, (number, cells) in enumerate(body):
        if not any(cells):
            continue
        line = Laid(number, " ".join(filter(None, cells[:names])))
        if names:
            named.find(line, cells[:names])
        elif row + place < len(trainees):
            line.trainee = trainees[row + place]
        else:
            line.wrong.append("Il n’y a plus de stagiaire à cette hauteur : cette ligne n’est pas reprise.")
        if line.trainee:
            _lay(line, titled or {names + at: column + at for at in range(len(cells) - names)}, cells)
        lines.append(line)
    return Proposal(tuple(lines), heads)


def _titled(heads: Sequence[Sequence[str]]) -> dict[int, int]:
    """Which column of the block goes into which of the grid, when a head says so."""
    columns = {plain(name): at for at, name in enumerate(COLUMNS)}
    return {at: columns[plain(cell)] for cells in heads for at, cell in enumerate(cells) if plain(cell) in columns}


class _Named:
    """The trainees by what a line may call them: last and first name in either order, or the last name alone."""

    def __init__(self, trainees: Iterable[Trainee]) -> None:
        self._whole: dict[str, list[Trainee]] = {}
        self._last: dict[str, list[Trainee]] = {}
        self._at: dict[str, int] = {}
        for trainee in trainees:
            words = plain(trainee.name).split(" ")
            last = " ".join(takewhile(str.isupper, trainee.name.split(" "))) or words[0]
            self._last.setdefault(plain(last), []).append(trainee)
            for whole in {" ".join(words[at:] + words[:at]) for at in range(len(words))}:
                self._whole.setdefault(whole, []).append(trainee)

    def called(self, cells: Sequence[str]) -> list[Trainee]:
        """Whom the first cells name, whatever follows; a last name followed by another first name is somebody else's."""
        words = [word for cell in cells[:BEFORE] if (word := plain(cell))]
        counts = range(len(words), 0, -1)
        alone = (count for count in counts if not any(map(str.isalpha, "".join(words[count:]))))
        tries = (
            *(self._whole.get(" ".join(words[:count]), []) for count in counts),
            *(self._last.get(" ".join(words[:count]), []) for count in alone),
        )
        return next(filter(None, tries), [])

    def find(self, line: Laid, cells: Sequence[str]) -> None:
        """Note whose line it is, or why it is nobody's; `cells` are those before the figures: the names, and what else there is."""
        found = self.called(cells)
        if not found:
            line.wrong.append(f"Aucun stagiaire du mois ne s’appelle « {line.called} »." if line.called else "Cette ligne n’a pas de nom.")
        elif len(found) > 1:
            line.wrong.append(f"Plusieurs stagiaires s’appellent « {line.called} » : saisissez leurs heures dans la grille.")
        elif found[0].key in self._at:
            line.wrong.append(f"{found[0].name} est déjà à la ligne {self._at[found[0].key]} : cette ligne n’est pas reprise.")
        else:
            line.trainee = found[0]
            self._at[found[0].key] = line.number


def _count_names(body: Sequence[Sequence[str]], named: _Named) -> int:
    """How many columns come before the figures: in each, most cells are no figures, and all of them when nobody is named."""
    somebody = any(named.called(cells) for cells in body)
    for column in range(BEFORE):
        found = Counter(_is_figure(cells[column]) for cells in body if column < len(cells) and cells[column])
        if found[False] <= (found[True] if somebody else found.total() - 1):
            return column
    return BEFORE


def _count_heads(block: Sequence[Sequence[str]], named: _Named) -> int:
    """How many rows on top are heads: none of their cells is a figure, and they name nobody."""
    for count, cells in enumerate(block):
        if any(_is_figure(cell) for cell in cells) or named.called(cells):
            return count
    return 0


def _lay(line: Laid, columns: Mapping[int, int], cells: Sequence[str]) -> None:
    """Note the line's figures, and each cell that is none."""
    beyond = [cells[at] for at, to in columns.items() if to >= len(FIGURES) and at < len(cells) and cells[at]]
    if beyond:
        line.wrong.append(f"{plural(len(beyond), 'case')} au-delà des six colonnes de la grille{NBSP}: {', '.join(beyond)}.")
    for at, to in columns.items():
        if to >= len(FIGURES) or at >= len(cells):
            continue
        try:
            hours = read_hours(cells[at])
        except NotRead as error:
            line.wrong.append(f"{COLUMNS[to]}{NBSP}: {error}")
            continue
        if hours is not None:
            _lay_hours(line, to, hours.quantize(SIXTH).normalize())


def _lay_hours(line: Laid, to: int, hours: Decimal) -> None:
    refused = wrong_figures(Line(centre=PlaceFigures(attended=hours)))
    if refused:
        line.wrong += [f"{COLUMNS[to]}{NBSP}: {sentence(fault, {})}" for refusal in refused for fault in refusal.faults()]
    else:
        line.figures[FIGURES[to]] = hours_cell(hours)


def _is_figure(cell: str) -> bool:
    try:
        return read_hours(cell) is not None
    except NotRead:
        return False


def plain(text: str) -> str:
    """What names are compared by: without accents, case and punctuation."""
    return " ".join(re.sub(r"[\W_]+", " ", sortable(text)).split())
