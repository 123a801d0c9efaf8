"""The month by exception by keyboard, its keys counted, read by everybody (DEC-11)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from contracts.month import Month
from tests.gateway.browser import faults_at_every_width
from tests.gateway.region_in_march import Told, region_in_march
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_declarations import Service, key, rows_of, running

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(portal: RunningPortal) -> AsyncIterator[dict[str, Told]]:
    yield await region_in_march(portal)


class Keys:
    """Presses keys, and counts them."""

    def __init__(self, page: Any) -> None:
        self.page, self.count = page, 0

    async def press(self, *keys: str) -> None:
        for pressed in keys:
            await self.page.keyboard.press(pressed)
            self.count += 1

    async def write(self, text: str) -> None:
        await self.press(*text)

    async def goes_on(self, key: str = "Enter") -> None:
        """A key that leads to the next page."""
        async with self.page.expect_navigation():
            await self.press(key)


async def test_dec_11_a_month_of_ten_who_were_all_present_takes_fifteen_keys(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    action = await running(portal, "2008EXC0101", 10)
    async with portal.answering(Service()) as came:
        page = await portal.secretary.open(chromium, f"/actions/{action.number}/declarations/2008-02", height=768)
        await page.focus("#present-centre")
        keys = Keys(page)
        await keys.press("Control+a")
        await keys.write("140")
        await keys.goes_on()  # Enter does what the button beside does
        assert await page.evaluate("document.activeElement.textContent") == "Enregistrer le mois"
        await keys.goes_on()
        await page.wait_for_selector("#a-faire:has-text('Tout est rempli')")
        await page.context.close()
    assert [len(rows_of(filled)) for filled in came] == [10]
    assert keys.count <= 15


async def test_dec_11_an_absence_takes_a_dozen_keys_and_the_next_one_can_be_typed(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    action = await running(portal, "2008EXC0102", 10)
    page = await portal.secretary.open(chromium, f"/actions/{action.number}/declarations/2008-02", height=768)
    await page.fill("#present-centre", "140")
    async with page.expect_navigation():
        await page.press("#present-centre", "Enter")
    await page.click(".present__more > summary")
    await page.focus("#absence-trainee")
    keys = Keys(page)
    await keys.write("DU")
    await keys.press("Tab", "5", "Tab", "Tab")
    await keys.write("Con")
    await keys.goes_on()
    assert keys.count <= 12
    row = key(action, 1)
    assert [await page.input_value(f"#{row}-centre-{kind}") for kind in ("attended", "excused")] == ["133,00", "7,00"]
    assert await page.evaluate("document.activeElement.id") == "absence-trainee"
    await page.context.close()


async def test_dec_11_the_last_month_takes_twenty_keys_when_all_stay_to_the_end(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    action = await running(portal, "2008EXC0103", 10)
    for month in ("2008-02", "2008-03"):
        await action.confirm(Month(month))
    portal.it_is("2008-05-05T10:00")
    try:
        async with portal.answering(Service()):
            page = await portal.secretary.open(chromium, f"/actions/{action.number}/declarations/2008-04", height=768)
            await page.focus("#present-centre")
            keys = Keys(page)
            await keys.press("Control+a")
            await keys.write("140")
            await keys.goes_on()
            await keys.goes_on()
            await page.wait_for_selector("#a-faire:has-text('Tout est rempli')")
            assert keys.count <= 20
            await page.context.close()
    finally:
        portal.it_is("2008-03-06T14:12")


async def test_the_panels_of_a_month_can_be_read_by_everybody_with_lines_laid_over_and_errors_shown(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    action = await running(portal, "2008EXC0104", 10)
    page = await portal.secretary.open(chromium, f"/actions/{action.number}/declarations/2008-02", height=768)
    await page.fill("#present-centre", "140")
    async with page.expect_navigation():
        await page.press("#present-centre", "Enter")
    await page.click(".present__more > summary")
    async with page.expect_navigation():
        await page.click("text=Ajouter l’absence")
    assert await page.evaluate("document.activeElement.id") == "absence-trainee"
    assert await faults_at_every_width(page) == []
    await page.set_viewport_size({"width": 360, "height": 900})
    await page.context.close()
