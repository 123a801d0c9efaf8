"""Small tables, as spreadsheet programs write them: the same rows of text from each, within limits; columns by their headings."""

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from gateway.tables import cells
from gateway.tables.headings import under_headings
from gateway.tables.writing import Book, Head
from tests.gateway.workbooks import ods, xlsx

TABLE: list[list[Any]] = [["Nom", "Né le", "Heures"], ["Hérault ; “L’Été”", date(1986, 2, 14), 3.5], ["Deux, puis\ntrois", "", ""]]
IDS = [f"{name} {encoding}" for name in ("comma", "semicolon", "tab") for encoding in ("utf-8", "mark", "cp1252", "utf-16")]
READ = [
    (1, ["Nom", "Né le", "Heures"]),
    (2, ["Hérault ; “L’Été”", "14/02/1986", "3,5"]),
    (3, ["Deux, puis\ntrois", "", ""]),
]


def as_csv(rows: list[list[Any]], delimiter: str, encoding: str) -> bytes:
    text = StringIO()
    shown = ([f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell).replace(".", ",") for cell in row] for row in rows)
    csv.writer(text, delimiter=delimiter).writerows(shown)
    return text.getvalue().encode(encoding)


@pytest.mark.parametrize(
    "file",
    [
        *(as_csv(TABLE, delimiter, encoding) for delimiter in ",;\t" for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16")),
        xlsx({"Feuil1": TABLE}),
        ods({"Feuil1": TABLE}),
        xlsx({"Mode d’emploi": [["x"]], "stagiaires": TABLE}),
    ],
    ids=[*IDS, "xlsx", "ods", "among other sheets"],
)
async def test_a_table_reads_the_same_however_it_was_saved(file: bytes) -> None:
    assert await cells.read_table(file, "Stagiaires") == READ


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"%PDF-1.7\n\x81\x8d\x00\x00", cells.NOT_A_TABLE),
        (b"PK\x03\x04 and nothing that can be unpacked", cells.NOT_A_TABLE),
        ("Nom\n" + "x" * 200_000, cells.NOT_A_TABLE),
        ("Nom;Prénom\n" * (cells.MOST_ROWS + 5), cells.TOO_LARGE),
        (";" * 2_000_000 + "x", cells.TOO_LARGE),
    ],
    ids=["not a table", "no workbook", "an endless cell", "too many rows", "too many cells"],
)
async def test_what_is_no_table_or_too_large_a_one_is_said(file: bytes | str, said: str) -> None:
    with pytest.raises(cells.NotReadable, match=said[:40].replace("(", r"\(")):
        await cells.read_table(file.encode() if isinstance(file, str) else file, "Stagiaires")


async def test_commas_of_sentences_and_figures_separate_no_cells() -> None:
    file = "Titre, sous-titre, et plus, encore\nNom;Adresse;Heures\nA;2, rue X, bât. 3, esc. 4;3,5\nB;;4,5\n"
    assert (await cells.read_table(file.encode(), "x"))[2:] == [(3, ["A", "2, rue X, bât. 3, esc. 4", "3,5"]), (4, ["B", "", "4,5"])]


async def test_an_empty_file_has_no_rows() -> None:
    assert await cells.read_table(b"", "Stagiaires") == []


def test_headings_are_found_in_any_order_whatever_their_letters_and_below_a_title() -> None:
    called = {"Nom": "nom", "Prénom": "prenom", "Né le": "naissance"}
    rows = [(1, ["Stagiaires de l’action"]), (3, ["PRENOM", "Téléphone", "nom ", "", "Nom"]), (4, ["Camille", "06", "MARTIN"])]
    read, below = under_headings(rows, called)
    assert (read.line, read.places, read.unknown, read.twice) == (3, {"prenom": 0, "nom": 2}, ["Téléphone"], ["Nom"])
    assert [(line, read.cells(texts)) for line, texts in below] == [(4, {"prenom": "Camille", "nom": "MARTIN"})]


def test_a_list_that_a_cell_cannot_hold_has_a_sheet_of_its_own() -> None:
    with Book() as book:
        heads = [Head("Sexe", offered=("Féminin", "Masculin")), Head("Métier", offered=("Artisan, commerçant", "Cadre"))]
        book.sheet("Stagiaires", heads, [])
    with CalamineWorkbook.from_filelike(BytesIO(book.bytes)) as read:
        assert read.sheet_names == ["Stagiaires", "Listes"]
        assert list(read.get_sheet_by_name("Listes").iter_rows()) == [["Métier"], ["Artisan, commerçant"], ["Cadre"]]
