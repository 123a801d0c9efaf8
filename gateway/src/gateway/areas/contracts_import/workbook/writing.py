"""Contracts as a workbook, and the template that agents fill in, by the same table of columns that reads them (ACT-1, ACT-4)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from contracts.actions import Contract

from .columns import CONTRACT_NUMBER, CONTRACTS, EXAMPLE, PARTS, SHEETS, Column, Sheet, headers, value_at
from .kinds import Cell

EXPLANATIONS = "Mode d’emploi"
EXPLAINED_ROWS = 2_000
"""How many rows of a sheet offer the lists of values."""
TEXT_CELLS = "@"

Rows = Iterable[Sequence[Cell]]


def write(contracts: Iterable[Contract]) -> bytes:
    """A workbook of these contracts, as reading it gives them back."""
    contracts = tuple(contracts)
    with _Writer() as writer:
        writer.sheet(CONTRACTS, ([_cell(contract, column) for column in CONTRACTS.columns] for contract in contracts))
        for sheet in PARTS:
            rows = ((contract.number, part) for contract in contracts for part in value_at(contract, sheet.path))
            writer.sheet(sheet, ([number, *(_cell(part, column) for column in sheet.columns[1:])] for number, part in rows))
    return writer.bytes


@cache
def template() -> bytes:
    """The workbook to fill in: headers, lists of allowed values, an example row that is not imported, explanations."""
    with _Writer() as writer:
        for sheet in SHEETS:
            writer.sheet(sheet, [[_example(column) for column in sheet.columns]], is_example=True)
        writer.explanations()
    return writer.bytes


def problems(rows: Iterable[Sequence[str | int]], titles: Sequence[str]) -> bytes:
    """A table of what is wrong with a file, to be worked off beside it."""
    with _Writer() as writer:
        writer.table("Erreurs", titles, rows, (16, 8, 18, 28, 28, 90))
    return writer.bytes


def _cell(part: Any, column: Column) -> Cell:
    return column.kind.write(value_at(part, column.path))


def _example(column: Column) -> Cell:
    return column.kind.write(column.kind.read(column.example)) if column.example else ""


class _Writer:
    """A workbook in memory; `bytes` once the block has ended."""

    def __init__(self) -> None:
        self._file = BytesIO()
        self._book = Workbook(self._file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        self._book.set_properties({"created": datetime(2007, 1, 1)})  # noqa: DTZ001  # the same contracts give the same bytes
        self._head = self._book.add_format(
            {"bold": True, "bg_color": "#0B4F63", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top", "border": 1}
        )
        self._formats = {
            (form, is_example): self._book.add_format(
                {"num_format": form} | ({"italic": True, "font_color": "#535B62"} if is_example else {})
            )
            for form in {column.kind.form for _, column in headers()}
            for is_example in (False, True)
        }
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    @property
    def bytes(self) -> bytes:
        """The file."""
        return self._file.getvalue()

    def sheet(self, sheet: Sheet, rows: Rows, *, is_example: bool = False) -> None:
        """A sheet's headers and rows; every cell has the format of its column, so that zeros and dates stay what they are."""
        page = self._page(sheet.name, [column.header for column in sheet.columns])
        for index, column in enumerate(sheet.columns):
            page.set_column(index, index, max(12, min(34, len(column.example) + 3)), self._formats[column.kind.form, False])
            if column.kind.allowed:
                offered = {"validate": "list", "source": list(column.kind.allowed), "error_title": column.header}
                page.data_validation(1, index, EXPLAINED_ROWS, index, offered | {"error_message": "Choisissez une valeur de la liste."})
        for line, cells in enumerate(rows, start=1):
            for index, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True)):
                _write(page, line, index, cell, self._formats[column.kind.form, is_example])

    def explanations(self) -> None:
        """What each column is for, with an example."""
        titles = ("Feuille", "Colonne", "Obligatoire", "Valeurs admises, explications", "Exemple")
        rows = [
            (sheet.name, column.header, "non" if column.optional else "oui", _explained(column), column.example)
            for sheet, column in headers()
            if not (sheet is not CONTRACTS and column.header == CONTRACT_NUMBER)
        ]
        intro = [(sheet.name, CONTRACT_NUMBER, "oui", sheet.help, "") for sheet in PARTS]
        rule = f"La ligne {EXAMPLE} de chaque feuille n’est pas importée : vous pouvez la garder."
        self.table(EXPLANATIONS, titles, [*rows, *intro, ("", "", "", rule, "")], (16, 30, 12, 70, 38))

    def table(self, name: str, titles: Sequence[str], rows: Iterable[Sequence[str | int]], widths: Sequence[int]) -> None:
        """A sheet to be read, not filled in."""
        page = self._page(name, titles)
        for index, width in enumerate(widths):
            page.set_column(index, index, width)
        for line, cells in enumerate(rows, start=1):
            for index, cell in enumerate(cells):
                _write(page, line, index, cell, self._wrapped)

    def _page(self, name: str, titles: Sequence[str]) -> Worksheet:
        page = self._book.add_worksheet(name)
        page.freeze_panes(1, 1)
        page.set_row(0, 32)
        for index, title in enumerate(titles):
            page.write_string(0, index, title, self._head)
        return page


def _explained(column: Column) -> str:
    return " ".join(part for part in (f"{' / '.join(column.kind.allowed)}." if column.kind.allowed else "", column.help) if part)


def _write(page: Worksheet, line: int, index: int, cell: Cell, form: Any) -> None:
    if isinstance(cell, date):
        page.write_datetime(line, index, cell, form)
    elif isinstance(cell, str):
        page.write_string(line, index, cell, form)
    else:
        page.write_number(line, index, cell, form)
