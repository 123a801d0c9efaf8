"""What an organisation asks of the Region after the validation, with both sides in front of their pages (REQ-1 to REQ-4)."""

from tests.journeys.people import Person

WHY, LATE = "Le plateau n’est libre qu’une semaine plus tard.", "Nous prenons trois semaines de plus."
REFUSAL = "Joignez le curriculum de la formatrice."


async def ask_for_periods(secretary: Person, path: str) -> None:
    """The company's period shall begin a week later; the request stands on the page and on home."""
    await secretary.go(f"{path}/dates")
    await secretary.press("Demander une modification")
    await secretary.page.locator("input[name='entreprise.0.debut']").fill("10/03/2008")
    await secretary.fill("Pourquoi, lu par la Région", WHY)
    await secretary.press("Envoyer la demande")
    await secretary.sees("Modification demandée le")
    await secretary.go("/")
    await secretary.sees("Demande en attente de la Région")


async def ask_for_a_report(secretary: Person, path: str, end: str) -> None:
    """The action shall end later, its periods with it (DAT-4)."""
    await secretary.go(f"{path}/dates")
    await secretary.press("Demander un report des dates prévues")
    await secretary.fill("Fin prévue jj/mm/aaaa", end)
    await secretary.press("Adapter les périodes à ces dates")
    assert await secretary.page.locator("input[name='entreprise.0.fin']").input_value() == end
    await secretary.fill("Pourquoi, lu par la Région", LATE)
    await secretary.press("Envoyer la demande")
    await secretary.sees("Report des dates prévues : la Région n’a pas encore répondu.")


async def ask_for_trainers(secretary: Person, path: str) -> None:
    """One more trainer (TRA-1)."""
    await secretary.go(f"{path}/formateurs")
    await secretary.press("Demander une modification")
    before = await secretary.page.locator("fieldset").count()
    await secretary.press("Ajouter un formateur")
    row = f"formateur.{before}"
    for name, text in {"nom": "DIAZ", "prenom": "Ana", "domaine": "couture", "heures": "30", "experience": "dix ans d’atelier"}.items():
        await secretary.page.locator(f"[name='{row}.{name}']").fill(text)
    await secretary.fill("Pourquoi, lu par la Région", WHY)
    await secretary.press("Envoyer la demande")
    await secretary.sees("Formateurs : la Région n’a pas encore répondu.")


async def examine(agent: Person, *sees: str) -> None:
    """The agent opens the oldest request, and reads what it changes."""
    await agent.go("/region/demandes")
    await agent.press("Examiner la première")
    await agent.sees(*sees)


async def refuse(agent: Person) -> None:
    """With a reason, or not at all (REQ-1)."""
    await agent.press("Refuser la demande")
    await agent.sees("Dites pourquoi : l’organisme lira ce texte.")
    await agent.fill("Pourquoi, lu par l’organisme", REFUSAL)
    await agent.press("Refuser la demande")
    await agent.sees("demande refusée")
