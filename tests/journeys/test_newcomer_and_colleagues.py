"""A stranger asks for an account, an agent gives it, a colleague is invited, works, and stays alone: in a real browser, against all that
`make up` starts, once without JavaScript (ACC-4, ACC-8).
"""

import pytest

from tests.journeys.people import AGENT, AGENTS, Person, World

pytestmark = pytest.mark.timeout(300)
SIRETS = {True: "99900007800017", False: "99900008600010"}
CHOSEN = "une barque au bord du canal"


async def asks(world: World, siret: str, name: str, email: str, *, javascript: bool) -> None:
    """From the login page on, by somebody whom nobody knows."""
    stranger = await world.person(javascript=javascript)
    await stranger.go("/connexion")
    await stranger.press("Créer mon compte")
    fields = {
        "SIRET de l’organisme": f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}",
        "Nom de l’organisme": f"ATELIERS {siret[6:9]}",
        "Votre prénom et votre nom": name,
        "Adresse de l’organisme": "3 quai de la Robine",
        "Code postal": "11100",
        "Ville": "NARBONNE",
    }
    for label, value in fields.items():
        await stranger.fill(label, value)
    await stranger.press("Envoyer ma demande")
    await stranger.sees("Votre demande n’est pas envoyée", "Saisissez votre adresse électronique.")
    await stranger.fill("Votre adresse électronique", email)
    await stranger.press("Envoyer ma demande")
    await stranger.sees("Votre demande est enregistrée")


async def examined(agent: Person, siret: str) -> None:
    """The agent opens the request from the list."""
    await agent.go("/region/comptes")
    await agent.comes(agent.row(siret))
    await agent.follow(agent.row(siret).get_by_role("link"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
async def test_acc_04_acc_08_from_a_stranger_to_an_organisation_of_several(world: World, javascript: bool) -> None:
    siret, number = SIRETS[javascript], int(javascript)
    anne, camille = f"anne-{number}@canal.example", f"camille-{number}@canal.example"
    agent = await world.logged_in(AGENT, AGENTS, javascript=javascript)
    await asks(world, siret, "Anne LEROY", anne, javascript=javascript)
    await examined(agent, siret)
    await agent.sees("Inconnu", "Anne LEROY", anne)
    await agent.press("Accepter la demande")
    await agent.sees("La demande de compte est acceptée")

    first = await world.logged_in(anne, CHOSEN, javascript=javascript)
    assert world.logins[anne] == siret, "as after an award"
    await first.go("/compte")
    await first.press("Collègues")
    await first.fill("Prénom et nom", "Camille MARTIN")
    await first.fill("Adresse électronique", camille)
    await first.press("Inviter")
    await first.sees("Votre collègue est invité", "Camille MARTIN")

    colleague = await world.logged_in(camille, CHOSEN, javascript=javascript)
    assert world.logins[camille] == camille
    await colleague.go("/compte")
    assert not await colleague.page.get_by_role("link", name="Collègues").count()

    await first.go("/compte/collegues")
    await first.follow(first.row("Camille MARTIN").get_by_role("link"))
    await first.press("Lui laisser administrer les comptes")
    await first.sees("Le droit est changé")
    await colleague.go("/notifications")
    await colleague.sees("Votre droit dans votre organisme a changé")
    await colleague.go("/compte/collegues")
    await colleague.follow(colleague.row("Anne LEROY").get_by_role("link"))
    await colleague.page.get_by_label("Je retire le compte").check()
    await colleague.press("Retirer le compte")
    await colleague.sees("Le compte est retiré")

    await first.go("/compte")
    await first.sees("Identification")  # their session is over
    await colleague.go(f"/compte/collegues/{await _own_id(colleague)}")
    await colleague.page.get_by_label("Je retire le compte").check()
    await colleague.press("Retirer le compte")
    await colleague.sees("Donnez d’abord ce droit à un collègue")
    await agent.go(f"/region/comptes/{siret}")
    await agent.page.get_by_text("Historique du compte", exact=True).click()
    await agent.sees("Compte retiré à Anne LEROY", "1 utilisateur")


@pytest.mark.parametrize("javascript", [True])
async def test_acc_04_a_refusal_reaches_who_asked(world: World, javascript: bool) -> None:
    siret, email = "99900009400014", "paul@etang.example"
    agent = await world.logged_in(AGENT, AGENTS, javascript=javascript)
    await asks(world, siret, "Paul ROUX", email, javascript=javascript)
    await examined(agent, siret)
    await agent.fill("Motif", "La Région ne finance pas vos actions cette année.")
    await agent.press("Refuser la demande")
    await agent.sees("La demande de compte est refusée")
    assert "La Région ne finance pas vos actions" in " ".join((await world.mail_to(email)).split())


async def _own_id(person: Person) -> str:
    await person.go("/compte/collegues")
    href: str = await person.row("(vous)").get_by_role("link").first.get_attribute("href")
    return href.rpartition("/")[2]
