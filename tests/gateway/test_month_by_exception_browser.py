"""The month by exception, read by everybody (DEC-11)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.gateway.browser import faults_at_every_width
from tests.gateway.region_in_march import Told, region_in_march
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_declarations import running

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(portal: RunningPortal) -> AsyncIterator[dict[str, Told]]:
    yield await region_in_march(portal)


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
