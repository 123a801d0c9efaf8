"""A browser for tests, and what it finds wrong with a page."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

# The headless shell draws the same pages at less than half the cost of a whole browser without a window.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), "chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
ARGUMENTS += ["--disable-sync", "--disable-quic"]
AXE = Path(__file__).parents[2] / "gateway" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FAULTS = """async options => (await axe.run(document, options)).violations
    .flatMap(violation => violation.nodes.map(node => `${violation.id}: ${node.html}`))"""
"""Alone: the whole report takes as long to hand over as to make."""
WIDE, BETWEEN, NARROW = 1366, (1000, 700, 360), 320
"""Widths of a window, in pixels."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Any]:
    """Chromium, through Playwright's asynchronous API."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        await launched.close()


async def faults_of(page: Any) -> list[str]:
    """What axe finds wrong with an open page (WCAG 2.2 AA, best practice), and whether it scrolls sideways."""
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(AXE.read_text())
    faults: list[str] = await page.evaluate(FAULTS, {"runOnly": RULES, "resultTypes": ["violations"]})
    return faults + await _sideways(page)


async def faults_at_every_width(page: Any) -> list[str]:
    """The same in a wide and in a narrow window, with everything unfolded; in between, whether it scrolls sideways."""
    await page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    faults = await faults_of(page)
    for width in BETWEEN:
        await page.set_viewport_size({"width": width, "height": 900})
        faults += await _sideways(page)
    await page.set_viewport_size({"width": NARROW, "height": 900})
    faults += await faults_of(page)
    await page.set_viewport_size({"width": WIDE, "height": 900})
    return faults


async def _sideways(page: Any) -> list[str]:
    wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth && innerWidth")
    return [f"the page scrolls sideways at {wide}"] if wide else []
