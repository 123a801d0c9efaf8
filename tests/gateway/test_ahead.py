"""“Et ensuite ?” on the pages: before a month or an invoice is confirmed, on the account; and the advance that waits to be invoiced."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts import billing
from contracts.awards import Advance, Subcontractor
from contracts.codes import TaxRegime, WithoutMonths
from contracts.month import Month
from tests.gateway.browser import faults_at_every_width
from tests.gateway.html import links_of, one_of, text_of, words
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_without_months import CEVENNES, FEBRUARY, asked, july, offer, offers

__all__ = ["july"]

MARCH = Month("2008-03")
"""It is 3 July 2008, and February, 161 h, is confirmed: 60 and 61 h in centre, 20 h each in company."""


async def running(portal: RunningPortal, number: str) -> Told:
    """An action that is paid by the month, with an advance of 5 % and a subcontractor; February is confirmed and can be invoiced."""
    named = Subcontractor(siret=CEVENNES, name="CEVENNES-GESTION", ceiling=Decimal("1500.00"), tax_regime=TaxRegime.STANDARD)
    advance = Advance(rate=Decimal(5), recovered_from=Decimal(65), recovered_to=Decimal(80))
    of = terms("MENUISIERS", date(2008, 2, 4), date(2008, 9, 26))
    told = await award(portal, number, of.model_copy(update={"subcontractors": (named,), "advance": advance}))
    await told.open(2)
    await told.confirm(FEBRUARY)
    await offers(told, offer())
    return told


async def ahead_on(portal: RunningPortal, path: str) -> str:
    """What the page says of what would come, without JavaScript."""
    page = await portal.secretary.get(path)
    assert page.status_code == 200
    return " ".join(words(one_of(page, "#ensuite")).replace("\u00a0", " ").split())


async def test_before_an_invoice_is_confirmed_its_page_says_what_would_come_after_it(portal: RunningPortal) -> None:
    told = await running(portal, "2008AHD001")
    said = await ahead_on(portal, f"/actions/{told.number}/facturation/verification?choix=monthly:2008-02")
    assert "les mois confirmés comptent 161,00 h réalisées ou justifiées pour" in said
    assert re.search(r"prévues, soit \d+ %", said) and "Ensuite, une facture par mois jusqu’à septembre 2008" in said
    assert "mars 2008 , dès maintenant : environ" in said
    assert "février 2008 , dès maintenant" not in said
    assert "Solde , à partir du 1er octobre 2008, après la clôture et l’envoi du bilan" in said


async def test_bil_06_before_a_subcontractors_invoice_is_confirmed_its_page_says_which_invoice_will_bear_it(portal: RunningPortal) -> None:
    told = await running(portal, "2008AHD008")
    typed = {"sous_traitant": CEVENNES, "montant": "500"}
    seen = text_of(await portal.secretary.post(f"/actions/{told.number}/facturation/sous-traitant", typed))
    assert "Et ensuite" in seen and "143,00 € HT" in seen and "Dont 500,00 € pour CEVENNES-GESTION, déduits." in seen


async def test_before_a_month_is_confirmed_its_page_says_what_would_come_with_it(portal: RunningPortal) -> None:
    told = await running(portal, "2008AHD002")
    path = f"/actions/{told.number}/declarations/2008-03/confirmation"
    await told.declare(MARCH, 1)
    assert "Et ensuite" not in text_of(await portal.secretary.get(path)), "a month that is not whole would make another pace"
    await told.declare(MARCH)
    said = await ahead_on(portal, path)
    assert "les mois confirmés, mars 2008 compris, comptent 322,00 h réalisées ou justifiées pour" in said
    assert "février 2008 , dès maintenant : 643,00 € HT" in said


async def test_bil_10_the_account_says_when_the_advance_is_recovered_at_the_present_pace(portal: RunningPortal) -> None:
    told = await running(portal, "2008AHD003")
    await told.say(billing.InvoiceIssued(invoice=asked(told, "2154.50", WithoutMonths.ADVANCE)))
    await offers(told, offer(), advanced="2154.50")
    page = text_of(await portal.secretary.get(f"/actions/{told.number}/compte"))
    assert "Avance à récupérer : 2 154,50 € HT" in page
    assert re.search(r"Au rythme de \d+ % du prévu, elle serait récupérée en une fois avec le solde, à partir du 1er octobre 2008", page)
    said = await ahead_on(portal, f"/actions/{told.number}/compte")
    assert "février 2008 , dès maintenant : 643,00 € HT" in said and "Récupération de l’avance." in said


async def test_an_account_that_cannot_be_played_forward_holds_up_no_page(portal: RunningPortal) -> None:
    """The views hold an invoice of more than is declared, which billing would never say."""
    told = await running(portal, "2008AHD004")
    wrong = asked(told, "99999.00", WithoutMonths.ADVANCE).model_copy(update={"without_months": None})
    await told.say(billing.InvoiceIssued(invoice=wrong))
    page = await portal.secretary.get(f"/actions/{told.number}/compte")
    assert page.status_code == 200 and "Et ensuite" not in text_of(page)


async def test_bil_10_the_advance_is_a_task_as_long_as_it_can_be_invoiced(portal: RunningPortal) -> None:
    told = await running(portal, "2008AHD005")
    path = f"/actions/{told.number}/facturation/avance"
    home = await portal.secretary.get("/")
    assert "Avance à facturer, 2 154,50 € HT" in text_of(home) and path in links_of(home)
    await told.say(billing.InvoiceIssued(invoice=asked(told, "2154.50", WithoutMonths.ADVANCE)))
    await offers(told, offer(), advanced="2154.50")
    assert path not in links_of(await portal.secretary.get("/"))


async def test_dec_05_both_sides_read_which_hours_of_an_invoice_an_admissible_exit_added(portal: RunningPortal) -> None:
    told = await running(portal, "2008AHD006")
    invoice = await told.invoice(FEBRUARY, on=date(2008, 7, 3))
    first, *others = invoice.lines
    lines = (first.model_copy(update={"maintained": Decimal("14.00")}), *others)
    issued = invoice.model_copy(update={"invoice_id": named_anew(told), "lines": lines, "number": 2, "legal_number": "2008-900001"})
    await told.say(billing.InvoiceIssued(invoice=issued))
    for person, path in ((portal.secretary, f"/actions/{told.number}/factures"), (portal.agent, "/region/factures")):
        assert "dont 14,00 h maintenues après sortie recevable" in text_of(await person.get(f"{path}/{issued.invoice_id}"))
        assert "maintenues" not in text_of(await person.get(f"{path}/{invoice.invoice_id}"))


def named_anew(told: Told) -> Any:
    """The id of another invoice of the action."""
    return asked(told, "1.00", WithoutMonths.SUBCONTRACT).invoice_id


@pytest.mark.timeout(300)
async def test_what_would_come_unfolds_in_the_browser_and_everybody_can_read_it(portal: RunningPortal, chromium: Any) -> None:
    told = await running(portal, "2008AHD007")
    await told.say(billing.InvoiceIssued(invoice=asked(told, "2154.50", WithoutMonths.ADVANCE)))
    await offers(told, offer(), advanced="2154.50")
    page = await portal.secretary.open(chromium, f"/actions/{told.number}/facturation/verification?choix=monthly:2008-02")
    estimate = page.get_by_text("Une estimation")
    assert not await estimate.is_visible()
    await page.get_by_text("Et ensuite").click()
    await estimate.wait_for(state="visible")
    wrong = {}
    await told.declare(MARCH)
    for path in ("facturation/verification?choix=monthly:2008-02", "declarations/2008-03/confirmation", "compte", "facturation/avance"):
        await page.goto(f"{portal.address}/actions/{told.number}/{path}")
        wrong[path] = await faults_at_every_width(page)
    await page.context.close()
    assert not any(wrong.values()), wrong
