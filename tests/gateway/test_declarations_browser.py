"""The grid in a browser: keys, totals, rows that save themselves, nothing lost; and without JavaScript (DEC-2 to DEC-5)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from contracts.declarations import Absence, FillMonth, Line, LineSaved, PlaceFigures, SaveLine
from contracts.month import Month
from tests.gateway.browser import faults_at_every_width, faults_of
from tests.gateway.region_in_march import BTS, Told, region_in_march
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_declarations import FEBRUARY, Service, key, rows_of, running

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


async def states(page: Any) -> list[str]:
    """The word beside each row."""
    return [text.strip() for text in await page.locator(".row-state").all_text_contents()]


async def values(page: Any, place: str = "centre", kind: str = "attended") -> list[str]:
    """A column, downwards."""
    found: list[str] = await page.eval_on_selector_all(f"input.cell[id$='-{place}-{kind}']", "cells => cells.map(cell => cell.value)")
    return found


async def saved(page: Any) -> None:
    """Everything that is typed is saved."""
    await page.wait_for_selector("#saisie:not(:has([data-unsaved])) #enregistre:has-text('Enregistré')")


async def test_a_month_is_filled_in_with_the_keyboard(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0101")
    path, first, second = f"/actions/{action.number}/declarations/2008-02", key(action, 0), key(action, 1)
    service = Service()
    async with portal.answering(service):
        page = await portal.secretary.open(chromium, path)
        for press in ("Tab", "Tab", "Enter"):  # the second link of the page leads to the first cell
            await page.keyboard.press(press)
        assert await page.evaluate("document.activeElement.id") == cell(first, "centre", "attended")[1:]
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
        await page.wait_for_selector(f'[name="{first}.version"]:not([value="0"])', state="attached")
        await saved(page)
        assert "Enregistré à 14\xa0h\xa012" in await page.text_content("#enregistre") and await states(page) == ["enregistré", ""]
        await page.keyboard.type("12")
        assert await states(page) == ["enregistré", "non enregistré"] and "Non enregistré" in await page.text_content("#enregistre")
        await page.keyboard.press("ArrowUp")
        assert await page.text_content("[data-gaps]") == "5\xa0cases vides"
        await page.click("[data-zeros]")  # an empty cell is not a zero, unless one says so
        await page.wait_for_selector("#a-faire:has-text('Tout est rempli')")
        await saved(page)
        await page.focus(cell(second, "centre", "attended"))
        await page.keyboard.type("99")
        assert (await states(page))[1] == "non enregistré"
        await page.keyboard.press("Escape")
        assert await page.input_value(cell(second, "centre", "attended")) == "12,00" and await states(page) == ["enregistré"] * 2
        await page.context.close()
    lines = {trainee: line for (_, trainee), (_, line) in service.lines.items()}
    assert lines[action.trainees[0]].company.attended == Decimal("3.5")
    assert lines[action.trainees[1]].centre.attended == 12 and lines[action.trainees[1]].company.unexcused == 0


async def test_figures_are_copied_down_and_across_and_undone(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0107", 4)
    service = Service()
    async with portal.answering(service):
        page = await portal.secretary.open(chromium, f"/actions/{action.number}/declarations/2008-02")
        keys = page.keyboard
        await page.focus("input.cell >> nth=0")
        await keys.type("35")
        await keys.press("Control+ArrowDown")
        assert await values(page) == ["35,00", "35,00", "", ""]
        await keys.type("28")
        await keys.press("Control+Shift+ArrowDown")
        assert await values(page) == ["35,00", "28,00", "28,00", "28,00"]
        await keys.press("Control+Shift+ArrowRight")
        assert await values(page, "company", "unexcused") == ["", "28,00", "", ""]
        await keys.press("Control+z")
        await keys.press("Control+z")
        assert await values(page) == ["35,00", "28,00", "", ""] and await values(page, "company", "unexcused") == [""] * 4
        await keys.press("Control+y")
        assert await values(page) == ["35,00", "28,00", "28,00", "28,00"]
        for _ in range(4):
            await page.click("[data-undo]")
        assert await values(page) == [""] * 4 and await page.is_disabled("[data-undo]")
        await keys.press("Control+y")
        await page.focus("#saisie .btn-primary")
        await saved(page)
        await page.context.close()
    assert {line.centre.attended for _, line in service.lines.values()} <= {35, None}


async def test_the_grid_stands_still_and_twelve_rows_are_in_sight(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0108", 12)
    async with portal.answering(Service()):
        page = await portal.secretary.open(chromium, f"/actions/{action.number}/declarations/2008-02", height=768)
        tops = "[...document.querySelectorAll('.line__row')].map(row => row.getBoundingClientRect().top)"
        bottom = "[...document.querySelectorAll('.line__row')][11].getBoundingClientRect().bottom"
        assert await page.evaluate(bottom) <= await page.evaluate("document.querySelector('.action-bar').getBoundingClientRect().top")
        before = await page.evaluate(tops)
        await page.focus("input.cell >> nth=0")
        for _ in range(4):
            await page.keyboard.type("35")
            await page.keyboard.press("Enter")
        await saved(page)
        assert await page.evaluate(tops) == before, "what is empty is told once"
        assert await page.text_content("[data-gaps]") == "8\xa0lignes à remplir, 20\xa0cases vides"
        await page.context.close()


JUMPS = """() => {
    const cell = document.activeElement, before = cell.getBoundingClientRect().top;
    window.jumps = [];
    const look = () => {
        const top = cell.getBoundingClientRect().top;
        if (Math.abs(top - before) >= 2) window.jumps.push(top - before);
        requestAnimationFrame(look);
    };
    look();
}"""
"""Notes how far the cell in which one types is from where it was, in each frame."""


async def test_what_is_wrong_above_moves_nothing_where_one_types(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0109", 12)
    async with portal.answering(Service()):
        page = await portal.secretary.open(chromium, f"/actions/{action.number}/declarations/2008-02", height=600)
        rows = await page.eval_on_selector_all("[data-line]", "lines => lines.map(line => line.id)")
        for kind in ("excused", "unexcused"):
            await page.fill(cell(rows[1], "centre", kind), "0")
        for kind in ("attended", "excused", "unexcused"):
            await page.fill(cell(rows[1], "company", kind), "0")
        await page.fill(cell(rows[1], "centre", "attended"), "1055")
        await page.focus(cell(rows[2], "centre", "attended"))
        await page.evaluate("scrollTo(0, 0)")  # where the browser itself holds nothing in its place
        await page.evaluate(JUMPS)
        await page.wait_for_selector(f"#{rows[1]} .line__row.has-error")
        await page.wait_for_selector("#annonce:has-text('permet')", state="attached")
        await page.wait_for_timeout(100)
        assert await page.evaluate("window.jumps") == [], "in no frame that is drawn"
        assert "CHOMBIER" not in await page.text_content("#annonce") and "permet 260,00" in await page.text_content("#annonce")
        assert await page.get_attribute(cell(rows[1], "centre", "attended"), "aria-invalid") == "true"
        assert await page.text_content('[data-sum="all"]') == "0,00" and await page.text_content(f"#{rows[1]}-etat") == "enregistré"
        assert await faults_of(page) == []
        await page.click("#points summary")
        assert await faults_at_every_width(page) == []
        await page.context.close()


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
        assert await page.input_value(cell(second, "centre", "attended")) == "5"
        assert await states(page) == ["non enregistré"] * 2
        assert not [command for command in came if isinstance(command, SaveLine) and command.trainee_id == action.trainees[0]]
        assert await faults_of(page) == []
        await page.fill(cell(first, "centre", "attended"), "77,25")
        await page.focus(cell(second, "centre", "excused"))
        await page.wait_for_selector(f"#{first}-err", state="detached")
        await saved(page)
        assert await wrong.get_attribute("aria-invalid") is None
        await page.context.close()


async def test_two_secretaries_in_one_grid_see_what_is_saved_and_lose_nothing(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    action = await running(portal, "2008DEC0103")
    path, first, second = f"/actions/{action.number}/declarations/2008-02", key(action, 0), key(action, 1)
    service = Service()
    async with portal.answering(service):
        mine, theirs = await portal.secretary.open(chromium, path), await portal.secretary.open(chromium, path)
        await theirs.fill(cell(second, "centre", "attended"), "61")
        await theirs.focus(cell(second, "centre", "excused"))
        await mine.fill(cell(first, "centre", "attended"), "50")
        await mine.focus("#saisie .btn-primary")
        await theirs.wait_for_selector(f"{cell(first, 'centre', 'attended')}[value='50,00']")
        assert await theirs.text_content(f"#{first}-etat") == "enregistré" and await theirs.text_content('[data-sum="all"]') == "0,00"
        assert await theirs.evaluate("document.activeElement.id") == cell(second, "centre", "excused")[1:], (
            "where one types nothing is touched"
        )
        await saved(theirs)
        await theirs.focus(cell(first, "centre", "attended"))
        for page, hours in ((theirs, "60"), (mine, "51")):  # both type before either is saved
            await page.fill(cell(first, "centre", "attended"), hours)
        for page in (mine, theirs):
            await page.focus("#saisie .btn-primary")
            await page.wait_for_selector(f'[name="{first}.version"][value="2"], #{first} [data-state=conflict]', state="attached")
        late = theirs if await theirs.query_selector("[data-state=conflict]") else mine
        assert "Cette ligne a changé pendant votre saisie" in await late.text_content(f"#{first}-note")
        assert await late.input_value(cell(first, "centre", "attended")) == ("60,00" if late is theirs else "51,00")
        assert await late.text_content(f"#{first}-etat") == "non enregistré"
        assert await faults_of(late) == []
        await late.click(f"#{first} button:has-text('Garder ma saisie')")
        await late.wait_for_load_state()
        assert not await late.query_selector("[data-state=conflict]")
        await mine.context.close()
        await theirs.context.close()
    assert service.lines[Month("2008-02"), action.trainees[0]][1].centre.attended == (60 if late is theirs else 51)


async def test_a_session_that_lapses_while_one_types_loses_nothing_and_says_so(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    action = await running(portal, "2008DEC0110")
    path, first = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    service = Service()
    async with portal.answering(service):
        page = await portal.secretary.open(chromium, path)
        await portal.secretary.lapse()
        await page.fill(cell(first, "centre", "attended"), "44")
        await page.focus("#saisie .btn-primary")
        await page.wait_for_selector("#enregistre:has-text('Votre session a expiré')")
        assert not service.lines and await states(page) == ["non enregistré", ""] and await page.is_visible("#session-finie")
        await portal.secretary.idle("0 seconds")  # they log in again, in another tab, and come back
        await page.evaluate("dispatchEvent(new Event('focus'))")
        await saved(page)
        assert await page.input_value(cell(first, "centre", "attended")) == "44,00" and not await page.is_visible("#session-finie")
        await page.context.close()
    assert service.lines[Month("2008-02"), action.trainees[0]][1].centre.attended == 44


PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


async def test_a_copied_block_is_proposed_over_the_grid_and_typed_when_it_is_accepted(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    action = await running(portal, "2008DEC0111", 3)
    service = Service()
    async with portal.answering(service) as came:
        page = await portal.secretary.open(chromium, f"/actions/{action.number}/declarations/2008-02")
        rows = await page.eval_on_selector_all("[data-line]", "lines => lines.map(line => line.id)")
        await page.focus(cell(rows[1], "centre", "excused"))
        await page.evaluate(PASTE, "105\t5\n7:30\tsept\n")
        await page.wait_for_selector("#proposition[open]")
        said = (await page.inner_text("#proposition")).replace("\xa0", " ")
        assert "3 cases à remplir, 1 point à revoir" in said and "« sept » n’est pas un nombre d’heures" in said and not came
        assert await faults_of(page) == []
        await page.click("#proposition [data-leave]")
        assert await values(page, "centre", "excused") == [""] * 3 and not came, "not accepted, nothing is typed"
        await page.evaluate(PASTE, "105\t5\n7:30\tsept\n")
        await page.click("#proposition button[value=poser]")
        assert await values(page, "centre", "excused") == ["", "105,00", "7,50"]
        assert await values(page, "centre", "unexcused") == ["", "5,00", ""]
        await saved(page)
        assert len(came) == 2
        await page.focus(cell(rows[1], "centre", "excused"))
        await page.keyboard.press("Control+z")
        assert await values(page, "centre", "excused") == [""] * 3 and await values(page, "centre", "unexcused") == [""] * 3
        await page.focus("#saisie .btn-primary")
        await saved(page)
        await page.context.close()
    assert {line.centre.excused for _, line in service.lines.values()} == {None}, "undone, it is as if it had not been"


async def test_absences_are_added_and_taken_away_in_the_panel(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0104")
    path, first = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    service = Service()
    async with portal.answering(service) as came:
        page = await portal.secretary.open(chromium, path)
        await page.fill(cell(first, "centre", "excused"), "7")
        await page.focus(cell(first, "centre", "unexcused"))
        await page.wait_for_selector(f"#{first}-panel:visible"), "hours of absence ask for their periods"
        for number, day in ((0, "5/2/08"), (1, "06022008")):
            begin = f"#{first}-absences-{number}"
            await page.fill(f"{begin}-start", day)
            await page.fill(f"{begin}-end", day)
            await page.select_option(f"{begin}-reason", "family")
            await page.select_option(f"{begin}-place", "centre")
            await page.fill(f"{begin}-hours", "3,5")
            if number == 0:
                await page.click(f"#{first} [data-add]")
        assert await page.input_value(f"#{first}-absences-0-start") == "05/02/2008", "a date is rewritten when it is left"
        await page.focus("#saisie .btn-primary")
        await page.wait_for_selector(f"#{first}-balance .is-ok")
        await page.click(f"#{first} [data-remove] >> nth=0")
        await page.wait_for_selector(f"#{first}-balance .is-bad")
        await page.context.close()
    periods = [command.line.absences for command in came if isinstance(command, SaveLine)]
    assert [len(absences) for absences in periods][-2:] == [2, 1] and periods[-1][0].start == date(2008, 2, 6)


async def test_what_is_typed_is_kept_when_the_page_is_left(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action = await running(portal, "2008DEC0105")
    path, first = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    page = await portal.secretary.open(chromium, path)
    await page.fill(cell(first, "centre", "attended"), "33")
    await page.goto(portal.address + "/")
    for _ in range(100):
        if await portal.kept(f"{path}/lignes/{action.trainees[0]}"):
            break
        await page.wait_for_timeout(50)
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
        await page.wait_for_selector(f"#{first}-panel:visible")
        assert [row.trainee_id for filled in came if isinstance(filled, FillMonth) for row in rows_of(filled)] == [action.trainees[0]]
        assert await page.input_value(cell(first, "centre", "attended")) == "8,00"
        await page.context.close()
