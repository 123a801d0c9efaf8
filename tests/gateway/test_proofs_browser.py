"""Proofs in a real browser: an organisation sends a PDF, the Region downloads and notes it, nobody else finds it (DEC-10)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.gateway.browser import faults_at_every_width
from tests.gateway.region_in_march import Told
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_proofs import Declarations, action, invoice, key_of, known, page_of
from tests.rules.gateway.test_gateway_proof_file import PDF

__all__ = ["action", "known"]

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_dec_10_a_secretary_sends_a_pdf_and_the_agent_downloads_and_notes_it(
    portal: RunningPortal, action: Told, chromium: Any, tmp_path: Path
) -> None:
    (tmp_path / "facture.pdf").write_bytes(b"MZ\x90\x00" + b"\x00" * 500)
    (tmp_path / "CHOMBIER.pdf").write_bytes(PDF)
    sent, key = await invoice(action), key_of(action)
    async with portal.answering(Declarations(portal).decide):
        page = await portal.secretary.open(chromium, f"/actions/{action.number}/declarations/2008-02", accept_downloads=True)
        await page.get_by_role("link", name="Envoyer les justificatifs de février 2008").click()
        proof = page.locator(f"section#{key}")
        await proof.locator("input[type=file]").set_input_files(tmp_path / "facture.pdf")
        await proof.get_by_role("button", name="Envoyer").click()
        await expect(page.locator("#erreurs")).to_contain_text("n’est pas un PDF, un JPEG ou un PNG entier")
        await expect(page.locator("#erreurs")).to_be_focused()
        await proof.locator("input[type=file]").set_input_files(tmp_path / "CHOMBIER.pdf")
        await proof.get_by_role("button", name="Envoyer").click()
        await expect(proof).to_contain_text("Envoyé")
        link = proof.get_by_role("link", name="justificatif-2008-02-")
        path = await link.get_attribute("href")

        agent = await portal.agent.open(chromium, f"/region/factures/{sent.invoice_id}", accept_downloads=True)
        list_ = agent.locator("#justificatifs")
        await expect(list_).to_contain_text("0 sur 2 justificatifs reçus")
        async with agent.expect_download() as downloading:
            await list_.get_by_role("link", name="justificatif-2008-02-").click()
        download = await downloading.value
        assert await asyncio.to_thread(Path(await download.path()).read_bytes) == PDF
        assert download.suggested_filename.startswith("justificatif-2008-02-")
        await list_.locator(f"#{key}").get_by_label("Reçu").check()
        await list_.get_by_role("button", name="Noter", exact=True).click()
        await expect(agent.locator("#justificatifs")).to_contain_text("1 sur 2 justificatifs reçus")
    await page.reload()
    await expect(proof).to_contain_text("Reçu")
    assert (await portal.rival.get(str(path))).status_code == 404
    await page.context.close()
    await agent.context.close()


@pytest.mark.timeout(300)
async def test_no_page_of_proofs_has_an_accessibility_fault_at_any_width(portal: RunningPortal, action: Told, chromium: Any) -> None:
    sent = await invoice(action)
    pages = {
        page_of(action): portal.secretary,
        f"/actions/{action.number}/declarations/2008-02": portal.secretary,
        f"/actions/{action.number}/factures/{sent.invoice_id}": portal.secretary,
        f"/region/factures/{sent.invoice_id}": portal.agent,
        f"/region/declarations/{action.number}/2008-02": portal.agent,
    }
    for path, person in pages.items():
        page = await person.open(chromium, path)
        assert await faults_at_every_width(page) == [], path
        await page.context.close()
