"""“Historique” in a real browser, with the worker: what is asked for appears by itself; anybody can read it, without JavaScript too."""

from typing import Any
from uuid import UUID

from playwright.async_api import expect

from gateway.web.session import Viewer
from gateway.worker.service import service
from tests.gateway.browser import faults_at_every_width
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.installation import GatewayInstallation
from tests.gateway.projections.log import AGENT, HOLDER, SECRETARY
from tests.gateway.running_portal import served
from tests.guide import CONTRACT
from tests.log import eventually
from tests.running import running


async def test_acc_08_both_sides_read_who_did_what_and_the_action_as_it_was_known(
    installation: GatewayInstallation, tmp_path: Any, chromium: Any
) -> None:
    await installation.publish(log_of_an_action.closed())
    async with running(service, installation.settings), served(installation.settings.database, tmp_path) as portal:
        portal.it_is("2008-01-11T10:00")
        await eventually(installation.is_folded, 60)
        secretary = await portal.person(Viewer(UUID(SECRETARY.subject), "organisation", HOLDER, "scenes", "SCENES ET FORMATIONS", False))
        agent = await portal.person(Viewer(UUID(AGENT.subject), "agent", None, "agent", "Claire BONNET", False))
        page = await secretary.open(chromium, f"/actions/{CONTRACT}")
        await page.get_by_role("link", name="Historique de l’action").click()
        await expect(page.get_by_role("row", name="Réception du bilan accusée")).to_be_visible()
        await page.get_by_label("Objet").select_option("factures")
        await page.get_by_role("button", name="Afficher").click()
        await expect(page.locator("#actes tbody tr")).to_have_count(8)
        assert await faults_at_every_width(page) == []
        await page.get_by_label("Telle que connue le").fill("11/11/2007")
        await page.get_by_role("button", name="Montrer").click()
        await page.get_by_role("heading", name="Compte de l’action").wait_for()
        await expect(page.get_by_role("row", name="Facturé, HT")).to_contain_text("2 445,00")
        await expect(page.get_by_role("row", name="Accepté, HT")).to_contain_text("0,00")
        assert await faults_at_every_width(page) == []
        await page.context.close()

        plain = await agent.open(chromium, f"/region/actions/{CONTRACT}/historique", java_script_enabled=False)
        await plain.get_by_label("Telle que connue le").fill("28/11/2007")
        await plain.get_by_role("button", name="Montrer").click()
        await plain.get_by_role("heading", name="Compte de l’action").wait_for()
        await expect(plain.get_by_role("row", name="Payé, TTC")).to_contain_text("2 445,00")
        await plain.context.close()
        for person in (secretary, agent):
            await person.client.aclose()
