"""The Region at a glance (BIL-7, BIL-13, SUR-2)."""

from datetime import date

from contracts import billing
from contracts.month import Month
from tests.gateway.html import all_of, text_of, words
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import award
from tests.gateway.running_portal import RunningPortal

JANUARY, FEBRUARY, MARCH = Month("2008-01"), Month("2008-02"), Month("2008-03")


async def test_the_dashboard_says_what_waits_what_is_late_and_the_money_by_month_and_sector(portal: RunningPortal) -> None:
    told = await award(portal, "2008DASH01", terms("SERVEURS", date(2008, 1, 7), date(2008, 9, 26)))
    await told.open(2)
    invoices = {}
    for month, on in ((JANUARY, date(2008, 2, 1)), (FEBRUARY, date(2008, 3, 3)), (MARCH, date(2008, 4, 3))):
        await told.confirm(month)
        invoices[month] = await told.invoice(month, on=on)
    await told.accept(invoices[JANUARY], on=date(2008, 2, 5), paid=False)
    half = invoices[JANUARY].including_tax / 2
    payment = billing.PaymentRecorded(
        invoice_id=invoices[JANUARY].invoice_id,
        amount=half,
        paid_on=date(2008, 2, 20),
        reference="VIR-1",
        total_paid=half,
        remaining=half,
    )
    await told.say(payment)
    await told.reject(invoices[MARCH], on=date(2008, 4, 4), correct_by=date(2008, 4, 19))
    portal.it_is("2008-04-10T09:00")
    try:
        page = await portal.agent.get("/region/tableau-de-bord")
    finally:
        portal.it_is("2008-03-06T14:12")
    text = text_of(page)
    assert "Factures à décider 1 facture 643,00 € HT, la plus ancienne reçue le 03/03/2008 Dont en retard 1 facture" in text
    by_month, by_sector = all_of(page, "table")
    assert [words(row) for row in by_month.css("tbody tr")] == [
        "Janvier 2008 643,00 € 643,00 € 321,50 € 0,00 €",
        "Février 2008 643,00 € 0,00 € 0,00 € 643,00 €",
    ], "a rejected month is declared no more"
    assert [words(row) for row in by_sector.css("tbody tr")] == ["Services - Gestion de l’entreprise 1 286,00 € 643,00 € 321,50 € 643,00 €"]
    assert "1 286,00 € déclarés, 643,00 € acceptés, 321,50 € payés" in words(all_of(page, "svg title")[2])
    assert "Aucun mois confirmé en 1999" in text_of(await portal.agent.get("/region/tableau-de-bord?annee=1999"))
    assert (await portal.secretary.get("/region/tableau-de-bord")).status_code == 404
