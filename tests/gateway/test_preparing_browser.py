"""Home and the pages up to the opening in a real browser: accessible, narrow enough, alive."""

import asyncio
from datetime import date
from typing import Any

import pytest
from playwright.async_api import expect

from contracts import actions
from contracts.answers import PersonalRef
from contracts.message import Command, Message
from contracts.personal import TextRecord
from contracts.refusals.actions import PeriodOutsideAction, PeriodsOverlap
from gateway.web import commands
from gateway.words.communes import towns
from tests.gateway.browser import faults_at_every_width, faults_of
from tests.gateway.region_in_march import BTS, CLOSED, OVER, READY, SOON, TO_OPEN, Told
from tests.gateway.running_portal import RunningPortal

PAGES = (
    *("/", "/?annee=1999", "/notifications", f"/actions/{BTS}", f"/actions/{TO_OPEN}", f"/actions/{CLOSED}"),
    *(f"/actions/{TO_OPEN}/dates", f"/actions/{BTS}/dates", f"/actions/{TO_OPEN}/stagiaires", f"/actions/{SOON}/stagiaires"),
    *(f"/actions/{TO_OPEN}/stagiaires/nouveau", f"/actions/{BTS}/stagiaires/{{trainee}}"),
    *(f"/actions/{TO_OPEN}/stagiaires/{{other}}/suppression", f"/actions/{TO_OPEN}/entrees", f"/actions/{BTS}/entrees"),
    *(f"/actions/{TO_OPEN}/formateurs", f"/actions/{TO_OPEN}/ouverture", f"/actions/{READY}/ouverture"),
    *(f"/actions/{READY}/non-ouverture", f"/actions/{BTS}/cloture", f"/actions/{OVER}/cloture"),
    *(f"/actions/{TO_OPEN}/stagiaires/import", f"/actions/{TO_OPEN}/stagiaires/reprise?de={BTS}", f"/actions/{BTS}/stagiaires/reprise"),
    f"/actions/{BTS}/declarations/2008-02/import",
    *(f"/actions/{BTS}/dates/demande", f"/actions/{BTS}/dates/report?fin=31/07/2008", f"/actions/{TO_OPEN}/dates/report"),
    *(f"/actions/{BTS}/stagiaires/{{trainee}}/demande", f"/actions/{BTS}/formateurs/demande", f"/actions/{BTS}/demandes"),
)


@pytest.mark.timeout(600)
async def test_no_page_has_an_accessibility_fault_or_scrolls_sideways(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    wrong: dict[str, list[str]] = {}
    page = await portal.secretary.open(chromium, "/")
    page.on("console", lambda message: wrong.setdefault(page.url, []).append(message.text) if message.type == "error" else None)
    for path in PAGES:
        await page.goto(portal.address + path.format(trainee=told[BTS].trainees[0], other=told[TO_OPEN].trainees[0]))
        if faults := await faults_at_every_width(page):
            wrong.setdefault(path, []).extend(faults)
    await page.context.close()
    assert wrong == {}


TRAINEES = "Nom;Prénom;Date de naissance;Sexe\nGARCIA;Sonia;12/03/1985;\n"
HOURS = f"Stagiaire;Réalisées en centre\n{'Personne' * 9};7\nCHOMBIER Gisèle;beaucoup\n"
FILES = (
    (
        f"/actions/{TO_OPEN}/stagiaires/import",
        TRAINEES + f"X;;31/02/1986;\n;{'Camille' * 9};peut-être;{'Féminin' * 12}\n",
        "Personne n’est inscrit",
    ),
    (f"/actions/{TO_OPEN}/stagiaires/import", "a;b\n1;2\n", "Le fichier n’a pas pu être lu"),
    (f"/actions/{TO_OPEN}/stagiaires/import", TRAINEES + "GARCIA;Sonia;12/03/1985\n", "à confirmer"),
    (f"/actions/{BTS}/declarations/2008-02/import", HOURS, "Rien n’est repris"),
    (f"/actions/{BTS}/declarations/2008-02/import", "a;b\n1;2\n", "Le fichier n’a pas pu être lu"),
)
"""Files of trainees and of hours that are sent, and what is said of them."""


@pytest.mark.timeout(300)
async def test_what_is_said_of_a_file_can_be_read_by_everybody(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    wrong: dict[str, list[str]] = {}
    page = await portal.secretary.open(chromium, "/")
    for path, text, said in FILES:
        await page.goto(portal.address + path)
        await page.set_input_files("#fichier", {"name": "tableau.csv", "mimeType": "text/csv", "buffer": text.encode()})
        if await page.query_selector("#partielles"):
            await page.check("#partielles")
        async with page.expect_navigation():
            await page.click("main form button[type=submit]")
        await page.get_by_text(said).first.wait_for()
        if faults := await faults_at_every_width(page):
            wrong[f"{path}, {said}"] = faults
    await page.context.close()
    assert wrong == {}


async def test_not_01_an_open_page_follows_what_others_do_and_keeps_what_is_unfolded(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    page = await portal.secretary.open(chromium, "/")
    await page.locator(f"#resume-{TO_OPEN} summary").click()
    await expect(page.locator(f"#resume-{TO_OPEN} dt")).to_have_count(20)
    await page.locator("#annee").focus()
    before = await page.locator("#cloche .count").inner_text()
    text = TextRecord(id=f"{BTS}/live", version=1, contract_number=BTS, text="Appel.")
    unlocked = actions.DatesUnlocked(reason=PersonalRef(id=f"{BTS}/live", version=1), version=2)
    await portal.happen(BTS, text, unlocked, actor=portal.agent.actor)
    await page.get_by_role("heading", name="Valider les dates et les périodes").wait_for()
    await expect(page.locator("#cloche .count")).to_have_text(str(int(before) + 1))
    assert await page.locator(f"#resume-{TO_OPEN} details").get_attribute("open") is not None
    await expect(page.locator(f"#resume-{TO_OPEN} dt")).to_have_count(20)
    assert await page.locator(f"#resume-{BTS} dt").count() == 0, "a summary is fetched when it is unfolded"
    assert await page.evaluate("document.activeElement.id") == "annee"
    await page.context.close()
    await told[BTS].say(actions.DatesValidated(periods=told[BTS].terms.periods, version=3))


async def test_trn_02_town_and_age_bracket_follow_while_typing(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    page = await portal.secretary.open(chromium, f"/actions/{TO_OPEN}/stagiaires/nouveau")
    await page.get_by_label("Nom", exact=True).fill("MARTIN")
    await page.get_by_label("Date de naissance").fill("14021986")
    await page.get_by_label("Code postal").first.fill("34200")
    await page.get_by_label("Code postal").first.press("Tab")
    await expect(page.locator("#ville")).to_have_value("Sète")
    await page.get_by_text("18 à 25 ans").wait_for()
    assert await page.get_by_label("Nom", exact=True).input_value() == "MARTIN"
    await page.get_by_label("Code postal").first.fill("34800")
    await page.get_by_label("Code postal").first.press("Tab")
    await expect(page.locator("#liste-ville option")).to_have_count(len(towns("34800")))
    assert await page.locator("#ville").input_value() == ""
    await page.context.close()


async def test_a_page_whose_scripts_come_late_still_follows_what_others_do(portal: RunningPortal, chromium: Any) -> None:
    async def late(route: Any) -> None:
        await asyncio.sleep(1)
        await route.continue_()

    page = await portal.secretary.open(chromium, "/")
    await page.route("**/hx-sse.min.js*", late)
    await page.goto(page.url)
    await page.wait_for_selector("html[data-live]", state="attached", timeout=10_000)
    await page.context.close()


@pytest.mark.parametrize("script", [True, False])
async def test_a_refusal_keeps_what_was_typed_and_leads_to_the_field(
    portal: RunningPortal, told: dict[str, Told], chromium: Any, script: bool
) -> None:
    def refuse(_key: str, _command: Command) -> list[Message]:
        periods = told[TO_OPEN].terms.periods
        raise PeriodsOverlap(field="periods.1.start", start=periods[0].start, end=periods[0].end)

    page = await portal.secretary.open(chromium, f"/actions/{TO_OPEN}/dates", java_script_enabled=script)
    await page.get_by_role("button", name="Ajouter une période en centre").click()
    await page.locator("#centre-2-debut").fill("1/8/8")
    await page.locator("#centre-1-debut").fill("10/08/2008")
    async with portal.answering(refuse):
        await page.get_by_role("button", name="Supprimer la période 3 en centre").click()
        await page.get_by_role("button", name="Enregistrer les dates et les périodes").click()
        await page.get_by_role("alert").get_by_text("Cette période recoupe celle du 7").wait_for()
        summary = page.get_by_role("alert").get_by_role("link", name="Période 2 en centre, début")
    if script:
        await page.wait_for_function("document.activeElement.id == 'erreurs'")
    await summary.click()
    assert await page.locator("#centre-1-debut").input_value() == "10/08/2008"
    assert await page.evaluate("location.hash") == "#centre-1-debut" if script else True
    assert not script or await faults_of(page) == []
    await page.context.close()


@pytest.mark.parametrize(("status", "body"), [(503, "<h1>Indisponible</h1>"), (200, "<h1>Connexion</h1>"), (404, "")])
async def test_an_answer_that_is_another_page_wipes_nothing_off_the_screen(
    portal: RunningPortal, told: dict[str, Told], chromium: Any, status: int, body: str
) -> None:
    page = await portal.secretary.open(chromium, "/")
    await page.route("**/", lambda route: route.fulfill(status=status, body=body, content_type="text/html"))
    before = await page.locator("#taches li").count()
    async with page.expect_response("**/"):
        await told[BTS].say(actions.TrainersConfirmed())
    await page.wait_for_timeout(300)
    assert await page.locator("#taches li").count() == before > 0
    assert await page.locator("#menu li").count() > 0
    await page.context.close()


async def test_a_late_answer_appears_by_itself_on_the_open_page(
    portal: RunningPortal, told: dict[str, Told], chromium: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.2)
    page = await portal.secretary.open(chromium, f"/actions/{SOON}/formateurs")
    await page.get_by_role("button", name="Confirmer les formateurs").click()
    await page.get_by_text("Votre saisie est enregistrée, la réponse arrive").wait_for()
    await page.get_by_text("En attente de réponse").wait_for()
    async with portal.answering(lambda _key, _command: [actions.TrainersConfirmed()]):
        await page.get_by_text("Les formateurs sont confirmés").wait_for()
        await page.get_by_text("Confirmés le 6 mars 2008").wait_for()
    await expect(page.get_by_text("En attente de réponse")).to_have_count(0)
    await page.context.close()


async def test_a_late_refusal_brings_back_what_was_typed_on_the_open_page(
    portal: RunningPortal, told: dict[str, Told], chromium: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.2)
    path = f"/actions/{SOON}/dates"
    page = await portal.secretary.open(chromium, path, width=320)
    await page.locator("#centre-0-fin").fill("31/12/2009")
    await page.get_by_role("button", name="Enregistrer les dates et les périodes").click()
    await page.get_by_text("En attente de réponse").wait_for()

    def refuse(_key: str, _command: Command) -> list[Message]:
        raise PeriodOutsideAction(field="periods.0.end", start=date(2008, 9, 1), end=date(2009, 6, 26))

    async with portal.answering(refuse):
        await page.locator("#centre-0-fin-err").wait_for()
    assert await page.locator("#centre-0-fin").input_value() == "31/12/2009"
    await page.locator("#centre-0-fin").fill("30/11/2008")
    await portal.happen(SOON, actions.TrainersConfirmed())
    await page.wait_for_timeout(500)
    assert await page.locator("#centre-0-fin").input_value() == "30/11/2008", "a form that somebody types in never changes"
    assert await faults_of(page) == []
    await page.get_by_role("button", name="Effacer cette saisie").click()
    await expect(page.locator("#centre-0-fin-err")).to_have_count(0)
    assert await page.locator("#centre-0-fin").input_value() != "31/12/2009"
    await page.context.close()
