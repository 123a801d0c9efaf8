"""What people do on more than one journey, page after page."""

import re
from typing import Any

from tests.journeys.people import Person, World


async def open_it(secretary: Person, path: str, start: str = "") -> None:
    """On the day itself or later, and monthly (OPN-1 to OPN-3); `start` is the actual start, when it is not the one that is offered."""
    await secretary.go(f"{path}/ouverture")
    if start:
        await secretary.page.locator("[name=debut]").fill(start)
    await secretary.page.get_by_label("Mensuel").first.check()
    await secretary.press("Ouvrir l’action")
    await secretary.sees("L’action est ouverte")


async def panel_of(secretary: Person, name: str) -> Any:
    """The trainee's panel, open: hours of absence open it by themselves, the row's button otherwise."""
    panel = secretary.page.locator("tr.panel-row:visible").filter(has_text=name)
    await secretary.page.wait_for_timeout(500)
    if not await panel.count():
        await secretary.row(name).get_by_role("button", name=re.compile("bsence|Sortie")).click()
        await secretary.page.wait_for_load_state()
    return panel


async def look_ahead(secretary: Person, *words: str) -> None:
    """What would come if it goes on like this, unfolded; nothing of it is sent."""
    await secretary.page.get_by_text("Et ensuite").first.click()
    await secretary.sees("Une estimation", *words)


async def confirm(secretary: Person, path: str, month: str, name: str, *sees: str) -> None:
    """The confirm step, with what it says and what would come after it, in the window (DEC-6)."""
    await secretary.go(f"{path}/declarations/{month}")
    await secretary.press("Vérifier avant de confirmer")
    await secretary.sees(*sees)
    await look_ahead(secretary, "après la clôture et l’envoi du bilan")
    await secretary.press(f"Confirmer {name}")
    await secretary.sees("Le mois est confirmé")


async def invoice(secretary: Person, path: str, month: str, *sees: str) -> None:
    """Choose, see it explained, confirm (BIL-2)."""
    await secretary.go(f"{path}/facturation")
    choice = secretary.page.locator(f"input[name=choix][value*='{month}']")
    await secretary.comes(choice)
    await choice.check()
    await secretary.press("Générer la facture")
    await secretary.sees(*sees)
    await look_ahead(secretary, "Solde")
    await secretary.press("Confirmer la facture")
    await secretary.sees("La facture est confirmée")


async def examine_invoice(agent: Person, words: str, contract: str = "") -> None:
    """The agent opens the invoice whose row says this."""
    await agent.go(f"/region/factures?action={contract}")
    await agent.comes(agent.row(words))
    await agent.follow(agent.row(words).get_by_role("link"))


async def accept(agent: Person, words: str, contract: str = "") -> None:
    """The agent accepts, on two pages (BIL-7)."""
    await examine_invoice(agent, words, contract)
    await agent.press("Accepter")
    await agent.press("Confirmer l’acceptation")
    await agent.sees("est accepté")


async def reject(agent: Person, words: str, reason: str, text: str, contract: str = "") -> None:
    """The agent rejects, with code and text, on two pages (BIL-7)."""
    await examine_invoice(agent, words, contract)
    await agent.press("Rejeter la facture")
    await agent.sees("Choisissez le motif du rejet.")
    await agent.choose("Motif", reason)
    await agent.fill("Ce qu’il faut corriger, lu par l’organisme", text)
    await agent.press("Rejeter la facture")
    await agent.press("Confirmer le rejet")
    await agent.sees("est rejeté")


async def number_of(world: World, amount: str) -> str:
    """How the finance system's list numbers the latest invoice of this amount."""
    lines = [line for line in (await world.finance("list")).splitlines() if f" {amount} €" in line]
    assert lines, await world.finance("list")
    return lines[-1].split()[0]


async def pay(world: World, secretary: Person, path: str, amount: str, reference: str, *, decide: bool = True) -> None:
    """The finance system accepts and pays; the open page says so by itself, and so do the notifications."""
    await secretary.go(f"{path}/facturation")
    number = await number_of(world, amount)
    if decide:
        accepted = secretary.page.get_by_text("Acceptée")
        before = await accepted.count()
        await world.finance("accept", number)
        await accepted.nth(before).wait_for(state="attached")
    await world.finance("pay", number, amount, reference)
    await secretary.sees(reference)
