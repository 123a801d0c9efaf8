"""The agents' list of actions as a file (ACT-1)."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from contracts.month import Month
from gateway.areas.action.export import TITLES, as_csv, as_workbook
from gateway.areas.action.queries.region import Exported, Late, last_month


def action(title: str) -> Exported:
    return Exported(
        contract_number="2008EXP001",
        title=title,
        organisation="SCÈNES ; ET « FORMATIONS »",
        siret="73282932000074",
        programme_year=2008,
        sector="Services",
        state="opened",
        planned_start=date(2008, 2, 4),
        planned_end=date(2008, 9, 26),
        original_start=date(2008, 2, 4),
        original_end=date(2008, 6, 27),
        amended=1,
        actual_start=date(2008, 2, 4),
        actual_end=None,
        headcount=10,
        registered=2,
        price=Decimal("44590.00"),
        invoiced=Decimal("643.00"),
        accepted=Decimal("0.00"),
        paid=Decimal("0.00"),
        pay_by=date(2008, 4, 5),
        overdue=0,
        owed=Decimal("40.32"),
        late=Late(False, (Month("2008-02"), Month("2008-03")), 1),
    )


def read(actions: list[Exported]) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(as_csv(actions).decode("utf-8-sig")), delimiter=";"))


def test_a_list_is_exported_as_french_spreadsheets_read_it():
    (row,) = read([action("MENUISIERS")])
    assert tuple(row) == TITLES
    assert (row["Organisme"], row["Prix du contrat HT"], row["Début prévu"]) == ("SCÈNES ; ET « FORMATIONS »", "44590,00", "04/02/2008")
    assert (row["Fin prévue"], row["Avenants"], row["Fin prévue à l’origine"]) == ("26/09/2008", "1", "27/06/2008")
    assert (row["Fin réelle"], row["Mois à confirmer en retard"]) == ("", "février et mars 2008")
    assert (row["À décider et payer jusqu’au"], row["Paiements en retard"], row["Intérêts et indemnités de retard"]) == (
        "05/04/2008",
        "",
        "40,32",
    )
    first, second = CalamineWorkbook.from_filelike(BytesIO(as_workbook([action("MENUISIERS")]))).get_sheet_by_index(0).to_python()
    assert tuple(first) == TITLES
    assert second[TITLES.index("Début prévu")] == date(2008, 2, 4) and second[TITLES.index("Prix du contrat HT")] == 44590.0


@pytest.mark.parametrize("title", ["=1+1", "+33 4", "-2", "@SUM(A1)", "\tx", "\r=1", "  =cmd|' /C calc'!A0"])
def test_nothing_that_somebody_typed_is_a_formula_in_an_export(title: str):
    (row,) = read([action(title)])
    assert row["Intitulé"] == f"'{title}"
    sheet = CalamineWorkbook.from_filelike(BytesIO(as_workbook([action(title)]))).get_sheet_by_index(0)
    assert str(sheet.to_python()[1][1]).strip() == title.strip(), "a text, whatever it begins with"


@pytest.mark.parametrize(("today", "late"), [("2008-03-15", "2008-01"), ("2008-03-16", "2008-02"), ("2008-01-02", "2007-11")])
def test_dec_06_a_month_is_late_once_its_first_window_has_passed(today: str, late: str):
    assert last_month(date.fromisoformat(today)) == late
