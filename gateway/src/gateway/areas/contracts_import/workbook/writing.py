"""Contracts as a workbook, and the template that agents fill in, by the same table of columns that reads them (ACT-1, ACT-4)."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from contracts.awards import Contract
from gateway.tables.writing import EXPLANATIONS, Book, Cell, Head

from .columns import CONTRACT_NUMBER, CONTRACTS, EXAMPLE, PARTS, SHEETS, Column, Sheet, headers, value_at


def write(contracts: Iterable[Contract]) -> bytes:
    """A workbook of these contracts, as reading it gives them back."""
    contracts = tuple(contracts)
    with Book() as book:
        book.sheet(CONTRACTS.name, _heads(CONTRACTS), ([_cell(contract, column) for column in CONTRACTS.columns] for contract in contracts))
        for sheet in PARTS:
            rows = ((contract.number, part) for contract in contracts for part in value_at(contract, sheet.path))
            cells = ([number, *(_cell(part, column) for column in sheet.columns[1:])] for number, part in rows)
            book.sheet(sheet.name, _heads(sheet), cells)
    return book.bytes


@cache
def template() -> bytes:
    """The workbook to fill in: headers, lists of allowed values, an example row that is not imported, explanations."""
    with Book() as book:
        for sheet in SHEETS:
            book.sheet(sheet.name, _heads(sheet), [[_example(column) for column in sheet.columns]], is_example=True)
        _explain(book)
    return book.bytes


def problems(rows: Iterable[Sequence[str | int]], titles: Sequence[str]) -> bytes:
    """A table of what is wrong with a file, to be worked off beside it."""
    with Book() as book:
        book.table("Erreurs", titles, rows, (16, 8, 18, 28, 28, 90))
    return book.bytes


def _heads(sheet: Sheet) -> list[Head]:
    return [
        Head(column.header, column.kind.form, column.kind.allowed, max(12, min(34, len(column.example) + 3))) for column in sheet.columns
    ]


def _cell(part: Any, column: Column) -> Cell:
    value = value_at(part, column.path)
    return "" if value is None else column.kind.write(value)


def _example(column: Column) -> Cell:
    return column.kind.write(column.kind.read(column.example)) if column.example else ""


def _explain(book: Book) -> None:
    """What each column is for, with an example."""
    titles = ("Feuille", "Colonne", "Obligatoire", "Valeurs admises, explications", "Exemple")
    rows = [
        (sheet.name, column.header, "non" if column.optional else "oui", _explained(column), column.example)
        for sheet, column in headers()
        if not (sheet is not CONTRACTS and column.header == CONTRACT_NUMBER)
    ]
    intro = [(sheet.name, CONTRACT_NUMBER, "oui", sheet.help, "") for sheet in PARTS]
    rule = f"La ligne {EXAMPLE} de chaque feuille n’est pas importée : vous pouvez la garder."
    book.table(EXPLANATIONS, titles, [*rows, *intro, ("", "", "", rule, "")], (16, 30, 12, 70, 38))


def _explained(column: Column) -> str:
    return " ".join(part for part in (f"{' / '.join(column.kind.allowed)}." if column.kind.allowed else "", column.help) if part)
