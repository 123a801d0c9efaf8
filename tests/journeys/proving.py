"""The proof of an absence, from the organisation's file to the agent's note (DEC-10)."""

import asyncio
from pathlib import Path

from sesame_local.demo.pdf import page
from tests.journeys.people import Person

PROOF = page("Convocation de DURAND Jean-Claude, 21 janvier 2008")


async def send_a_proof(secretary: Person, path: str) -> None:
    """The month says which is to be sent; a program under the name of a PDF is refused, the PDF goes through, under our name."""
    await secretary.go(f"{path}/declarations/2008-01")
    await secretary.sees("1 justificatif à envoyer")
    await secretary.press("Envoyer les justificatifs de janvier 2008")
    await choose(secretary, b"MZ\x90\x00" + b"\x00" * 500)
    await secretary.press("Envoyer le justificatif de DURAND Jean-Claude")
    await secretary.sees("n’est pas un PDF, un JPEG ou un PNG entier")
    await choose(secretary, PROOF)
    await secretary.press("Envoyer le justificatif de DURAND Jean-Claude")
    await secretary.sees("Le justificatif est envoyé", "justificatif-2008-01-")


async def choose(secretary: Person, content: bytes) -> None:
    """A file for the only proof of the page."""
    file = {"name": "Convocation DURAND.pdf", "mimeType": "application/pdf", "buffer": content}
    await secretary.page.locator("input[type=file]").set_input_files(file)


async def receive_the_proof(agent: Person, amount: str) -> None:
    """The agent finds it with the invoice of this amount, downloads it as it was sent, and notes that it came."""
    await agent.go("/region/factures")
    await agent.row(amount).get_by_role("link").first.click()
    await agent.sees("0 sur 1 justificatif reçu", "Envoyé, à noter")
    async with agent.page.expect_download() as downloading:
        await agent.page.get_by_role("link", name="justificatif-2008-01-").click()
    download = await downloading.value
    assert download.suggested_filename.startswith("justificatif-2008-01-")
    assert await asyncio.to_thread(Path(await download.path()).read_bytes) == PROOF
    await agent.page.get_by_label("Reçu", exact=True).check()
    await agent.press("Noter")
    await agent.sees("Les justificatifs sont notés", "1 sur 1 justificatif reçu")
