"""The grid in a browser: keys, totals, rows that save themselves, nothing lost; and without JavaScript (DEC-2 to DEC-5)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from contracts.declarations import Absence, Line, LineSaved, PlaceFigures, SaveLine
from contracts.month import Month
from tests.gateway.browser import faults_at_every_width, faults_of
from tests.gateway.region_in_march import BTS, Told, region_in_march
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_declarations import FEBRUARY, Service, key, running

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(portal: RunningPortal) -> AsyncIterator[dict[str, Told]]:
    yield await region_in_march(portal)


async def until(said: Callable[[], bool]) -> None:
    """Waits until it is so."""
    for _ in range(300):
        if said():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


def cell(row: str, place: str, kind: str) -> str:
    return f"#{row}-{place}-{kind}"


async def test_a_month_is_filled_in_with_the_keyboard(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0101")
    path, first, second = f"/actions/{action.number}/declarations/2008-02", key(action, 0), key(action, 1)
    service = Service()
    async with portal.answering(service) as came:
        page = await portal.secretary.open(chromium, path)
        await page.focus(cell(first, "centre", "attended"))
        for figure in ("70", "0", "0", "3h30", "0", "0"):
            await page.keyboard.type(figure)
            await page.keyboard.press("Tab")
        assert await page.input_value(cell(first, "company", "attended")) == "3,50"
        assert await page.text_content(f"#{first} [data-total]") == "73,50"
        assert await page.text_content(f"#{first} [data-left=centre]") == "742,00"
        assert await page.text_content("[data-counted]") == "Total, 1\xa0ligne sur 2"
        assert await page.text_content('[data-sum="all"]') == "73,50"
        await page.focus(cell(first, "centre", "attended"))
        await page.keyboard.press("Enter")  # the same column of the next trainee; the row that is left saves itself
        assert await page.evaluate("document.activeElement.id") == cell(second, "centre", "attended")[1:]
        await until(lambda: len(came) == 1)
        await page.wait_for_selector(f'[name="{first}.version"][value="1"]', state="attached")
        assert "Brouillon enregistré à 14\xa0h\xa012" in await page.text_content("#enregistre")
        await page.keyboard.type("12")
        await page.keyboard.press("ArrowUp")
        await until(lambda: len(came) == 2)
        await page.wait_for_selector(f"#{second} [data-zeros]")
        await page.click(f"#{second} [data-zeros]")  # an empty cell is not a zero, unless one says so
        await until(lambda: len(came) == 3)
        await page.wait_for_selector("#bilan-mois:has-text('Tout est rempli')")
        assert not await page.query_selector("#a-regler .notice")
        await page.keyboard.type("99")
        await page.keyboard.press("Escape")
        assert await page.input_value(cell(second, "centre", "attended")) == "12,00"
        await page.context.close()
    lines = {trainee: line for (_, trainee), (_, line) in service.lines.items()}
    assert lines[action.trainees[0]].company.attended == Decimal("3.5")
    assert lines[action.trainees[1]].centre.attended == 12 and lines[action.trainees[1]].company.unexcused == 0


async def test_a_refused_cell_keeps_what_was_typed_and_typing_goes_on(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0102")
    path, first, second = f"/actions/{action.number}/declarations/2008-02", key(action, 0), key(action, 1)
    async with portal.answering(Service()) as came:
        page = await portal.secretary.open(chromium, path)
        await page.fill(cell(first, "centre", "attended"), "77,20")
        await page.focus(cell(second, "centre", "attended"))
        await page.keyboard.type("5")
        await page.wait_for_selector(f"#{first}-err")
        assert "n’est pas un quart d’heure" in await page.text_content(f"#{first}-note")
        wrong = page.locator(cell(first, "centre", "attended"))
        assert await wrong.input_value() == "77,20" and await wrong.get_attribute("aria-invalid") == "true"
        assert await page.evaluate("document.activeElement.id") == cell(second, "centre", "attended")[1:], "the focus stays"
        assert await page.input_value(cell(second, "centre", "attended")) == "5" and not came
        assert await faults_of(page) == []
        await page.fill(cell(first, "centre", "attended"), "77,25")
        await page.focus(cell(second, "centre", "excused"))
        await until(lambda: bool(came))
        await page.wait_for_selector(f"#{first}-err", state="detached")
        assert await wrong.get_attribute("aria-invalid") is None
        await page.context.close()


async def test_two_secretaries_on_one_row_lose_nothing(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0103")
    path, first, second = f"/actions/{action.number}/declarations/2008-02", key(action, 0), key(action, 1)
    service = Service()
    async with portal.answering(service):
        one, other = await portal.secretary.open(chromium, path), await portal.secretary.open(chromium, path)
        for page, hours in ((one, "50"), (other, "60")):
            await page.fill(cell(first, "centre", "attended"), hours)
            await page.focus(cell(second, "centre", "attended"))
            await page.wait_for_selector(f'[name="{first}.version"][value="1"], #{first} [data-state=conflict]', state="attached")
        assert "Cette ligne a changé pendant votre saisie" in await other.text_content(f"#{first}-note")
        assert await other.input_value(cell(first, "centre", "attended")) == "60,00"
        assert await one.input_value(cell(first, "centre", "attended")) == "50,00", "nothing touches the other's grid"
        assert await faults_of(other) == []
        await other.click(f"#{first} button:has-text('Garder ma saisie')")
        await other.wait_for_load_state()
        assert not await other.query_selector("[data-state=conflict]")
        await one.context.close()
        await other.context.close()
    assert service.lines[Month("2008-02"), action.trainees[0]][1].centre.attended == 60


async def test_absences_are_added_and_taken_away_in_the_panel(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0104")
    path, first = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    service = Service()
    async with portal.answering(service) as came:
        page = await portal.secretary.open(chromium, path)
        await page.fill(cell(first, "centre", "excused"), "7")
        await page.focus(cell(first, "centre", "unexcused"))
        assert await page.is_visible(f"#{first}-panel"), "hours of absence ask for their periods"
        for number, day in ((0, "05/02/2008"), (1, "06/02/2008")):
            begin = f"#{first}-absences-{number}"
            await page.fill(f"{begin}-start", day)
            await page.fill(f"{begin}-end", day)
            await page.select_option(f"{begin}-reason", "family")
            await page.select_option(f"{begin}-place", "centre")
            await page.fill(f"{begin}-hours", "3,5")
            if number == 0:
                await page.click(f"#{first} [data-add]")
        await page.focus("#saisie .btn-primary")
        await page.wait_for_selector(f"#{first}-balance .is-ok")
        await page.click(f"#{first} [data-remove] >> nth=0")
        await page.wait_for_selector(f"#{first}-balance .is-bad")
        await page.context.close()
    periods = [one.line.absences for one in came if isinstance(one, SaveLine)]
    assert [len(found) for found in periods][-2:] == [2, 1] and periods[-1][0].start == date(2008, 2, 6)


async def test_what_is_typed_is_kept_when_the_page_is_left(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0105")
    path, first = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    page = await portal.secretary.open(chromium, path)
    await page.fill(cell(first, "centre", "attended"), "33")
    await page.goto(portal.address + "/")
    for _ in range(100):
        if await portal.kept(f"{path}/lignes/{action.trainees[0]}"):
            break
        await asyncio.sleep(0.05)
    await page.goto(portal.address + path)
    assert await page.input_value(cell(first, "centre", "attended")) in {"33", "33,00"}
    await page.context.close()


async def _february(action: Told) -> None:
    """A line with absences that do not add up."""
    periods = (Absence(start=date(2008, 2, 5), end=date(2008, 2, 5), reason="summons", place="centre", hours=Decimal("3.5")),)
    figures = PlaceFigures(attended=Decimal(60), excused=Decimal(7), unexcused=Decimal(0))
    line = Line(centre=figures, company=figures.model_copy(update={"excused": Decimal(0)}), absences=periods)
    await action.say(LineSaved(month=Month("2008-02"), trainee_id=action.trainees[1], line=line, complete=True, version=2))


async def test_every_page_of_a_month_can_be_read_by_everybody(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    await _february(told[BTS])
    base = f"/actions/{BTS}/declarations"
    paths = [
        base,
        f"{FEBRUARY}?ouvert={key(told[BTS], 1)}",
        f"{FEBRUARY}/confirmation",
        f"{base}/2008-01",
        f"{base}/2007-12",
        f"{base}/2008-03",
    ]
    page = await portal.secretary.open(chromium, "/")
    for path in paths:
        await page.goto(portal.address + path)
        assert await faults_at_every_width(page) == [], path
    await page.context.close()


async def test_without_javascript_a_panel_opens_and_saves(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0106")
    path, first = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    async with portal.answering(Service()) as came:
        page = await portal.secretary.open(chromium, path, java_script_enabled=False)
        await page.fill(cell(first, "centre", "attended"), "8")
        await page.click(f"#{first} [data-panel]")
        assert await page.is_visible(f"#{first}-panel") and len(came) == 1
        assert await page.input_value(cell(first, "centre", "attended")) == "8,00"
        await page.context.close()
