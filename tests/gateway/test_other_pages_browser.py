"""Pages around the work in a real browser: everybody can read them, and no word is too long for them."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

from contracts import billing, codes, identity
from contracts.codes import InvoiceKind, PublicText, RequestObject
from contracts.month import Month
from contracts.refusals.requests import EndBeforeConfirmed
from tests import guide
from tests.gateway import asked
from tests.gateway.browser import faults_at_every_width
from tests.gateway.pieces import sheet, terms
from tests.gateway.region_in_march import Told, award, users
from tests.gateway.running_portal import ORGANISATION, RunningPortal

NUMBER, FEBRUARY, MARCH = "2008PAGES1", Month("2008-02"), Month("2008-03")
REFERENCE, EMAIL = "R" * 100, f"{'formation.professionnelle.' * 2}continue@{'organisme' * 6}.example"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def action(portal: RunningPortal) -> Told:
    """February accepted and paid in part, under a reference without any break; March rejected and invoiced again; long addresses."""
    await users(portal)
    await portal.happen(ORGANISATION, guide.organisation_registered(2, email=EMAIL, address="X" * 80, town="LODÈVE"))
    of = terms("MENUISIERS", date(2008, 2, 4), date(2008, 9, 26))
    told = await award(portal, NUMBER, of.model_copy(update={"organisation": of.organisation.model_copy(update={"email": EMAIL})}))
    await told.open(3)
    for month in (FEBRUARY, MARCH):
        await told.confirm(month)
    paid = await told.invoice(FEBRUARY, on=date(2008, 3, 5))
    await told.accept(paid, on=date(2008, 3, 6), paid=False)
    payment = billing.PaymentRecorded(
        invoice_id=paid.invoice_id,
        amount=Decimal("100.00"),
        paid_on=date(2008, 3, 6),
        reference=REFERENCE,
        total_paid=Decimal("100.00"),
        remaining=paid.including_tax - 100,
    )
    await told.say(payment)
    await told.reject(await told.invoice(MARCH, on=date(2008, 4, 5)), on=date(2008, 4, 6), correct_by=date(2008, 4, 21))
    await told.confirm(MARCH, again=True)
    await told.invoice(MARCH, on=date(2008, 4, 9))
    return told


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def requests(portal: RunningPortal, action: Told) -> dict[str, UUID]:
    """An amendment that cannot be and one of periods refused, of trainers granted, of a sheet applied: with words without any break."""
    longer = asked.longer(action, date(2008, 12, 19))
    made = {"open": await asked.asks(action, longer), "refused": (await asked.asks_for_periods(action))[0]}
    why = EndBeforeConfirmed(month=MARCH, first=date(2008, 3, 31)).faults()
    effect = asked.months_foreseen(made["open"], date(2008, 12, 19), "2008-10", "2008-11", "2008-12")
    await action.say(effect, asked.foreseen(made["open"], *why))
    await asked.agent_says(action, *asked.refused(NUMBER, made["refused"], RequestObject.DATES))
    trainers, sheet_ = uuid4(), uuid4()
    long = guide.TRAINER.model_copy(update={"last_name": "X" * 80, "experience": "Y" * 300})
    records, change = asked.trainers_asked(NUMBER, trainers, [(f"{NUMBER}/trainer-0", long), (None, guide.TRAINER)])
    await action.say(*records, *asked.requested(NUMBER, trainers, change), asked.foreseen(trainers))
    await asked.agent_says(action, *asked.trainers_unlocked(NUMBER, trainers))
    trainee = action.trainees[0]
    record, asks = asked.sheet_asked(NUMBER, sheet_, trainee, sheet("Z" * 80, "Gisèle", date(2008, 2, 6)))
    await action.say(record, *asked.requested(NUMBER, sheet_, asks, "W" * 300), asked.foreseen(sheet_))
    return made | {"trainers": trainers, "sheet": sheet_}


@pytest.mark.timeout(600)
async def test_no_page_has_an_accessibility_fault_or_is_widened_by_a_long_word(
    portal: RunningPortal, action: Told, requests: dict[str, UUID], chromium: Any
) -> None:
    path, (paid, rejected, to_decide) = f"/actions/{NUMBER}", [invoice.invoice_id for invoice in action.invoices]
    await portal.agent.post(f"/region/factures/{to_decide}", {"lot": "mettre"})
    pages = {
        portal.secretary: [
            *("/compte", "/etats", f"{path}/etats", f"{path}/compte", f"{path}/facturation", f"{path}/solde", "/mot-de-passe-oublie"),
            *(f"{path}/factures/{paid}", f"{path}/factures/{rejected}", f"{path}/enquetes", f"{path}/bilan?brouillon=1"),
            *(f"{path}/demandes", *(f"{path}/demandes/{request}" for request in requests.values())),
            *(f"{path}/dates", f"{path}/formateurs", f"{path}/stagiaires/{action.trainees[0]}", path),
            "/une/page/qui/n-existe-pas",
        ],
        portal.agent: [
            *("/region/actions", f"/region/actions/{NUMBER}", f"/region/declarations/{NUMBER}/2008-02", "/region/factures?etat=decidees"),
            *(f"/region/factures/{paid}", f"/region/factures/{rejected}", "/region/bilans", "/region/bilans/lot"),
            *(f"/region/factures/{to_decide}", "/region/factures/lot", "/region/tableau-de-bord?annee=2008"),
            *("/region/demandes", "/region/demandes?etat=toutes"),
            *(f"/region/demandes/{NUMBER}/{request}" for request in requests.values()),
        ],
    }
    wrong: dict[str, list[str]] = {}
    for person, paths in pages.items():
        page = await person.open(chromium, "/")
        for address in paths:
            await page.goto(portal.address + address)
            if faults := await faults_at_every_width(page):
                wrong[address] = faults
        await page.context.close()
    assert wrong == {}


async def test_bil_07_an_open_invoice_says_why_it_was_rejected_as_soon_as_it_is(portal: RunningPortal, action: Told, chromium: Any) -> None:
    told = await award(portal, "2008PAGES2", terms("PEINTRES", date(2008, 2, 4), date(2008, 9, 26)))
    await told.open(2)
    await told.confirm(FEBRUARY)
    invoice = await told.invoice(FEBRUARY, on=date(2008, 3, 5))
    page = await portal.secretary.open(chromium, f"/actions/{told.number}/factures/{invoice.invoice_id}")
    queue = await portal.agent.open(chromium, "/region/factures")
    dashboard = await portal.agent.open(chromium, "/region/tableau-de-bord?annee=2008")
    await dashboard.locator("#attente").get_by_text("2 factures").first.wait_for()
    await queue.locator("#file").get_by_text("2 factures,").first.wait_for()
    await told.reject(invoice, on=date(2008, 3, 6), correct_by=date(2008, 3, 21))
    await page.get_by_role("heading", name="La Région a rejeté la facture n° 1").wait_for()
    await page.get_by_role("link", name="Corriger février 2008").wait_for()
    await queue.locator("#file").get_by_text("1 facture,").first.wait_for()
    await dashboard.locator("#attente").get_by_text("1 facture").first.wait_for()
    for window in (page, queue, dashboard):
        await window.context.close()


async def test_bil_11_what_the_balance_waits_for_follows_until_it_can_be_confirmed(
    portal: RunningPortal, action: Told, chromium: Any
) -> None:
    told = await award(portal, "2008PAGES3", terms("VITRIERS", date(2008, 2, 4), date(2008, 2, 29)))
    await told.open(2, codes.Frequency.MONTHLY)
    await told.confirm(FEBRUARY)
    await told.leave(surveyed=2)
    page = await portal.secretary.open(chromium, f"/actions/{told.number}/solde")
    await page.get_by_text("Le solde se facture après la clôture.").wait_for()
    await told.close()
    await page.get_by_text("Action clôturée", exact=True).wait_for()
    await told.report(sent=True)
    await told.say(told.offered(Decimal("643.00")))
    await page.get_by_role("button", name="Confirmer le solde de 643,00 € HT").wait_for()
    await told.invoice(FEBRUARY, on=date(2008, 3, 6), kind=InvoiceKind.BALANCE)
    await expect(page.get_by_text("Solde émis le 6 mars 2008")).to_be_visible()
    await page.context.close()


CUT = """() => [...document.querySelectorAll('.steps__name, .steps__state')].filter(text => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return range.getBoundingClientRect().right > text.closest('li').getBoundingClientRect().right + 0.5
        || (range.getClientRects().length > 1 && !text.textContent.includes(' '));
}).map(text => text.textContent)"""
"""The words of the steps that are cut, or broken in the middle."""


async def test_the_names_of_the_steps_are_whole_on_the_narrowest_screens(portal: RunningPortal, action: Told, chromium: Any) -> None:
    for width in (360, 320):
        page = await portal.secretary.open(chromium, f"/actions/{NUMBER}", width)
        assert await page.evaluate(CUT) == []
        await page.context.close()


async def test_news_leave_no_hole_beside_few_tasks(portal: RunningPortal, action: Told, chromium: Any) -> None:
    page = await portal.secretary.open(chromium, "/")
    tasks, news = [await page.locator(region).bounding_box() for region in ("#taches", "#nouvelles")]
    assert await page.locator("#taches li").count() < 5
    assert news["y"] > tasks["y"] + tasks["height"] and news["height"] < 200
    await page.context.close()


async def test_a_date_is_written_as_it_is_read_once_its_field_is_left(portal: RunningPortal, action: Told, chromium: Any) -> None:
    page = await portal.secretary.open(chromium, f"/actions/{NUMBER}/stagiaires/nouveau")
    for typed, read in (("5/11/86", "05/11/1986"), ("5.3.8", "05/03/2008"), ("15031985", "15/03/1985"), ("hier", "hier")):
        await page.fill("#naissance", typed)
        await page.locator("#naissance").blur()
        await expect(page.locator("#naissance")).to_have_value(read)
    await page.context.close()


async def test_acc_8_everybody_can_read_and_write_the_regions_texts_and_no_word_is_too_long_for_them(
    portal: RunningPortal, action: Told, chromium: Any
) -> None:
    key, long = identity.text_key(PublicText.CONTACT), f"# {'X' * 120}\n\n[{'lien' * 40}](https://exemple.fr/{'y' * 200})\n\n- {'Z' * 120}"
    for version in (1, 2):
        published = identity.TextPublished(name=PublicText.CONTACT, version=version, markdown=long)
        await portal.happen(key, published, actor=portal.agent.actor)
    for who, path in ((portal.secretary, "/contact"), (portal.agent, "/region/textes"), (portal.agent, "/region/textes/contact")):
        page = await who.open(chromium, path)
        assert await faults_at_every_width(page) == []
        if path == "/region/textes/contact":
            await page.get_by_role("button", name="Prévisualiser").click()
            await expect(page.get_by_role("heading", name="Aperçu, pas encore publié")).to_be_visible()
            assert await faults_at_every_width(page) == []
        await page.context.close()
