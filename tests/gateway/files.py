"""Lists as files, read back as a spreadsheet reads them."""

import csv
from dataclasses import dataclass
from io import BytesIO, StringIO

import httpx
from python_calamine import CalamineWorkbook

from gateway.words.french import date_short
from tests.gateway.running_portal import Person

TEXT, WORKBOOK = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Taken:
    """A list that was taken away: as text, and what the workbook holds."""

    headings: list[str]
    rows: list[dict[str, str]]
    cells: list[list[object]]
    name: str


def text_rows(content: bytes) -> list[list[str]]:
    """The rows of a CSV."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def sheet_rows(content: bytes) -> list[list[object]]:
    """The rows of a workbook's one sheet."""
    (sheet,) = CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names
    return [list(row) for row in CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(sheet).to_python()]


async def got(person: Person, address: str, kind: str) -> httpx.Response:
    """The file of one kind at the address, whose query follows a `?`."""
    path, mark, query = address.partition("?")
    answer = await person.get(f"{path}.{kind}{mark}{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, TEXT if kind == "csv" else WORKBOOK), address
    assert answer.headers["cache-control"] == "no-store" and int(answer.headers["content-length"]) == len(answer.content)
    return answer


async def take(person: Person, address: str) -> Taken:
    """The list at the address, in both formats: they say the same."""
    as_text, as_workbook = [await got(person, address, kind) for kind in ("csv", "xlsx")]
    headings, *lines = text_rows(as_text.content)
    shown, *cells = sheet_rows(as_workbook.content)
    assert headings == shown and len(lines) == len(cells)
    for line, row in zip(lines, cells, strict=True):
        assert len(line) == len(headings)
        for text, cell in zip(line, row, strict=False):
            assert text.removeprefix("'") == _read(cell, text), (text, cell)
    name = as_text.headers["content-disposition"]
    assert name.removesuffix('.csv"') == as_workbook.headers["content-disposition"].removesuffix('.xlsx"')
    rows = [dict(zip(headings, (cell.replace("\u00a0", " ") for cell in line), strict=True)) for line in lines]
    return Taken(headings, rows, cells, name.removeprefix('attachment; filename="').removesuffix('.csv"'))


def _read(cell: object, text: str) -> str:
    """A workbook's cell as the text has it: a number is a number there, a date a date."""
    if isinstance(cell, float):
        return f"{cell:.2f}".replace(".", ",") if "," in text else f"{cell:.0f}"
    if hasattr(cell, "day"):
        return f"{cell:%m/%Y}" if text.count("/") == 1 else date_short(cell)  # type: ignore[arg-type]
    return str(cell)
