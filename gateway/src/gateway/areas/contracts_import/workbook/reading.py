"""From the cells of a workbook to contracts, and everything in it that cannot be read (ACT-1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from contracts.answers import Fault
from contracts.awards import Contract
from contracts.refusals.awards import NoContract
from gateway.tables.cells import NotReadable, Rows, comparable
from gateway.tables.headings import Headings, headings
from gateway.words.french import NBSP, NotRead, number
from gateway.words.refusals import sentence

from .columns import CONTRACT_NUMBER, CONTRACTS, EXAMPLE, PARTS, SHEETS, USUAL_RECOVERY, Column, Sheet
from .kinds import LONG_TEXT, TEXT

MOST_CONTRACTS = 2_000
SHOWN = 500
"""Characters of a cell that cannot be read: enough to find it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, row, column or sheet: where it is, what was read there, and how to repair it.

    `line` 0 is the sheet as a whole, `sheet` empty the file as a whole.
    """

    sheet: str
    line: int
    contract: str
    column: str
    value: str
    what: str


@dataclass(slots=True)
class ContractLines:
    """Where a contract stands in the workbook: its own line, those of each part by the list's path, and the paths that hold a stand-in.

    `number` is its number as it was typed.
    """

    number: str
    line: int
    parts: dict[str, list[int]] = field(default_factory=dict)
    guessed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """A workbook as read. Where a cell could not be, its contract holds a stand-in: only a reading without `problems` may be imported.

    `places` has each contract's by the number that it has in `contracts`: one that cannot be used is replaced by a number of our own.
    """

    contracts: tuple[Contract, ...]
    places: dict[str, ContractLines]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Row:
    line: int
    number: str
    values: dict[str, Any]
    guessed: list[str]


def read(sheets: Mapping[str, Rows]) -> Reading:
    """The contracts of a workbook's sheets. Raises NotReadable when it holds more than can be imported at once."""
    problems: list[Problem] = []
    rows = _contract_rows(_read_sheet(CONTRACTS, sheets.get(CONTRACTS.name), problems), problems)
    if len(rows) > MOST_CONTRACTS:
        many, most = (number(Decimal(count), 0) for count in (len(rows), MOST_CONTRACTS))
        raise NotReadable(f"Ce fichier contient {many} contrats, il en faut {most} au plus. Partagez-le en plusieurs fichiers.")
    places = {item: ContractLines(row.number, row.line, guessed=list(row.guessed)) for item, row in rows.items()}
    lists: dict[str, dict[str, list[dict[str, Any]]]] = {item: {} for item in rows}
    items = {row.number: item for item, row in reversed(rows.items()) if row.number}
    for sheet in PARTS:
        for row in _read_sheet(sheet, sheets.get(sheet.name), problems):
            item = items.get(row.number)
            if item is None:
                problems += _orphan(sheet, row) if items else []
                continue
            below = lists[item].setdefault(sheet.path, [])
            places[item].guessed += [f"{sheet.path}.{len(below)}.{path}" for path in row.guessed]
            places[item].parts.setdefault(sheet.path, []).append(row.line)
            below.append(row.values)
    if not rows and not problems:
        problems.append(Problem("", 0, "", "", "", sentence(Fault(code=NoContract.code()), {})))
    contracts = tuple(_contract(item, row.values, lists[item]) for item, row in rows.items())
    return Reading(contracts, places, tuple(problems))


def _contract_rows(rows: Iterable[_Row], problems: list[Problem]) -> dict[str, _Row]:
    """Each row under the number that its contract has from here on: its own, once, or one that nothing else has."""
    rows_by_number: dict[str, _Row] = {}
    first: dict[str, int] = {}
    for row in rows:
        repeated = first.setdefault(row.number, row.line) != row.line and bool(row.number)
        if repeated:
            what = f"Ce contrat figure déjà à la ligne {first[row.number]}. Gardez une seule ligne par numéro de contrat."
            problems.append(Problem(CONTRACTS.name, row.line, row.number, CONTRACT_NUMBER, row.number, what))
        usable = not repeated and "number" not in row.guessed
        rows_by_number[row.number if usable else f"ligne-{row.line}"] = row
        if not usable and "number" not in row.guessed:
            row.guessed.append("number")
    return rows_by_number


def _orphan(sheet: Sheet, row: _Row) -> list[Problem]:
    if not row.number:
        return []  # already said: it is missing
    what = f"Ce contrat ne figure pas dans la feuille «{NBSP}{CONTRACTS.name}{NBSP}». Corrigez le numéro, ou ajoutez le contrat."
    return [Problem(sheet.name, row.line, row.number, CONTRACT_NUMBER, row.number, what)]


def _read_sheet(sheet: Sheet, rows: Rows | None, problems: list[Problem]) -> list[_Row]:
    """The rows of a sheet, the template's example left out; what is wrong is noted."""
    if rows is None or (not rows and sheet is CONTRACTS):
        what = "manque" if rows is None else "est vide"
        what = f"La feuille «{NBSP}{sheet.name}{NBSP}» {what}. Reprenez le modèle, qui a les {len(SHEETS)} feuilles et leurs colonnes."
        problems.append(Problem(sheet.name, 0, "", "", "", what))
        return []
    if not rows:
        return []
    line, titles = rows[0]
    read = _columns(sheet, line, titles, problems)
    cells = [(line, read.cells(texts)) for line, texts in rows[1:]]
    numbers = sheet.columns[0]
    return [
        _read_row(sheet, read.places, line, texts, problems)
        for line, texts in cells
        if any(texts.values()) and comparable(texts.get(numbers, "")) != comparable(EXAMPLE)
    ]


def _columns(sheet: Sheet, line: int, titles: list[str], problems: list[Problem]) -> Headings[Column]:
    """Where each column is. One that is missing, unknown or there twice is noted, once."""
    read = headings(line, titles, {column.header: column for column in sheet.columns})
    for found, what in ((read.twice, "Cette colonne figure deux fois"), (read.unknown, "Le modèle n’a pas de colonne de ce nom")):
        for title in found:
            problems.append(Problem(sheet.name, line, "", _beginning(title), _beginning(title), f"{what}. Renommez-la ou supprimez-la."))
    for column in sheet.columns:
        if column not in read.places and not column.optional:
            what = "Cette colonne manque. Ajoutez-la, avec le nom qu’elle a dans le modèle."
            problems.append(Problem(sheet.name, line, "", column.header, "", what))
    return read


def _read_row(sheet: Sheet, where: Mapping[Column, int], line: int, texts: Mapping[Column, str], problems: list[Problem]) -> _Row:
    row = _Row(line, "".join(texts.get(sheet.columns[0], "").split()), {}, [])
    for column in sheet.columns:
        text = texts.get(column, "")
        try:
            row.values[column.path] = _read_cell(column, text)
        except NotRead as error:
            row.values[column.path] = column.kind.stand_in
            row.guessed.append(column.path)
            if column in where:  # of a column that is missing enough has been said
                shown = _beginning(text)
                problems.append(Problem(sheet.name, line, row.number, column.header, shown, str(error).replace(text, shown)))
        if column not in where and column.path not in row.guessed:
            row.values[column.path] = column.default if column.optional else column.kind.stand_in
            row.guessed.append(column.path)
    return row


def _beginning(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _read_cell(column: Column, text: str) -> Any:
    """The value of a cell. Raises NotRead. Whether a text may be empty is for the service to say (ACT-4)."""
    if text:
        return column.kind.read(text) if column.path else text  # a part's contract is looked up, whatever its number looks like
    if column.optional:
        return column.default
    if column.kind in (TEXT, LONG_TEXT):
        return ""
    raise NotRead("Obligatoire." if column.example == EXAMPLE else f"Obligatoire, par exemple {column.example}.")


def _contract(item: str, values: Mapping[str, Any], lists: Mapping[str, list[dict[str, Any]]]) -> Contract:
    tree: dict[str, Any] = {}
    for path, value in {**values, "number": item}.items():
        _put(tree, path, value)
    tree["terms"]["thresholds"] = tuple(tree["terms"]["thresholds"].values())
    tree["terms"]["advance"] = _advance(**tree["terms"]["advance"])
    for sheet in PARTS:
        # The first column of a part's sheet, the contract's number, has no path: it says where the part belongs, and is none of it.
        parts = [{path: value for path, value in part.items() if path} for part in lists.get(sheet.path, [])]
        _put(tree, sheet.path, tuple(parts))
    return Contract.model_validate(tree)


def _advance(rate: Decimal | None, recovered_from: Decimal | None, recovered_to: Decimal | None) -> dict[str, Decimal] | None:
    """None when its cells are empty; what is left empty beside another is the usual, or a rate that the service refuses (ACT-4)."""
    if (rate, recovered_from, recovered_to) == (None, None, None):
        return None
    begins, ends = map(Decimal, USUAL_RECOVERY)
    return {
        "rate": Decimal(0) if rate is None else rate,
        "recovered_from": begins if recovered_from is None else recovered_from,
        "recovered_to": ends if recovered_to is None else recovered_to,
    }


def _put(tree: dict[str, Any], path: str, value: Any) -> None:
    *above, name = path.split(".")
    for step in above:
        tree = tree.setdefault(step, {})
    tree[name] = value
