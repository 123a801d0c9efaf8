"""The agents' list of actions as a file: for a spreadsheet in French, or as a workbook. No text in it is ever carried out as a formula."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook

from gateway.tables import text
from gateway.words.french import months

from .queries.region import Exported

STATES = {"awarded": "À ouvrir", "opened": "Ouverte", "closed": "Clôturée", "not_opened": "Non ouverte", "withdrawn": "Retirée"}
TITLES = (
    *("Contrat", "Intitulé", "Organisme", "SIRET", "Année de programmation", "Secteur d’activité", "État"),
    *(
        "Début prévu",
        "Fin prévue",
        "Avenants",
        "Début prévu à l’origine",
        "Fin prévue à l’origine",
        "Début réel",
        "Fin réelle",
        "Effectif prévu",
        "Stagiaires inscrits",
    ),
    *("Prix du contrat HT", "Facturé et non rejeté HT", "Accepté HT", "Payé TTC"),
    *("À décider et payer jusqu’au", "Paiements en retard", "Intérêts et indemnités de retard"),
    *("Ouverture en retard", "Mois à confirmer en retard", "Factures à décider en retard"),
)


def row_of(action: Exported) -> Sequence[text.Cell]:
    """The cells of an action, under `TITLES`."""
    late = action.late
    return (
        *(action.contract_number, action.title, action.organisation, action.siret, action.programme_year, action.sector),
        *(STATES[action.state], action.planned_start, action.planned_end),
        *(action.amended or None, action.original_start, action.original_end, action.actual_start, action.actual_end),
        *(action.headcount, action.registered, action.price, action.invoiced, action.accepted, action.paid),
        *(action.pay_by, action.overdue or None, action.owed or None),
        *("oui" if late.opening else "", months(late.months) if late.months else "", late.invoices or None),
    )


def as_csv(actions: Iterable[Exported]) -> bytes:
    """The list as text."""
    return (text.MARK + text.lines([TITLES, *map(row_of, actions)])).encode()


def as_workbook(actions: Iterable[Exported]) -> bytes:
    """Texts are texts, whatever they begin with; dates and amounts are dates and numbers."""
    file = BytesIO()
    with Workbook(file, {"constant_memory": True, "in_memory": True}) as book:
        days, money, bold = (book.add_format(how) for how in ({"num_format": "dd/mm/yyyy"}, {"num_format": "#,##0.00"}, {"bold": True}))
        sheet = book.add_worksheet("Actions")
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(TITLES) - 1, 18)
        for column, title in enumerate(TITLES):
            sheet.write_string(0, column, title, bold)
        for row, action in enumerate(actions, start=1):
            for column, cell in enumerate(row_of(action)):
                if isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, days)
                elif isinstance(cell, Decimal):
                    sheet.write_number(row, column, float(cell), money)
                elif isinstance(cell, int):
                    sheet.write_number(row, column, cell)
                elif cell:
                    sheet.write_string(row, column, cell)
    return file.getvalue()
