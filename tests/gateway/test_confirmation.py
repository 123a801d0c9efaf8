"""Two people at one month: what one types, saves or confirms while the other looks is never lost, nor sent unseen (DEC-6, DEC-7)."""

from collections.abc import AsyncIterator, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from contracts import declarations
from contracts.declarations import ConfirmMonth, Line, LineSaved
from contracts.message import Command, Message
from contracts.month import Month
from declarations.rules.declaration import confirm
from tests.gateway.browser import faults_at_every_width
from tests.gateway.html import all_of, value_of, words
from tests.gateway.region_in_march import Told, region_in_march
from tests.gateway.running_portal import Decide, RunningPortal
from tests.gateway.test_declarations import Service, fields, key, running, shows

pytestmark = pytest.mark.asyncio(loop_scope="session")
FEBRUARY = Month("2008-02")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(portal: RunningPortal) -> AsyncIterator[dict[str, Told]]:
    yield await region_in_march(portal)


async def test_a_month_is_shown_and_confirmed_as_it_is_stored_and_what_was_typed_besides_comes_first(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await running(portal, "2008DEC0012")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    await action.declare(Month("2008-02"))
    own = {name: value for name, value in fields(await portal.secretary.get(path)).items() if name.startswith(row)}
    verified = await portal.secretary.get(path + "/confirmation")
    shows(verified, "Tout est prêt", "643,00 €")
    await portal.secretary.post(f"{path}/lignes", {**own, f"{row}.centre.attended": "12,1"})
    step = await portal.secretary.get(path + "/confirmation")
    shows(step, "Il reste des points à régler", "643,00 €", "CHOMBIER Gisèle : une saisie n’est pas enregistrée.")
    assert f'href="{path}#{row}-note"' in step.text and "Confirmer février 2008</button>" not in step.text
    async with portal.answering(Service()) as came:
        pressed = await portal.secretary.post(path + "/confirmation", {"vu": value_of(verified, "vu")})
        assert pressed.status_code == 422 and not came, "nobody confirms in the place of what they typed"
        grid = await portal.secretary.get(path)
        shows(grid, "12,10 h n’est pas un quart d’heure", "non enregistré")
        assert fields(grid)[f"{row}.centre.attended"] == "12,1"
        page = await portal.secretary.post(path, {**fields(grid), "faire": f"reprendre {row}"})
    assert not came and fields(page)[f"{row}.centre.attended"] == "60,00"
    assert "Confirmer février 2008</button>" in (await portal.secretary.get(path + "/confirmation")).text


def confirming(told: Told) -> Decide:
    """Answers as `declarations` does, by its own rule, on what is stored when it reads the command, on 6 March 2008."""

    def decide(_key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, ConfirmMonth)
        return confirm(told.portal.saying.declared[told.number], command, date(2008, 3, 6)).events

    return decide


async def save(told: Told, index: int, hours: int, version: int) -> None:
    """A trainee's line of February is saved, whoever looks."""
    zero = declarations.PlaceFigures(attended=Decimal(0), excused=Decimal(0), unexcused=Decimal(0))
    line = Line(centre=zero.model_copy(update={"attended": Decimal(hours)}), company=zero)
    await told.say(LineSaved(month=FEBRUARY, trainee_id=told.trainees[index], line=line, complete=True, version=version))


async def test_dec_06_hours_that_changed_while_somebody_verified_are_read_again_before_they_are_confirmed(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await running(portal, "2008DEC0013")
    path, service = f"/actions/{action.number}/declarations/2008-02", confirming(action)
    for index in (0, 1):
        await save(action, index, 61, version=1)
    verified = await portal.secretary.get(path + "/confirmation")
    shows(verified, "Tout est prêt", "122,00 h × 5,00 €")
    await save(action, 0, 12, version=2)
    async with portal.answering(service) as came:
        pressed = await portal.secretary.post(path + "/confirmation", {"vu": value_of(verified, "vu")})
        assert pressed.status_code == 422 and len(came) == 1
        shows(pressed, "Des heures de février 2008 ont changé pendant votre vérification (CHOMBIER Gisèle)", "73,00 h × 5,00 €")
        assert "Février 2008 est confirmé" not in pressed.text and "Confirmer février 2008</button>" in pressed.text
        again = await portal.secretary.post(path + "/confirmation", {"vu": value_of(pressed, "vu")})
    shows(again, "Le mois est confirmé", "73,00")


async def test_dec_06_what_nobody_was_shown_is_not_confirmed(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0017")
    path, service = f"/actions/{action.number}/declarations/2008-02", confirming(action)
    for index in (0, 1):
        await save(action, index, 61, version=1)
    for said in ({}, {"vu": "n’importe quoi"}, {"vu": f"{action.trainees[0].hex}.1.0"}):
        async with portal.answering(service):
            pressed = await portal.secretary.post(path + "/confirmation", said)
        assert pressed.status_code == 422
        shows(pressed, "Des heures de février 2008 ont changé pendant votre vérification", "DURAND Jean-Claude")


async def test_what_a_lapsed_session_typed_is_not_forgotten_at_the_confirm_step(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0014")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    await action.declare(Month("2008-02"))
    form = fields(await portal.secretary.get(path)) | {f"{row}.centre.attended": "44"}
    await portal.secretary.log_in(await portal.secretary.post_lapsed(path, form))
    shows(await portal.secretary.get(path + "/confirmation"), "Il reste des points à régler", "CHOMBIER Gisèle : une saisie")


async def test_what_was_typed_into_a_month_that_a_colleague_confirmed_meanwhile_is_shown(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await running(portal, "2008DEC0015")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    await action.declare(Month("2008-02"))
    old = fields(await portal.secretary.get(path))
    period = {"start": "05/02/2008", "end": "06/02/2008", "reason": "summons", "place": "centre", "hours": "7"}
    form = old | {f"{row}.centre.attended": "douze", f"{row}.centre.excused": "7"}
    form |= {f"{row}.absences.0.{part}": text for part, text in period.items()}
    await action.confirm(Month("2008-02"))
    async with portal.answering(Service()) as came:
        over = await portal.secretary.post(path, {**form, "faire": "enregistrer"})
        row_over = await portal.secretary.post(f"{path}/lignes", form)
        same = await portal.secretary.post(path, {**old, "faire": "verifier"})
    assert not came and over.status_code == 409
    shows(over, "Février 2008 a été confirmé pendant votre saisie", "CHOMBIER Gisèle", "douze", "60,00")
    shows(over, "Absence du 05/02/2008 au 06/02/2008, Convocation, Centre, 7 h")
    assert "DURAND" not in over.text, "only what differs"
    assert row_over.status_code == 422
    shows(row_over, "Février 2008 a été confirmé pendant votre saisie", "reste sur cette page")
    shows(same, "Réalisé horaire de l’action, février 2008")


async def test_what_a_lapsed_session_typed_into_a_month_confirmed_since_is_shown_once(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0016")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    await action.declare(Month("2008-02"))
    form = fields(await portal.secretary.get(path)) | {f"{row}.centre.attended": "44"}
    await portal.secretary.log_in(await portal.secretary.post_lapsed(path, form))
    await action.confirm(Month("2008-02"))
    shows(await portal.secretary.get(path), "Février 2008 a été confirmé pendant votre saisie", "44")
    shows(await portal.secretary.get(path), "Réalisé horaire de l’action, février 2008")


async def test_what_stands_in_a_months_way_can_be_read_by_everybody(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0018")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    await action.declare(Month("2008-02"))
    form = fields(await portal.secretary.get(path)) | {f"{row}.centre.attended": "12,1"}
    await portal.secretary.post(f"{path}/lignes", form)
    page = await portal.secretary.open(chromium, path + "/confirmation")
    assert await faults_at_every_width(page) == []
    await page.goto(portal.address + path)
    assert await faults_at_every_width(page) == []
    await page.reload()
    await action.confirm(Month("2008-02"))
    await page.fill(f"#{row}-centre-attended", "13")
    await page.focus("#saisie .btn-primary")
    await page.wait_for_selector("#a-regler :text('a été confirmé pendant votre saisie')")
    await page.click("#saisie .action-bar button:has-text('Enregistrer')")
    await page.wait_for_selector("h2:has-text('a été confirmé pendant votre saisie')")
    await page.wait_for_selector("caption:has-text('Votre saisie')", state="attached")
    assert await faults_at_every_width(page) == []
    await page.context.close()


async def test_dec_06_every_sum_of_the_verification_counts_the_same_lines(portal: RunningPortal, told: dict[str, Told]) -> None:
    """Of two lines one lacks figures: it is in no sum, above or below, and its amount is not shown beside a total that leaves it out."""
    action = await running(portal, "2008DEC0020")
    await save(action, 0, 60, version=1)
    begun = Line(centre=declarations.PlaceFigures(attended=Decimal(50)))
    await action.say(LineSaved(month=FEBRUARY, trainee_id=action.trainees[1], line=begun, complete=False, version=1))
    step = await portal.secretary.get(f"/actions/{action.number}/declarations/2008-02/confirmation")
    shows(step, "60,00 h × 5,00 €", "1 ligne sur 2", "ligne à régler, non comptée", "300,00 €")
    assert [words(cell) for cell in all_of(step, 'tfoot td[data-l="Centre, HT"]')] == ["300,00 €"]
    assert [words(cell) for cell in all_of(step, 'tfoot td[data-l="Février 2008, centre"]')] == ["60,00"]
    assert "250,00 €" not in step.text.replace("\u00a0", " ")
