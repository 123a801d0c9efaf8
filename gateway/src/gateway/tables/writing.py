"""Workbooks that people fill in or work off: columns with their formats and lists of values, the same bytes for the same content."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from litestar import Response
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

Cell = str | float | date
Rows = Iterable[Sequence[Cell]]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPLANATIONS = "Mode d’emploi"
LISTS = "Listes"
OFFERED_ROWS = 2_000
"""How many rows of a sheet offer the lists of values."""
MADE = datetime(2007, 1, 1)  # noqa: DTZ001
"""When every workbook was made: the same content gives the same bytes."""
LONGEST_FORMULA = 255
"""Characters of a list that stands in the cells' own rule, where a comma separates two values; another has a sheet of its own."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column to fill in: its heading, how a spreadsheet shows its cells, which values it offers, how wide it is in characters."""

    title: str
    form: str = "@"
    offered: tuple[str, ...] = ()
    width: int = 16


class Book:
    """A workbook in memory; `bytes` once the block has ended."""

    def __init__(self) -> None:
        self._file = BytesIO()
        self._book = Workbook(self._file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        self._book.set_properties({"created": MADE})
        self._head = self._book.add_format(titled())
        self._formats: dict[tuple[str, bool], Any] = {}
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._lists: list[tuple[str, tuple[str, ...]]] = []

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_: object) -> None:
        if self._lists:
            deepest = max(len(values) for _, values in self._lists)
            rows = ([values[place] if place < len(values) else "" for _, values in self._lists] for place in range(deepest))
            self.table(LISTS, [title for title, _ in self._lists], rows, [40] * len(self._lists))
        self._book.close()

    @property
    def bytes(self) -> bytes:
        """The file."""
        return self._file.getvalue()

    def sheet(self, name: str, heads: Sequence[Head], rows: Rows, *, is_example: bool = False) -> None:
        """A sheet to fill in; every cell has the format of its column, so that zeros and dates stay what they are."""
        page = self._page(name, [head.title for head in heads])
        for index, head in enumerate(heads):
            page.set_column(index, index, head.width, self._format(head.form))
            if head.offered:
                offered = {"validate": "list", "source": self._source(head), "error_title": head.title[:32]}
                page.data_validation(1, index, OFFERED_ROWS, index, offered | {"error_message": "Choisissez une valeur de la liste."})
        for line, cells in enumerate(rows, start=1):
            for index, (head, cell) in enumerate(zip(heads, cells, strict=True)):
                put(page, line, index, cell, self._format(head.form, is_example))

    def table(self, name: str, titles: Sequence[str], rows: Rows, widths: Sequence[int]) -> None:
        """A sheet to be read, not filled in."""
        page = self._page(name, titles)
        for index, width in enumerate(widths):
            page.set_column(index, index, width)
        for line, cells in enumerate(rows, start=1):
            for index, cell in enumerate(cells):
                put(page, line, index, cell, self._wrapped)

    def _source(self, head: Head) -> list[str] | str:
        if not any("," in value for value in head.offered) and len(",".join(head.offered)) <= LONGEST_FORMULA:
            return list(head.offered)
        self._lists.append((head.title, head.offered))
        column = chr(ord("A") + len(self._lists) - 1)
        return f"={LISTS}!${column}$2:${column}${len(head.offered) + 1}"

    def _format(self, form: str, is_example: bool = False) -> Any:
        if (form, is_example) not in self._formats:
            shown = {"italic": True, "font_color": "#535B62"} if is_example else {}
            self._formats[form, is_example] = self._book.add_format({"num_format": form} | shown)
        return self._formats[form, is_example]

    def _page(self, name: str, titles: Sequence[str]) -> Worksheet:
        page = self._book.add_worksheet(name)
        page.freeze_panes(1, 1)
        page.set_row(0, 32)
        for index, title in enumerate(titles):
            page.write_string(0, index, title, self._head)
        return page


def titled() -> dict[str, object]:
    """How headings look."""
    return {"bold": True, "bg_color": "#0B4F63", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top", "border": 1}


def put(page: Worksheet, line: int, index: int, cell: Cell, form: Any) -> None:
    """Write a cell: a text is a text, whatever it begins with; a date is a date, a number a number."""
    if isinstance(cell, date):
        page.write_datetime(line, index, cell, form)
    elif isinstance(cell, str):
        page.write_string(line, index, cell, form)
    else:
        page.write_number(line, index, cell, form)


def to_save(name: str) -> dict[str, str]:
    """The headers of a file that is saved under this name, and kept nowhere on its way."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def download(content: bytes, name: str) -> Response[bytes]:
    """A workbook to save."""
    return Response(content, media_type=XLSX, headers=to_save(name))
