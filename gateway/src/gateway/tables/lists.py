"""Lists that people take away: columns with their kinds, and rows as they come, written as text (CSV) or as a workbook (XLSX).

No text in them is ever carried out as a formula. What is written at once is in memory, the rest in a file: a list may have any length.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Generic, NamedTuple, TypeVar

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from . import text
from .text import Cell
from .writing import MADE, put, titled

Row = TypeVar("Row", contravariant=True)
MOST_ROWS = 1_048_575
"""Of a workbook's sheet, below its headings: what follows has another sheet."""
EARLIEST = date(1900, 3, 1)
"""Before it, workbooks count days in two ways."""


class Kind(NamedTuple):
    """How a workbook shows a column, and how wide it is in characters."""

    form: str
    width: int


TEXT, LONG, DAY = Kind("@", 18), Kind("@", 36), Kind("dd/mm/yyyy", 12)
MONTH, COUNT = Kind("mm/yyyy", 10), Kind("0", 12)
HOURS = MONEY = Kind("#,##0.00", 14)


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its heading, what it holds of a row, of what kind that is."""

    title: str
    value: Callable[[Row], Cell]
    kind: Kind = TEXT


class ListFile(ABC, Generic[Row]):
    """A list that is being written into `file`, called `name`: its headings at once, its rows as they come; whole once it is closed."""

    def __init__(self, file: BinaryIO, name: str, columns: Sequence[Column[Row]]) -> None:
        self.file, self.name, self.columns = file, name, columns

    @abstractmethod
    def add(self, rows: Iterable[Row]) -> None:
        """Write these rows below the others."""

    @abstractmethod
    def close(self) -> None:
        """Write what is left."""


class TextList(ListFile[Row]):
    """CSV as spreadsheets read it in France."""

    def __init__(self, file: BinaryIO, name: str, columns: Sequence[Column[Row]]) -> None:
        super().__init__(file, name, columns)
        file.write((text.MARK + text.lines([[column.title for column in columns]])).encode())

    def add(self, rows: Iterable[Row]) -> None:
        """Write these rows below the others. A month is written as the workbook shows it."""
        self.file.write(text.lines([self._shown(column, row) for column in self.columns] for row in rows).encode())

    def _shown(self, column: Column[Row], row: Row) -> Cell:
        cell = column.value(row)
        return f"{cell:%m/%Y}" if column.kind is MONTH and isinstance(cell, date) else cell

    def close(self) -> None:
        """Nothing is left."""


class WorkbookList(ListFile[Row]):
    """A workbook in which texts are texts, dates are dates and amounts are numbers."""

    def __init__(self, file: BinaryIO, name: str, columns: Sequence[Column[Row]]) -> None:
        super().__init__(file, name, columns)
        self._folder = TemporaryDirectory(prefix="sesame-")
        self._book = Workbook(file, {"constant_memory": True, "tmpdir": self._folder.name})
        self._book.set_properties({"created": MADE})
        self._heading: Any = self._book.add_format(titled())
        self._forms: list[Any] = [self._book.add_format({"num_format": column.kind.form}) for column in columns]
        self._begin_sheet()

    def _begin_sheet(self) -> None:
        number = len(self._book.worksheets()) + 1
        self._sheet: Worksheet = self._book.add_worksheet(self.name if number == 1 else f"{self.name} {number}")
        self._sheet.freeze_panes(1, 1)
        self._sheet.set_row(0, 32)
        for index, column in enumerate(self.columns):
            self._sheet.set_column(index, index, column.kind.width)
            self._sheet.write_string(0, index, column.title, self._heading)
        self._line = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Write these rows below the others."""
        for row in rows:
            if self._line == MOST_ROWS:
                self._begin_sheet()
            self._line += 1
            for index, (column, form) in enumerate(zip(self.columns, self._forms, strict=True)):
                cell = column.value(row)
                if isinstance(cell, date) and cell < EARLIEST:
                    cell = text.shown(cell)
                if cell not in (None, ""):
                    put(self._sheet, self._line, index, float(cell) if isinstance(cell, Decimal) else cell, form)

    def close(self) -> None:
        """Put the workbook together; what it was put together from is gone."""
        try:
            self._book.close()
        finally:
            self._folder.cleanup()
