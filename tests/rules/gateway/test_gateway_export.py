"""Lists as files: what a spreadsheet in French reads, whatever stands in them (ACT-1)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from contracts.month import Month
from gateway.areas.action.queries.region import last_month
from gateway.tables import lists
from gateway.tables.lists import COUNT, DAY, MONEY, MONTH, Column, ListFile, Row, TextList, WorkbookList
from tests.gateway.files import sheet_rows, text_rows

Line = tuple[object, ...]


def written(kind: type[ListFile[Row]], rows: Sequence[Row], columns: Sequence[Column[Row]]) -> bytes:
    file = BytesIO()
    listed = kind(file, "Actions", columns)
    for row in rows:
        listed.add([row])
    listed.close()
    return file.getvalue()


ONE: tuple[Column[Line], ...] = (
    Column("Intitulé", lambda line: str(line[0])),
    Column("Début", lambda _line: date(2008, 2, 4), DAY),
    Column("Mois", lambda _line: Month("2008-02").first, MONTH),
    Column("Prix HT", lambda _line: Decimal("44590.00"), MONEY),
    Column("Solde HT", lambda _line: Decimal("-12.50"), MONEY),
    Column("Stagiaires", lambda _line: 2, COUNT),
    Column("Fin réelle", lambda _line: None, DAY),
)


def test_a_list_is_written_as_french_spreadsheets_read_it() -> None:
    row = [('SCÈNES ; ET « FORMATIONS »\n"LYON"',)]
    headings, cells = text_rows(written(TextList, row, ONE))
    assert headings == [column.title for column in ONE]
    assert cells == ['SCÈNES ; ET « FORMATIONS »\n"LYON"', "04/02/2008", "02/2008", "44590,00", "-12,50", "2", ""]
    first, second = sheet_rows(written(WorkbookList, row, ONE))
    assert first == headings
    assert second == [cells[0], date(2008, 2, 4), date(2008, 2, 1), 44590.0, -12.5, 2.0, ""]


@pytest.mark.parametrize("kind", [TextList, WorkbookList])
def test_an_empty_list_has_its_headings(kind: type[ListFile[Line]]) -> None:
    content = written(kind, [], ONE)
    assert (text_rows if kind is TextList else sheet_rows)(content) == [[column.title for column in ONE]]  # type: ignore[operator]


@pytest.mark.parametrize("title", ["=1+1", "+33 4", "-2", "@SUM(A1)", "\tx", "\r=1", "\n=1", "  =cmd|' /C calc'!A0"])
def test_nothing_that_somebody_typed_is_a_formula_in_a_file(title: str) -> None:
    _, cells = text_rows(written(TextList, [(title,)], ONE))
    assert cells[0] == f"'{title}"
    sheet = CalamineWorkbook.from_filelike(BytesIO(written(WorkbookList, [(title,)], ONE))).get_sheet_by_index(0)
    assert str(sheet.to_python()[1][0]).strip() == title.strip(), "a text, whatever it begins with"


@pytest.mark.parametrize("text", ["a\x0bb", "<b>&amp;\"'", "e\u0301 😀 \ufffe", "http://elsewhere.example", "_x0041_", "x" * 20_000])
def test_whatever_stands_in_a_text_a_workbook_can_be_opened(text: str) -> None:
    _, cells = sheet_rows(written(WorkbookList, [(text,)], ONE))
    assert str(cells[0]).startswith(text[:1]) and cells[1] == date(2008, 2, 4)


def test_a_day_before_workbooks_count_days_is_written_as_it_is_read() -> None:
    born: tuple[Column[date], ...] = (Column("Née le", lambda day: day, DAY),)
    assert sheet_rows(written(WorkbookList, [date(1899, 12, 31), date(1900, 3, 1)], born))[1:] == [["31/12/1899"], [date(1900, 3, 1)]]


def test_a_list_longer_than_a_sheet_goes_on_in_another_with_its_headings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_ROWS", 3)
    book = CalamineWorkbook.from_filelike(BytesIO(written(WorkbookList, [(str(number),) for number in range(5)], ONE[:1])))
    assert book.sheet_names == ["Actions", "Actions 2"]
    rows = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert rows == [[["Intitulé"], ["0"], ["1"], ["2"]], [["Intitulé"], ["3"], ["4"]]]


def test_the_same_list_gives_the_same_bytes() -> None:
    assert written(WorkbookList, [("A",)], ONE) == written(WorkbookList, [("A",)], ONE)


@pytest.mark.parametrize(("today", "late"), [("2008-03-15", "2008-01"), ("2008-03-16", "2008-02"), ("2008-01-02", "2007-11")])
def test_dec_06_a_month_is_late_once_its_first_window_has_passed(today: str, late: str) -> None:
    assert last_month(date.fromisoformat(today)) == late
