"""A month's hours in a table: the template with the month's trainees, and a filled one laid over the grid, all of it or nothing (DEC-9)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from contracts.awards import Terms
from contracts.codes import Place
from contracts.lines import FIGURES, KINDS, beyond_plan, figure
from contracts.month import Month
from gateway.tables.cells import NotReadable, Rows, comparable
from gateway.tables.headings import under_headings
from gateway.tables.problem import SHOWN, Problem, wrong_columns
from gateway.tables.writing import Book, Head
from gateway.web.values import Values, as_text

from .asking import of_row, put, read_line
from .queries import Row

SHEET = "Heures"
KIND_NAMES = dict(zip(KINDS, ("Réalisées", "Justifiées", "Non justifiées"), strict=True))
PLACE_NAMES = {Place.CENTRE: "en centre", Place.COMPANY: "en entreprise"}
HEADINGS = {f"{KIND_NAMES[kind]} {PLACE_NAMES[place]}": f"{place}.{kind}" for place in Place for kind in KINDS}
NAME, FIRST_NAME, MARK = "Stagiaire", "Prénom", "Repère"
"""The mark tells apart two trainees of one name; without it names do."""
CALLED = {path: title for title, path in HEADINGS.items()} | {NAME: NAME}
KNOWN = HEADINGS | {NAME: NAME, "Nom": NAME, FIRST_NAME: FIRST_NAME, MARK: MARK}


def template(rows: Sequence[Row]) -> bytes:
    """The workbook to fill in: a row for each trainee who is present, with the hours that are stored."""
    with Book() as book:
        heads = [Head(NAME, width=34), *(Head(title, "0.00", width=14) for title in HEADINGS), Head(MARK, width=12)]
        book.sheet(SHEET, heads, ([row.name, *(_cell(row, path) for path in FIGURES), _mark(row)] for row in rows))
    return book.bytes


def _cell(row: Row, path: str) -> float | str:
    hours = figure(row.line, path)
    return "" if hours is None else float(hours)


def _mark(row: Row) -> str:
    return row.trainee_id.hex[:12]


def lay(values: Values, table: Rows, rows: Sequence[Row], month: Month, terms: Terms) -> list[Problem]:
    """Put a table's hours into the grid's fields, that is the proposal; what is wrong in it by line and column.

    An empty cell leaves what stands there. `values` has what is typed of each row that the table names. Raises NotReadable when no column
    of hours is known, or nobody is named.
    """
    read, below = under_headings(table, KNOWN)
    if not set(FIGURES) & read.places.keys():
        raise NotReadable("Aucune colonne d’heures n’est reconnue. Reprenez le modèle du mois, qui porte leurs noms.")
    lines = [(line, cells) for line, texts in below if any((cells := read.cells(texts)).values())]
    if not lines:
        raise NotReadable("Ce tableau ne contient aucune ligne. Remplissez une ligne par stagiaire, sous les noms des colonnes.")
    needed = [NAME] if not {NAME, MARK} & read.places.keys() else []
    found = wrong_columns(read, needed, CALLED)
    seen: dict[str, int] = {}
    for line, cells in lines:
        row, what = _whose(cells, rows)
        who = _name(cells)
        if row is None:
            found += [] if needed else [Problem(line, who, NAME, who[:SHOWN], what)]
        elif row.key in seen:
            found.append(Problem(line, who, NAME, who[:SHOWN], f"Ce stagiaire figure déjà à la ligne {seen[row.key]}. Gardez une ligne."))
        else:
            seen[row.key] = line
            found += _lay_row(values, row, line, cells, month, terms)
    return found


def _lay_row(values: Values, row: Row, line: int, cells: Mapping[str, str], month: Month, terms: Terms) -> Iterator[Problem]:
    typed = {f"{row.key}.{path}": [cells[path]] for path in FIGURES if cells.get(path)}
    put(values, row.key, of_row(values, row.key) | typed)
    read = Values(of_row(values, row.key))
    hours = read_line(read, row.key)
    if read.ok:
        for place in Place:
            for refusal in beyond_plan(month, hours, row.others, place, row.planned(place, terms)):
                read.refuse(f"{row.key}.{refusal.field}", refusal)
    if read.ok:
        values.typed |= {name: [as_text(figure(hours, name.partition(".")[2]))] for name in typed}
    for path in FIGURES:
        for what in read.errors.get(f"{row.key}.{path}", []):
            yield Problem(line, row.name, CALLED[path], cells.get(path, "")[:SHOWN], what)


def _name(cells: Mapping[str, str]) -> str:
    return f"{cells.get(NAME, '')} {cells.get(FIRST_NAME, '')}".strip()


def _whose(cells: Mapping[str, str], rows: Iterable[Row]) -> tuple[Row | None, str]:
    """The row that a line is about, by its mark or its name; otherwise what to do."""
    marked = [row for row in rows if cells.get(MARK) == _mark(row)]
    if marked:
        return marked[0], ""
    words = Counter(comparable(_name(cells)).split())  # NOM Prénom, or the other way round
    named = [row for row in rows if words and Counter(comparable(row.name).split()) == words]
    if len(named) == 1:
        return named[0], ""
    if named:
        return None, f"Plusieurs stagiaires portent ce nom. Gardez la colonne « {MARK} » du modèle, qui les distingue."
    return None, "Personne de ce nom n’est en formation ce mois-ci. Vérifiez l’orthographe, ou retirez cette ligne."
