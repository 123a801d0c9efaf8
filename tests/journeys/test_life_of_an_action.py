"""The seven steps of an action's life, in a real browser, against everything that `make up` starts."""

import re
from pathlib import Path

import pytest

from gateway.workbook import writing
from tests.journeys import plot
from tests.journeys.people import Person, World, credentials

pytestmark = pytest.mark.timeout(900)

PATH = f"/actions/{plot.NUMBER}"
TRAINEES = (
    ("DURAND", "Jean-Claude", "09/06/1982", "Région"),
    ("NADAL", "Rafael", "03/06/1986", "Région"),
    ("PARKER", "Jessica", "15/05/1970", "Employeur"),
)
# Attended, excused, unexcused in centre; the same in company: (300 + 35) × 7.00 + 100 × 1.00 = 2 445.00 (§3.6.1.1).
JANUARY = {"DURAND": (90, 5, 0, 0, 0, 0), "NADAL": (88, 0, 7, 0, 0, 0), "PARKER": ("70,5", 0, 0, 0, 0, 0)}


async def an_agent(world: World) -> Person:
    """Logs in with what the first mail says."""
    agent = await world.person()
    login, temporary = credentials(await world.mail_to("agent@region.example"))
    await agent.first_log_in(login, temporary, "une phrase d’agent assez longue")
    return agent


async def an_organisation(world: World, *, javascript: bool = True) -> Person:
    """Logs in with what the mail after the first award says (ACC-1, ACC-2)."""
    secretary = await world.person(javascript=javascript)
    login, temporary = credentials(await world.mail_to(plot.EMAIL))
    await secretary.first_log_in(login, temporary, "le rideau se lève à vingt heures")
    return secretary


async def award(agent: Person, folder: Path) -> None:
    """1. A workbook with a mistake is refused whole, the mended one is imported (ACT-1)."""
    wrong = plot.contract()
    wrong = wrong.model_copy(update={"terms": wrong.terms.model_copy(update={"headcount": 4})})
    for contracts, says in (((wrong,), "erreur"), ((plot.contract(), plot.contract(plot.PLAIN, "COSTUMIERS")), "Importer 2 contrats")):
        workbook = folder / "contrats.xlsx"
        workbook.write_bytes(writing.write(contracts))
        await agent.go("/region/import")
        await agent.page.locator("input[type=file]").set_input_files(workbook)
        await agent.press("Vérifier")
        await agent.sees(says)
    await agent.press("Importer 2 contrats")
    await agent.sees("2 contrats")
    await agent.go("/region/actions")
    await agent.sees(plot.NUMBER, "À ouvrir")


async def register(secretary: Person, path: str, last: str, first: str, birth: str, paid_by: str) -> None:
    """2. A sheet, partial first, then complete (TRN-4)."""
    await secretary.go(f"{path}/stagiaires/nouveau")
    await secretary.fill("Nom", last)
    await secretary.fill("Prénom", first)
    await secretary.press("Valider les informations partielles")
    await secretary.go(f"{path}/stagiaires")
    await secretary.press("Compléter", within=secretary.row(last))
    await secretary.press("Enregistrer")
    await secretary.sees("La fiche n’est pas enregistrée")
    await secretary.choose("Civilité", "M." if first != "Jessica" else "Mme")
    await secretary.fill("Date de naissance jj/mm/aaaa", birth)
    await secretary.tick("Sexe", "Masculin" if first != "Jessica" else "Féminin")
    await secretary.fill("Adresse", "2 rue Victor-Hugo")
    await secretary.fill("Code postal", "34800")
    await secretary.press("Chercher la ville")
    await secretary.choose("Organisme chargé de la rémunération", paid_by)
    await secretary.choose("Niveau à l’entrée en stage", "Niveau IV")
    await secretary.choose("Durée de chômage", "De 6 à 12 mois")
    await secretary.choose("Prescripteur", "Mission locale")
    await secretary.tick("Bénéficiaire RMI", "Non")
    await secretary.press("Enregistrer")
    await secretary.sees("La fiche est enregistrée")


async def prepare(secretary: Person, path: str) -> None:
    """2. Everything that an opening needs, from the list of what lacks (OPN-1)."""
    await secretary.go(f"{path}/ouverture")
    await secretary.sees("Dates et périodes à valider", "Formateurs à confirmer")
    await secretary.press("Valider les dates")
    await secretary.press("Enregistrer les dates et les périodes")
    await secretary.sees("Les dates et les périodes sont validées")
    for trainee in TRAINEES:
        await register(secretary, path, *trainee)
    await secretary.go(f"{path}/stagiaires/nouveau")
    await secretary.sees("L’effectif du contrat, 3, est atteint")
    await secretary.go(f"{path}/formateurs")
    await secretary.press("Confirmer les formateurs")
    await secretary.sees("Les formateurs sont confirmés")
    await secretary.go(f"{path}/entrees")
    await secretary.press("Confirmer les dates d’entrée")
    await secretary.sees("Les dates d’entrée sont confirmées")


async def open_it(secretary: Person, path: str) -> None:
    """2. On the day itself, and monthly (OPN-1 to OPN-3)."""
    await secretary.go(f"{path}/ouverture")
    await secretary.page.get_by_label("Mensuel").first.check()
    await secretary.press("Ouvrir l’action")
    await secretary.sees("L’action est ouverte")


async def declare(secretary: Person, path: str, month: str, hours: dict[str, tuple[object, ...]], absences: dict[str, tuple[str, ...]]) -> None:
    """3. Six figures a trainee, typed from cell to cell, and the periods of absence (DEC-3, DEC-4)."""
    await secretary.go(f"{path}/declarations/{month}")
    for name, figures in hours.items():
        cells = secretary.row(name).locator("input.cell")
        for place, figure in enumerate(figures):
            await cells.nth(place).fill(str(figure))
        if name in absences:
            await add_absence(secretary, name, *absences[name])
    await secretary.press("Enregistrer le brouillon")
    await secretary.sees("enregistré")


async def add_absence(secretary: Person, name: str, start: str, end: str, reason: str, place: str, hours: str) -> None:
    """A period of absence in the trainee's panel."""
    await secretary.row(name).get_by_role("button", name=re.compile("bsence")).click()
    await secretary.page.wait_for_load_state()
    panel = secretary.page.locator("tr.panel-row:visible").filter(has_text=name)
    for part, value in (("start", start), ("end", end), ("hours", hours)):
        await panel.locator(f"input[name$='.{part}']").last.fill(value)
    await panel.locator("select[name$='.reason']").nth(-2).select_option(label=reason)
    await panel.locator("select[name$='.place']").last.select_option(label=place)


async def confirm(secretary: Person, path: str, month: str, name: str) -> None:
    """3. The confirm step, in the window (DEC-6)."""
    await secretary.go(f"{path}/declarations/{month}")
    await secretary.press("Vérifier avant de confirmer")
    await secretary.press(f"Confirmer {name}")
    await secretary.sees("Le mois est confirmé")


async def invoice(secretary: Person, path: str, month: str, amount: str) -> None:
    """4. Choose, see it explained, confirm (BIL-2)."""
    await secretary.go(f"{path}/facturation")
    await secretary.page.locator(f"input[name=choix][value*='{month}']").check()
    await secretary.press("Générer la facture")
    await secretary.sees(amount)
    await secretary.press("Confirmer la facture")
    await secretary.sees("La facture est confirmée")


async def test_an_action_lives_from_its_contract_to_an_account_at_zero(world: World, tmp_path: Path) -> None:
    agent = await an_agent(world)
    try:
        await award(agent, tmp_path)
    except BaseException:
        await agent.page.screenshot(path="/tmp/shots/j-agent.png", full_page=True)
        raise
    secretary = await an_organisation(world)
    try:
        await prepare(secretary, PATH)
        await world.it_becomes("2008-01-14T09:00")
        await open_it(secretary, PATH)
        await world.it_becomes("2008-01-31T17:00")
        await declare(secretary, PATH, "2008-01", JANUARY, {"DURAND": ("21/01/2008", "21/01/2008", "Convocation", "Centre", "5"), "NADAL": ("22/01/2008", "22/01/2008", "Sans justification", "Centre", "7")})
        await world.it_becomes("2008-02-04T10:00")
        await confirm(secretary, PATH, "2008-01", "janvier 2008")
        await invoice(secretary, PATH, "2008-01", "1 774,50")
    finally:
        await secretary.page.screenshot(path="/tmp/shots/j-last.png", full_page=True)
        print(world.faults)
