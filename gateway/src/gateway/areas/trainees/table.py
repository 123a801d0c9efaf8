"""Trainees in a table: which column is which field of the sheet, a row as the form's values, the template to fill in (TRN-8)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from contracts.awards import MOST_TRAINEES
from contracts.sheets import NAMES, REQUIRED
from gateway.areas.action.sheets import CALLED, CODES, FIELDS, PATHS
from gateway.tables.cells import NotReadable, Rows, comparable
from gateway.tables.headings import Headings, under_headings
from gateway.tables.problem import SHOWN, Problem, wrong_columns
from gateway.tables.writing import EXPLANATIONS, Book, Head
from gateway.web.values import Values, whole_number
from gateway.words.french import plural
from gateway.words.labels import LABELS

from .asking import AGE, EMPTY, NAMESAKE, PARTIAL

SHEET = "Stagiaires"
HEADINGS = {CALLED[name]: name for name in PATHS}
"""The template's columns, in the form's order."""
ALSO = {
    "Nom de famille": "nom",
    "Prénoms": "prenom",
    "Titre": "civilite",
    "Né le": "naissance",
    "Née le": "naissance",
    "Né(e) le": "naissance",
    "CSP": "csp",
    "Complément d’adresse": "adresse2",
    "CP": "cp",
    "Commune": "ville",
    "Courriel": "courriel",
    "E-mail": "courriel",
    "Mail": "courriel",
    "Adresse e-mail": "courriel",
    "Adresse mail": "courriel",
    "Entrée": "entree",
    "Date d’entrée en formation": "entree",
    "Rémunération": "remuneration",
    "Niveau": "niveau",
    "Niveau à l’entrée": "niveau",
    "Chômage": "chomage",
    "RMI": "rmi",
}
"""Other names that organisations' own tables give them."""
NEEDED = frozenset(FIELDS[path] for path in (*NAMES, *REQUIRED))
"""What a whole sheet needs; a partial one needs the names alone."""
DATES, FLAGS = ("naissance", "entree"), ("rmi", "th")
EDITED = ("entree", "remuneration", "niveau", "chomage")
"""What can be changed in the list that is about to be registered: what an earlier action knew of a trainee may be another thing today."""
EXAMPLES = {"naissance": "14/02/1986", "entree": "02/03/2026", "cp": "34800", "courriel": "camille.martin@exemple.fr"}
HELP = {
    "cp": "Au format texte, pour garder un zéro au début.",
    "courriel": "Pour lui envoyer un lien vers les enquêtes d’après la formation.",
    "ville": "Se déduit du code postal quand il n’a qu’une commune.",
    "entree": "Entre les dates de l’action.",
}
ASKED = (AGE, NAMESAKE)
"""Fields of the form that no table has: what is asked about a row, and answered in a box beside it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A trainee's row: its line, its cells as they were read, and as the form's values."""

    line: int
    texts: Mapping[str, str]
    values: Values

    @property
    def who(self) -> str:
        """NOM Prénom, as far as the row says."""
        return f"{self.values.value('nom')} {self.values.value('prenom')}".strip()


@dataclass(frozen=True, slots=True)
class Reading:
    """A table as read: its rows, its headings, and the needed fields for which it has no column."""

    rows: tuple[Row, ...]
    headings: Headings[str]
    missing: tuple[str, ...]


def _choices(of: type[StrEnum]) -> dict[str, str]:
    return {comparable(label): code for code, label in LABELS[of].items()} | {comparable(code): code for code in of}


CHOICES = {name: _choices(of) for name, of in CODES.items()} | {name: {"oui": "oui", "non": "non"} for name in FLAGS}
OFFERED = {name: tuple(LABELS[of].values()) for name, of in CODES.items()} | dict.fromkeys(FLAGS, ("oui", "non"))


def read(table: Rows, *, partial: bool) -> Reading:
    """The rows of a table. Raises NotReadable when none of its columns is known, or when it holds nobody, or too many."""
    found, below = under_headings(table, HEADINGS | ALSO)
    if not found.places:
        raise NotReadable(
            "Aucune colonne n’est reconnue. Une ligne du tableau doit porter leurs noms, Nom, Prénom, Date de naissance… : reprenez le "
            "modèle."
        )
    rows = [(line, cells) for line, texts in below if any((cells := found.cells(texts)).values())]
    if not rows:
        raise NotReadable("Ce tableau ne contient aucun stagiaire. Remplissez une ligne par stagiaire, sous les noms des colonnes.")
    if len(rows) > MOST_TRAINEES:
        many = plural(len(rows), "stagiaire")
        raise NotReadable(f"Ce tableau contient {many}, il en faut {MOST_TRAINEES} au plus. Partagez-le en plusieurs fichiers.")
    needed = [name for name in HEADINGS.values() if name in (("nom", "prenom") if partial else NEEDED)]
    return Reading(
        tuple(Row(line, cells, _values(cells, partial=partial)) for line, cells in rows),
        found,
        tuple(name for name in needed if name not in found.places),
    )


def _values(cells: Mapping[str, str], *, partial: bool) -> Values:
    """A row as the form's values; a label that no list has is noted."""
    values = Values({name: [text] for name, text in cells.items()} | {"faire": [PARTIAL if partial else ""]})
    for name, known in CHOICES.items():
        if text := cells.get(name, ""):
            values.typed[name] = [known.get(comparable(text), "")]
            if comparable(text) not in known:
                *most, last = OFFERED[name]
                shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
                values.wrong(name, f"« {shown} » n’est pas dans la liste. Choisissez {', '.join(most)} ou {last}.")
    return values


def problems(reading: Reading) -> list[Problem]:
    """What is wrong in a table whose rows were asked about, by line and column; what is a question is none."""
    return [*wrong_columns(reading.headings, reading.missing, CALLED), *wrong_cells(reading.rows, reading.missing)]


def wrong_cells(rows: Iterable[Row], missing: Sequence[str] = ()) -> Iterator[Problem]:
    """What is wrong in the rows; of a column that is missing enough has been said."""
    for row in rows:
        for name in CALLED:
            for what in row.values.errors.get(name, []):
                if name not in ASKED and not (what == EMPTY and name in missing):
                    text = row.texts.get(name, "")
                    yield Problem(row.line, row.who, CALLED[name], text[:SHOWN], what)


def typed(rows: Sequence[Row], *, partial: bool) -> dict[str, list[str]]:
    """The rows as the fields of one form: each repeated, a value per row; what no row says is left out."""
    columns = {name: [row.values.value(name) for row in rows] for name in PATHS}
    filled = {name: texts for name, texts in columns.items() if any(texts)}
    return filled | {"ligne": [str(row.line) for row in rows], "partielles": ["oui" if partial else ""]}


def rows_of(values: Values) -> list[Row]:
    """The same rows again, from that form, with what was answered beside each."""
    faire = [PARTIAL if values.value("partielles") == "oui" else ""]
    rows = []
    for place, line in enumerate(values.values("ligne")[:MOST_TRAINEES]):
        cells = {name: values.value(name, place) for name in PATHS}
        answered = {name: values.values(f"{name}.{place}") for name in ASKED}
        row = Values({name: [text] for name, text in cells.items()} | answered | {"faire": faire})
        rows.append(Row(whole_number(line) or 0, cells, row))
    return rows


@cache
def template() -> bytes:
    """The workbook to fill in: a column for each field, its list of values, explanations."""
    with Book() as book:
        heads = [Head(title, "dd/mm/yyyy" if name in DATES else "@", OFFERED.get(name, ()), 18) for title, name in HEADINGS.items()]
        book.sheet(SHEET, heads, [])
        titles = ("Colonne", "Obligatoire", "Valeurs admises, explications", "Exemple")
        rows = [
            (
                title,
                "oui" if name in NEEDED else "non",
                " / ".join(OFFERED.get(name, ())) or HELP.get(name, ""),
                EXAMPLES.get(name) or next(iter(OFFERED.get(name, ())), ""),
            )
            for title, name in HEADINGS.items()
        ]
        book.table(EXPLANATIONS, titles, rows, (36, 12, 90, 30))
    return book.bytes
