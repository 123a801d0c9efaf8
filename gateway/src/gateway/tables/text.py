"""Tables as text, as spreadsheets read it in France: semicolons, decimal commas. No text in them is ever carried out as a formula."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO

from gateway.words.french import date_short

Cell = str | int | Decimal | date | None
MARK = "\ufeff"
"""What a file begins with, so that spreadsheets know UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a text begins that a spreadsheet would carry out."""


def lines(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows, a line each: what Excel and Calc open without a question, once `MARK` stands before the first."""
    file = StringIO()
    csv.writer(file, delimiter=";").writerows([shown(cell) for cell in row] for row in rows)
    return file.getvalue()


def shown(cell: Cell) -> str:
    """`15/03/2008`, `44590,00`; an apostrophe before a text that a spreadsheet would carry out."""
    match cell:
        case str():
            return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
        case date():
            return date_short(cell)
        case Decimal():
            return f"{cell:f}".replace(".", ",")
    return "" if cell is None else str(cell)
