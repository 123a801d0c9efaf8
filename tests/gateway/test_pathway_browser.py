"""The two tabs of a trainee's sheet in a real browser: links, not a script; accessible and narrow enough (TRN-3)."""

from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import expect

from contracts.actions import RegisterTrainee
from contracts.codes import ActionKind
from tests.gateway.browser import faults_at_every_width
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import award
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_pathway import PATHWAY, accepting
from tests.gateway.test_trainees import END, START, WHOLE

CHOSEN = ("civilite", "sexe", "remuneration", "niveau", "chomage", "prescripteur", "rmi", "vae")
"""Fields that are chosen, not typed."""
ROWS = tuple(name for name in PATHWAY if "." in name)


@pytest.mark.timeout(300)
async def test_trn_03_a_link_shows_the_other_tab_and_both_are_sent(portal: RunningPortal, chromium: Any) -> None:
    individualised = terms("ACCESSOIRISTES", START, END).model_copy(update={"kind": ActionKind.INDIVIDUALISED})
    told = await award(portal, f"B{uuid4().hex[:8]}", individualised)
    page = await portal.secretary.open(chromium, f"/actions/{told.number}/stagiaires/nouveau")
    faults = await faults_at_every_width(page)
    await expect(page.locator("#projet")).to_be_hidden()
    for name, text in WHOLE.items():
        if name not in CHOSEN:
            await page.fill(f'[name="{name}"]', text)
    for name in ("civilite", "remuneration", "niveau", "chomage", "prescripteur"):
        await page.select_option(f'[name="{name}"]', WHOLE[name])
    for name in ("sexe", "rmi"):
        await page.check(f'[name="{name}"][value="{WHOLE[name]}"]')
    await page.get_by_role("link", name="Définition de parcours").click()
    await expect(page.locator("#nom")).to_be_hidden()
    faults += await faults_at_every_width(page)
    for name, text in PATHWAY.items():
        if name not in (*CHOSEN, *ROWS):
            await page.fill(f'[name="{name}"]', text)
    await page.check('[name="vae"][value="non"]')
    for place in ("en centre", "en entreprise"):
        await page.get_by_role("button", name=f"Ajouter une période {place}").click()
        await expect(page.get_by_role("group", name=f"Période 1 {place}")).to_be_visible()
    for name in ROWS:
        await page.fill(f'[name="{name}"]', PATHWAY[name])
    async with portal.answering(accepting) as came:
        await page.get_by_role("button", name="Enregistrer", exact=True).last.click()
        await expect(page.get_by_role("heading", name="Stagiaires")).to_be_visible()
    await page.context.close()
    (command,) = came
    assert isinstance(command, RegisterTrainee) and command.sheet.pathway and command.sheet.last_name == "MARTIN"
    assert faults == []
