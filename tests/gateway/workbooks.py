"""Workbooks to be read, to be spoilt, and what a page says of them."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

import httpx
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from contracts.awards import Advance, Contract, Subcontractor
from contracts.codes import TaxRegime
from gateway.areas.contracts_import.workbook import writing
from gateway.areas.contracts_import.workbook.columns import SHEETS
from gateway.areas.contracts_import.workbook.kinds import Cell
from tests import guide

NAMES = [sheet.name for sheet in SHEETS]
Sheets = dict[str, list[list[Any]]]
PATH = re.compile(r"/region/import/[0-9a-f-]{36}")


def words(answer: httpx.Response | str) -> str:
    """A page as it reads: without tags, with plain spaces."""
    text = answer if isinstance(answer, str) else answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", text.replace("&nbsp;", " ").replace("&#39;", "'")).split())


def sheets_of(*contracts: Contract) -> Sheets:
    """The cells of a workbook, to be spoilt."""
    with CalamineWorkbook.from_filelike(BytesIO(writing.write(contracts))) as book:
        return {name: [list(row) for row in book.get_sheet_by_name(name).iter_rows()] for name in NAMES}


def spoil(sheets: Sheets, sheet: str, line: int, column: str, value: Cell) -> None:
    """Puts another value into a cell."""
    sheets[sheet][line - 1][list(sheets[sheet][0]).index(column)] = value


def xlsx(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """A workbook of these cells."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for index, cell in enumerate(row):
                    if isinstance(cell, date):
                        page.write_datetime(line, index, cell, day)
                    else:
                        page.write(line, index, cell)
    return file.getvalue()


def ods(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """The same as an OpenDocument spreadsheet, padded to its last row as LibreOffice does."""

    def cell(value: Cell) -> str:
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"><text:p>{value}</text:p></table:table-cell>'
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'

    padding = '<table:table-cell table:number-columns-repeated="16000"/>'
    rest = f'<table:table-row table:number-rows-repeated="1000000">{padding}</table:table-row>'
    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}{padding}</table:table-row>" for row in rows)
        + f"{rest}</table:table>"
        for name, rows in sheets.items()
    )
    names = "".join(f' xmlns:{space}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"' for space in ("office", "table", "text"))
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    content = f"<office:document-content{names}>{body}</office:document-content>"
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f'<?xml version="1.0" encoding="UTF-8"?>{content}')
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return file.getvalue()


def number() -> str:
    """A contract number that nothing has yet."""
    return f"2008Q{uuid4().hex[:8].upper()}"


def full(number: str = "2007QCA0266") -> Contract:
    """A contract with every part."""
    subcontractor = Subcontractor(
        siret="83014132100034", name="CEVENNES-GESTION", ceiling=Decimal("1500.00"), tax_regime=TaxRegime.STANDARD
    )
    advance = Advance(rate=Decimal(5), recovered_from=Decimal(65), recovered_to=Decimal(80))
    return guide.contract(number, subcontractors=(subcontractor,), advance=advance, trainers=(guide.TRAINER, guide.TRAINER))
