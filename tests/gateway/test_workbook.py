"""The workbook of contracts: written, read, and every cell that cannot be read named (ACT-1, ACT-4)."""

import asyncio
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from actions.rules.contract import import_contracts
from contracts.awards import ImportContracts
from gateway.areas.contracts_import.workbook import reading, writing
from gateway.areas.contracts_import.workbook.columns import SHEETS, headers
from gateway.areas.contracts_import.workbook.kinds import Cell
from gateway.tables import cells
from tests import guide
from tests.gateway.workbooks import NAMES, Sheets, full, ods, sheets_of, spoil, xlsx


async def read(file: bytes) -> reading.Reading:
    return reading.read(await cells.read_sheets(file, NAMES))


AT = datetime(2007, 6, 1, tzinfo=UTC)
LABELS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=40).map(str.strip)
CENTS = st.decimals(0, 999_999, places=2)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LABELS.filter(bool), CENTS, CENTS, st.integers(1, 300), st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.booleans())
def test_act_1_what_is_written_is_read_back(title: str, price: Decimal, rate: Decimal, headcount: int, day: date, esf: bool) -> None:
    changed = guide.contract(
        title=title,
        esf=esf,
        headcount=headcount,
        vote_date=day,
        centre=full().terms.centre.model_copy(update={"price": price, "rate": rate}),
        subcontractors=full().terms.subcontractors,
    )
    contracts = (changed, full("2007QCA0267"))
    file = writing.write(contracts)
    with CalamineWorkbook.from_filelike(BytesIO(file)) as book:
        sheets = {name: cells.rows_of(book.get_sheet_by_name(name).iter_rows(), cells.Room()) for name in NAMES}
    assert reading.read(sheets) == reading.Reading(contracts, reading.read(sheets).places, ())


async def test_act_1_an_ods_reads_as_an_xlsx_does() -> None:
    sheets = sheets_of(full(), guide.contract("2007QCA0267"))
    assert await read(ods(sheets)) == await read(xlsx(sheets))
    assert (await read(ods(sheets))).contracts == (full(), guide.contract("2007QCA0267"))


async def test_act_1_the_template_has_every_column_an_example_and_explanations_and_imports_nothing() -> None:
    with CalamineWorkbook.from_filelike(BytesIO(writing.template())) as book:
        assert book.sheet_names == [*NAMES, "Mode d’emploi"]
        for sheet in SHEETS:
            rows = list(book.get_sheet_by_name(sheet.name).iter_rows())
            assert rows[0] == [column.header for column in sheet.columns] and rows[1][0] == "EXEMPLE"
        explained = {row[1] for row in book.get_sheet_by_name("Mode d’emploi").iter_rows()}
    assert {column.header for _, column in headers()} <= explained
    workbook = await read(writing.template())
    assert workbook.contracts == () and [problem.what[:38] for problem in workbook.problems] == ["Le fichier ne contient aucun contrat. "]
    # Another number in the example rows makes them a contract that the Region may award: the example is a right one.
    with CalamineWorkbook.from_filelike(BytesIO(writing.template())) as book:
        sheets: Sheets = {name: [list(row) for row in book.get_sheet_by_name(name).iter_rows()] for name in NAMES}
    for rows in sheets.values():
        rows[1][0] = "2007QCA0266"
    workbook = await read(xlsx(sheets))
    assert workbook.problems == ()
    import_contracts(ImportContracts(contracts=workbook.contracts), {}, {}, AT)


async def test_a_cell_takes_what_a_secretary_types() -> None:
    sheets = sheets_of(full())
    for column, value in (
        ("Type d’action", "ACTION COLLECTIVE"),
        ("Date de vote", "24/11/2006"),
        ("Prix en centre", "40 600,00 €"),
        ("Tarif en entreprise", "0,95"),
        ("SIRET du titulaire", "732 829 320 00074"),
        ("Financement FSE", "Non"),
        ("Seuil du 1er acompte", 0.3),
        ("Seuil du 2e acompte", "60 %"),
    ):
        spoil(sheets, "Contrats", 2, column, value)
    sheets["Contrats"].insert(1, [])
    workbook = await read(xlsx(sheets))
    assert workbook.problems == () and workbook.contracts == (full(),)
    assert workbook.places[full().number].line == 3


@pytest.mark.parametrize(
    ("typed", "thresholds"),
    [(("", "", ""), ("30", "60", "80")), (("25", "", "75"), ("25", "60", "75")), (("", "50", ""), ("30", "50", "80"))],
)
async def test_opn_3_a_threshold_that_is_left_empty_is_30_60_or_80(typed: tuple[str, ...], thresholds: tuple[str, ...]) -> None:
    sheets = sheets_of(full())
    for column, value in zip(("Seuil du 1er acompte", "Seuil du 2e acompte", "Seuil du 3e acompte"), typed, strict=True):
        spoil(sheets, "Contrats", 2, column, value)
    workbook = await read(xlsx(sheets))
    assert workbook.problems == () and workbook.contracts[0].terms.thresholds == tuple(map(Decimal, thresholds))


async def test_opn_3_a_workbook_without_the_columns_of_thresholds_has_30_60_and_80() -> None:
    sheets = sheets_of(full())
    sheets["Contrats"] = [
        [cell for cell, title in zip(row, sheets["Contrats"][0], strict=True) if "Seuil" not in title] for row in sheets["Contrats"]
    ]
    workbook = await read(xlsx(sheets))
    assert workbook.problems == () and workbook.contracts == (full(),)


@pytest.mark.parametrize(
    ("typed", "advance"),
    [
        (("", "", ""), None),
        (("5", "", ""), ("5", "65", "80")),
        (("2,5 %", "50", "90 %"), ("2.5", "50", "90")),
        (("", "", "80"), ("0", "65", "80")),  # which the service refuses, at the rate that is missing
    ],
)
async def test_act_4_an_advance_has_a_rate_and_is_recovered_from_65_to_80_unless_it_is_said(
    typed: tuple[str, ...], advance: tuple[str, ...] | None
) -> None:
    sheets = sheets_of(full())
    for column, value in zip(("Taux de l’avance", "Récupération de l’avance dès", "Avance récupérée à"), typed, strict=True):
        spoil(sheets, "Contrats", 2, column, value)
    workbook = await read(xlsx(sheets))
    known = workbook.contracts[0].terms.advance
    rates = (known.rate, known.recovered_from, known.recovered_to) if known else None
    assert workbook.problems == () and rates == (tuple(map(Decimal, advance)) if advance else None)


@pytest.mark.parametrize(
    ("sheet", "line", "column", "value", "what"),
    [
        ("Contrats", 2, "Date de fin prévue", "30/02/2008", "Le 30/02/2008 n’existe pas dans le calendrier. Vérifiez le jour et le mois."),
        ("Contrats", 2, "Effectif total", "douze", "Il faut un nombre entier de 1 à 300."),
        ("Contrats", 2, "Régime de TVA", "réduit", "« réduit » n’est pas dans la liste. Choisissez exonéré ou assujetti à la TVA."),
        (
            "Contrats",
            2,
            "Code postal",
            1000.0,
            "Un code postal a 5 chiffres. Mettez la cellule au format texte pour garder un zéro au début.",
        ),
        ("Contrats", 2, "Prix en centre", "40600,005", "Il faut deux décimales au plus, par exemple 40600,00."),
        ("Contrats", 2, "Tarif en centre", "-5", "Il faut un nombre positif, inférieur à 1000000, par exemple 5,00."),
        ("Contrats", 2, "Tarif en centre", "", "Obligatoire, par exemple 5."),
        ("Contrats", 2, "Intitulé", "x" * 301, "Ce texte a 301 caractères, il en faut 300 au plus. Raccourcissez-le."),
        ("Périodes", 3, "Lieu", "Atelier", "« Atelier » n’est pas dans la liste. Choisissez Centre ou Entreprise."),
        ("Formateurs", 2, "Heures", "beaucoup", "« beaucoup » n’est pas un nombre. Saisissez par exemple 812,00."),
        ("Sous-traitants", 2, "Régime de TVA", "", "Obligatoire, par exemple assujetti à la TVA."),
        ("Contrats", 2, "Taux de l’avance", "101", "Il faut un pourcentage de 0 à 100, par exemple 30."),
        ("Sous-traitants", 2, "SIRET", "123", "Un SIRET a 14 chiffres. Mettez la cellule au format texte pour garder un zéro au début."),
    ],
)
async def test_act_1_a_cell_that_cannot_be_read_is_named_by_sheet_line_and_column(
    sheet: str, line: int, column: str, value: Cell, what: str
) -> None:
    sheets = sheets_of(full())
    spoil(sheets, sheet, line, column, value)
    (problem,) = (await read(xlsx(sheets))).problems
    assert (problem.sheet, problem.line, problem.column, problem.contract) == (sheet, line, column, "2007QCA0266")
    assert problem.value == cells.text_of(value) and problem.what.replace("\u00a0", " ") == what


async def test_act_1_sheets_and_columns_that_are_missing_unknown_or_twice_are_named_once() -> None:
    sheets = sheets_of(full(), full("2007QCA0267"))
    del sheets["Sous-traitants"]
    sheets["Contrats"][0][2] = "Titre"
    sheets["Périodes"][0][3] = "Début"
    problems = [
        (problem.sheet, problem.line, problem.column, problem.what.split(".")[0]) for problem in (await read(xlsx(sheets))).problems
    ]
    assert problems == [
        ("Contrats", 1, "Titre", "Le modèle n’a pas de colonne de ce nom"),
        ("Contrats", 1, "Intitulé", "Cette colonne manque"),
        ("Périodes", 1, "Début", "Cette colonne figure deux fois"),
        ("Périodes", 1, "Fin", "Cette colonne manque"),
        ("Sous-traitants", 0, "", "La feuille «\u00a0Sous-traitants\u00a0» manque"),
    ]


@pytest.mark.parametrize(("file", "what"), [(b"", "lisible"), (b"PK\x03\x04", "lisible"), (b"Numero;Titre\n1;2", "lisible")])
async def test_a_file_that_is_no_workbook_is_said_so(file: bytes, what: str) -> None:
    with pytest.raises(cells.NotReadable, match=what):
        await cells.read_sheets(file, NAMES)


async def test_a_workbook_that_unpacks_to_gigabytes_ends_its_reader_and_nothing_else() -> None:
    file = BytesIO()
    with Workbook(file) as book:
        page = book.add_worksheet("Contrats")
        page.write(0, 0, "x")
        page.write(1_048_575, 16_383, "x")
    with pytest.raises(cells.NotReadable, match="trop grand"):
        await cells.read_sheets(file.getvalue(), NAMES)


async def test_act_1_more_than_two_thousand_contracts_are_too_many_for_one_file() -> None:
    sheets = sheets_of(full())
    sheets["Contrats"] += [[f"2008QCA{index}", *sheets["Contrats"][1][1:]] for index in range(2000)]
    with pytest.raises(cells.NotReadable, match="2\u00a0001 contrats, il en faut 2\u00a0000 au plus"):
        await read(xlsx(sheets))


def packed(**parts: int) -> bytes:
    """A zip of parts of so many zeros."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, size in parts.items():
            zipped.writestr(name, bytes(size))
    return file.getvalue()


def test_a_workbook_whose_parts_unpack_to_too_much_or_are_too_many_is_not_unpacked() -> None:
    with pytest.raises(cells.NotReadable, match="trop grand"):
        cells.check_parts(packed(sheet=cells.LARGEST_UNPACKED // 2, strings=cells.LARGEST_UNPACKED // 2 + 1))
    with pytest.raises(cells.NotReadable, match="trop grand"):
        cells.check_parts(packed(**{f"part{number}": 0 for number in range(cells.MOST_PARTS + 1)}))
    cells.check_parts(writing.template())


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        pytest.param([["x" * 32_767]] * 500, "trop de texte", id="500 full cells"),
        pytest.param([["x", *[""] * 900, "x"]] * 1_500, "trop grand", id="more than a million cells"),
    ],
)
async def test_a_workbook_of_more_text_or_cells_than_an_import_holds_is_refused_before_the_portal_has_them(
    rows: list[list[str]], what: str
) -> None:
    with pytest.raises(cells.NotReadable, match=what):
        await cells.read_sheets(xlsx({"Contrats": rows}), NAMES)


async def test_act_1_of_a_long_cell_that_cannot_be_read_the_beginning_is_shown() -> None:
    sheets = sheets_of(full())
    spoil(sheets, "Contrats", 2, "Intitulé", "x" * 32_767)
    spoil(sheets, "Contrats", 2, "Tarif en centre", "x" * 32_767)
    title, rate = (await read(xlsx(sheets))).problems
    assert title.value == rate.value == "x" * reading.SHOWN + "…"
    assert "32767 caractères" in title.what and "n’est pas un nombre" in rate.what and len(rate.what) < 700


async def test_no_more_than_two_workbooks_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reading_now, most = 0, 0

    async def counted(file: bytes, wanted: Iterable[str]) -> bytes:
        nonlocal reading_now, most
        reading_now += 1
        most = max(most, reading_now)
        await asyncio.sleep(0.01)
        reading_now -= 1
        return b'{"sheets": {}}'

    monkeypatch.setattr(cells, "_in_a_process", counted)
    await asyncio.gather(*(cells.read_sheets(b"", NAMES) for _ in range(6)))
    assert most == 2
