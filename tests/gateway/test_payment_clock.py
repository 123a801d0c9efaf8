"""The payment clock as both sides see it (BIL-15): Thursday 6 March 2008; 12 % are in force in this half-year, no rate is known of 2007."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import pytest_asyncio

from contracts import billing
from contracts.month import Month
from tests.gateway.browser import faults_at_every_width
from tests.gateway.html import all_of, one_of, text_of, words
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal

NOVEMBER, JANUARY, FEBRUARY = Month("2007-11"), Month("2008-01"), Month("2008-02")
LATE, FIXED, SOON = "2008CLOC01", "2008CLOC02", "2008CLOC03"


async def pay(told: Told, invoice: billing.Invoice, amount: str, on: date, late: tuple[int, str] | None = None) -> None:
    """A payment; what was paid before is what billing would have added up."""
    said = billing.LatePayment(days=late[0], fixed_charge=Decimal(late[1])) if late else None
    payment = billing.PaymentRecorded(
        invoice_id=invoice.invoice_id,
        amount=Decimal(amount),
        paid_on=on,
        reference=f"{told.number}-{on}",
        total_paid=Decimal(amount),
        remaining=invoice.including_tax - Decimal(amount),
        late=said,
    )
    await told.say(payment, on=on)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def clocks(portal: RunningPortal) -> dict[str, billing.Invoice]:
    """643.00 € each: of 1 February, accepted, 343.00 paid on 4 March; of 3 December, all paid on 9 January; of 3 March, to decide."""
    told: dict[str, billing.Invoice] = {}
    for number, month, on in ((LATE, JANUARY, date(2008, 2, 1)), (FIXED, NOVEMBER, date(2007, 11, 30)), (SOON, FEBRUARY, date(2008, 3, 3))):
        action = await award(portal, number, terms(f"ACTION {number}", date(2007, 11, 5), date(2008, 9, 26)))
        await action.open(2)
        await action.confirm(month)
        told[number] = await action.invoice(month, on=on)
        if number != SOON:
            await action.accept(told[number], on=date(2008, 2, 20), paid=False)
        if number == LATE:
            await pay(action, told[number], "343.00", date(2008, 3, 4), (2, "40.00"))
        if number == FIXED:
            await pay(action, told[number], "643.00", date(2008, 1, 9), (10, "40.00"))
    return told


async def test_bil_15_both_sides_see_what_is_late_what_it_owes_and_why(portal: RunningPortal, clocks: dict[str, billing.Invoice]) -> None:
    id_ = clocks[LATE].invoice_id
    for person, path in ((portal.agent, f"/region/factures/{id_}"), (portal.secretary, f"/actions/{LATE}/factures/{id_}")):
        page = await person.get(path)
        assert [words(row) for row in all_of(page, "#delai tr")] == [
            "En retard Montant TTC Retard Intérêts",
            "Payé le 4 mars 2008 343,00 € 2 jours 0,23 €",  # 0.2255…
            "Pas encore payé, au 6 mars 2008 300,00 € 4 jours 0,39 €",  # 0.3945…
            "Indemnité forfaitaire, une fois par facture 40,00 €",
            "Dû à l’organisme 40,62 €",
        ]
        why = words(one_of(page, "#delai"))
        assert "À décider et à payer jusqu’au 2 mars 2008" in why and "Taux en vigueur le 2 mars 2008 : 12,00 % par an" in why
        assert "643,00 €" in text_of(page), "the invoice's own amount stays"


async def test_bil_15_without_a_known_rate_the_page_says_so_and_computes_nothing(
    portal: RunningPortal, clocks: dict[str, billing.Invoice]
) -> None:
    page = await portal.secretary.get(f"/actions/{FIXED}/factures/{clocks[FIXED].invoice_id}")
    assert "Aucun taux n’est connu pour le 30 décembre 2007 : les intérêts ne sont pas calculés." in words(one_of(page, "#delai"))
    assert words(all_of(page, "#delai tfoot tr")[0]) == "Dû à l’organisme 40,00 €"


async def test_bil_15_the_account_and_the_states_show_each_invoices_clock(
    portal: RunningPortal, clocks: dict[str, billing.Invoice]
) -> None:
    account = text_of(await portal.secretary.get(f"/actions/{LATE}/compte"))
    assert "Facture n° 1 02/03/2008 Acceptée En retard de 4 jours : 40,62 € dus 0,62 € 40,00 €" in account
    states = text_of(await portal.secretary.get(f"/actions/{FIXED}/etats"))
    assert "Payée avec 10 jours de retard : 40,00 € dus, sans les intérêts (aucun taux connu)" in states
    soon = text_of(await portal.secretary.get(f"/actions/{SOON}/facturation"))
    assert "à décider et à payer jusqu’au 02/04/2008" in soon


async def test_bil_15_agents_find_what_is_late_to_be_paid_count_it_and_export_it(
    portal: RunningPortal, clocks: dict[str, billing.Invoice]
) -> None:
    late = await portal.agent.get("/region/factures?etat=impayees")
    (row,) = all_of(late, "tbody tr")
    assert LATE in words(row) and "02/03/2008" in words(row) and "En retard de 4 jours : 40,62 € dus" in words(row)
    assert "Paiements en retard 1 facture 300,00 € TTC" in text_of(await portal.agent.get("/region/tableau-de-bord"))
    answer = await portal.agent.get("/region/actions.csv")
    exported = {row["Contrat"]: row for row in csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";")}
    columns = ("À décider et payer jusqu’au", "Paiements en retard", "Intérêts et indemnités de retard")
    assert {number: tuple(row[column] for column in columns) for number, row in exported.items()} == {
        LATE: ("02/03/2008", "1", "40,62"),
        FIXED: ("", "", "40,00"),
        SOON: ("02/04/2008", "", ""),
    }


async def test_bil_15_the_queue_begins_with_what_is_due_first(portal: RunningPortal, clocks: dict[str, billing.Invoice]) -> None:
    page = await portal.agent.get("/region/factures")
    assert one_of(page, "th[aria-sort]").attributes["aria-sort"] == "ascending"
    assert words(one_of(page, "th[aria-sort]")).startswith("À décider") and "Jusqu’au 2 avril" in text_of(page)


async def test_bil_15_the_history_says_how_late_a_payment_was(portal: RunningPortal, clocks: dict[str, billing.Invoice]) -> None:
    page = text_of(await portal.agent.get(f"/region/actions/{FIXED}/historique"))
    assert "10 jours après le dernier jour" in page


@pytest.mark.timeout(240)
async def test_bil_15_the_pages_are_accessible_and_fit_every_width(
    portal: RunningPortal, clocks: dict[str, billing.Invoice], chromium: Any
) -> None:
    late = clocks[LATE].invoice_id
    for person, path in (
        (portal.agent, "/region/factures?etat=impayees"),
        (portal.agent, f"/region/factures/{late}"),
        (portal.secretary, f"/actions/{LATE}/factures/{late}"),
        (portal.secretary, f"/actions/{LATE}/compte"),
    ):
        page = await person.open(chromium, path)
        assert await faults_at_every_width(page) == [], path
        await page.context.close()
