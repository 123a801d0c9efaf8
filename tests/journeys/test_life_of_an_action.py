"""The seven steps of an action's life, in a real browser, against everything that `make up` starts."""

import re
from pathlib import Path

import pytest

from contracts.awards import Contract
from gateway.areas.contracts_import.workbook import writing
from tests.journeys import asking, journey_action, proving
from tests.journeys.doing import accept, confirm, invoice, open_it, panel_of, pay, reject
from tests.journeys.people import AGENT, AGENTS, CHOSEN, SECRETARY, Person, World

pytestmark = pytest.mark.timeout(900)

PATH, PLAIN_PATH, ASKING_PATH = (f"/actions/{number}" for number in (journey_action.NUMBER, journey_action.PLAIN, journey_action.ASKING))
TRAINEES = (
    ("DURAND", "Jean-Claude", "09/06/1982", "Région"),
    ("NADAL", "Rafael", "03/06/1986", "Région"),
    ("PARKER", "Jessica", "15/05/1970", "Employeur"),
)
# Attended, excused, unexcused in centre; the same in company. January: (90 + 5 + 88 + 70.50) × 7.00 = 1 774.50, 2 122.30 with tax.
JANUARY = {"DURAND": (90, 5, 0, 0, 0, 0), "NADAL": (88, 0, 7, 0, 0, 0), "PARKER": ("70h30", 0, 0, 0, 0, 0)}
ABSENCES = {
    "DURAND": ("21/01/2008", "21/01/2008", "Convocation", "Centre", "5"),
    "NADAL": ("22/01/2008", "22/01/2008", "Sans justification", "Centre", "7"),
}
FEBRUARY = dict.fromkeys(("DURAND", "NADAL", "PARKER"), (80, 0, 0, 0, 0, 0))
LATE = ("12/02/2008", "12/02/2008", "Retards", "Centre", "2")
MARCH = dict.fromkeys(("DURAND", "NADAL", "PARKER"), (0, 0, 0, 107, 0, 0))


def mended() -> tuple[Contract, ...]:
    """The contracts of the three tests."""
    asking = journey_action.contract(journey_action.ASKING, "DÉCORATEURS")
    return journey_action.contract(), journey_action.contract(journey_action.PLAIN, "COSTUMIERS"), asking


async def award(agent: Person, folder: Path) -> None:
    """1. A workbook with a mistake is refused whole, the mended one is imported (ACT-1)."""
    wrong = journey_action.contract()
    wrong = wrong.model_copy(update={"terms": wrong.terms.model_copy(update={"headcount": 4})})
    for contracts, says in (
        ((wrong,), "erreur"),
        (mended(), "Importer 3 contrats"),
    ):
        workbook = folder / "contrats.xlsx"
        workbook.write_bytes(writing.write(contracts))
        await agent.go("/region/import")
        await agent.page.locator("input[type=file]").set_input_files(workbook)
        await agent.press("Vérifier")
        await agent.sees(says)
    await agent.press("Importer 3 contrats")
    await agent.sees("3 contrats")
    await agent.go("/region/actions")
    await agent.sees(journey_action.NUMBER, "À ouvrir")


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
    await secretary.fill("Date d’entrée jj/mm/aaaa", "14/01/2008")
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


async def declare(
    secretary: Person, path: str, month: str, hours: dict[str, tuple[object, ...]], absences: dict[str, tuple[str, ...]]
) -> None:
    """3. Six figures a trainee, typed from cell to cell, and the periods of absence (DEC-3, DEC-4)."""
    await secretary.go(f"{path}/declarations/{month}")
    for name, figures in hours.items():
        cells = secretary.row(name).locator("input.cell")
        await secretary.comes(cells.first)
        for place, figure in enumerate(figures):
            await cells.nth(place).fill(str(figure))
        if name in absences:
            await add_absence(secretary, name, *absences[name])
    await secretary.press("Enregistrer")
    await secretary.sees("Enregistré à")


async def add_absence(secretary: Person, name: str, start: str, end: str, reason: str, place: str, hours: str) -> None:
    """A period of absence in the trainee's panel."""
    panel = await panel_of(secretary, name)
    for part, value in (("start", start), ("end", end), ("hours", hours)):
        await panel.locator(f"input[name$='.{part}']").last.fill(value)
    await panel.locator("select[name$='.reason']").nth(-2).select_option(label=reason)
    await panel.locator("select[name$='.place']").last.select_option(label=place)


async def leave(secretary: Person, path: str, month: str, day: str) -> None:
    """7. Everybody leaves at the end of the training (DEC-5)."""
    for last, *_ in TRAINEES:
        await secretary.go(f"{path}/declarations/{month}")
        panel = await panel_of(secretary, last)
        await panel.get_by_label("Date de sortie").fill(day)
        await panel.get_by_label("Oui", exact=True).check()
        await secretary.press("Enregistrer")
        await secretary.sees(f"sorti le {day}")


async def close_and_report(secretary: Person) -> None:
    """7. Close, say what became of everybody, send the report (CLO-1, SUR-1, SUR-2)."""
    await secretary.go(f"{PATH}/cloture")
    await secretary.press("Clôturer l’action")
    await secretary.sees("L’action est clôturée")
    for last, *_ in TRAINEES:
        await secretary.go(f"{PATH}/enquetes")
        await secretary.press("Remplir l’enquête à la sortie", within=secretary.row(last))
        await secretary.page.get_by_label("Emploi dans un autre secteur").check()
        await secretary.page.get_by_label("CDI", exact=True).check()
        await secretary.press("Enregistrer l’enquête")
        await secretary.sees("La fiche de suivi est enregistrée")
    await secretary.go(f"{PATH}/bilan")
    await secretary.fill("Bilan pédagogique", "Trois stagiaires, trois emplois.")
    await secretary.press("Vérifier avant d’envoyer")
    await secretary.press("Envoyer le bilan")
    await secretary.sees("Le bilan est envoyé")


async def acknowledge(agent: Person) -> None:
    """7. The agent has received the report (SUR-2)."""
    await agent.go("/region/bilans")
    await agent.page.get_by_role("link", name=re.compile("SCENES ET FORMATIONS")).first.click()
    await agent.press("Accuser réception")
    await agent.sees("La réception du bilan est enregistrée")


async def test_an_action_lives_from_its_contract_to_an_account_at_zero(world: World, tmp_path: Path) -> None:
    agent = await world.logged_in(AGENT, AGENTS)
    await award(agent, tmp_path)
    secretary = await world.logged_in(SECRETARY, CHOSEN)
    await prepare(secretary, PATH)
    await world.it_becomes("2008-01-14T09:00")
    await open_it(secretary, PATH)
    await play_months(world, agent, secretary)
    assert {page: faults for page, faults in world.faults.items() if faults} == {}


async def play_months(world: World, agent: Person, secretary: Person) -> None:
    """January is invoiced, proved and paid; February is rejected once March has begun, corrected and paid; March waits for the balance."""
    await world.it_becomes("2008-01-31T17:00")
    await declare(secretary, PATH, "2008-01", JANUARY, ABSENCES)
    await world.it_becomes("2008-02-04T10:00")
    await confirm(secretary, PATH, "2008-01", "janvier 2008")
    await invoice(secretary, PATH, "2008-01", "1 774,50")
    await proving.send_a_proof(secretary, PATH)
    await proving.receive_the_proof(agent, "1 774,50")
    await pay(world, secretary, PATH, "2122.30", "VIR-2008-1")
    await secretary.go("/notifications")
    await secretary.sees("payée")

    await declare(secretary, PATH, "2008-02", FEBRUARY, {})
    await world.it_becomes("2008-03-03T10:00")
    await confirm(secretary, PATH, "2008-02", "février 2008")
    await invoice(secretary, PATH, "2008-02", "1 680,00")
    await declare(secretary, PATH, "2008-03", MARCH, {})
    await leave(secretary, PATH, "2008-03", "28/03/2008")
    await world.it_becomes("2008-04-01T09:00")
    await confirm(secretary, PATH, "2008-03", "mars 2008")

    await secretary.go(f"{PATH}/facturation")
    await reject(agent, "1 680,00", "Heures à corriger", "PARKER était absente deux heures le 12 février.")
    await secretary.sees("PARKER était absente deux heures le 12 février.")
    await secretary.press("Corriger février 2008")
    await declare(secretary, PATH, "2008-02", {"PARKER": (78, 0, 2, 0, 0, 0)}, {"PARKER": LATE})
    await confirm(secretary, PATH, "2008-02", "février 2008")
    await invoice(secretary, PATH, "2008-02", "1 666,00")
    await pay(world, secretary, PATH, "1992.54", "VIR-2008-2")

    await close_and_report(secretary)
    await acknowledge(agent)
    await secretary.go(f"{PATH}/solde")
    await secretary.press("Confirmer le solde")
    await secretary.sees("La facture est confirmée")
    await accept(agent, "321,00")
    await agent.sees("Le solde de SCENES ET FORMATIONS")
    await pay(world, secretary, PATH, "383.92", "VIR-2008-3", decide=False)
    await secretary.go(f"{PATH}/compte")
    await secretary.sees("Le compte de l’action est à zéro")


async def test_what_is_locked_is_asked_for_answered_and_saved_with_both_sides_looking(world: World) -> None:
    """Prepared and opened in April; both sides have their pages open, and nobody reloads one."""
    secretary, agent = await world.logged_in(SECRETARY, CHOSEN), await world.logged_in(AGENT, AGENTS)
    await prepare(secretary, ASKING_PATH)
    await open_it(secretary, ASKING_PATH)
    await agent.go("/region/demandes")
    await agent.sees("Aucune demande à décider")
    await asking.ask_for_periods(secretary, ASKING_PATH)
    await agent.sees("Examiner la première", "Demandes 1")
    await secretary.go(f"{ASKING_PATH}/dates")
    await asking.examine(agent, asking.WHY, "du 10/03/2008 au 28/03/2008", "Rien d’autre ne change.")
    await agent.press("Accorder")
    await agent.sees("demande accordée")
    await secretary.sees("La Région a accordé votre demande")
    assert await secretary.page.locator("input[name='entreprise.0.debut']").input_value() == "10/03/2008"
    await secretary.press("Enregistrer les dates et les périodes")
    await secretary.sees("Les dates et les périodes sont validées")
    await asking.ask_for_a_report(secretary, ASKING_PATH, "18/04/2008")
    await asking.examine(agent, asking.LATE, "18 avril 2008", "Avril 2008 est à déclarer en plus")
    await agent.press("Accorder l’avenant")
    await agent.sees("demande accordée et appliquée")
    await secretary.sees("Avenant n° 1 du", "fin prévue à l’origine le 28 mars 2008")
    await secretary.go("/notifications")
    await secretary.sees("Demande accordée : avenant n° 1")
    await agent.go(f"/region/actions/{journey_action.ASKING}")
    await agent.sees("14/01/2008 – 18/04/2008")
    assert {page: faults for page, faults in world.faults.items() if faults} == {}


async def test_the_same_can_be_done_without_javascript(world: World) -> None:
    """Late, in April: prepared, opened, January declared, confirmed and invoiced; every form is a plain form."""
    secretary = await world.logged_in(SECRETARY, CHOSEN, javascript=False)
    await prepare(secretary, PLAIN_PATH)
    await open_it(secretary, PLAIN_PATH)
    await declare(secretary, PLAIN_PATH, "2008-01", JANUARY, ABSENCES)
    await confirm(secretary, PLAIN_PATH, "2008-01", "janvier 2008")
    await invoice(secretary, PLAIN_PATH, "2008-01", "1 774,50")
    await secretary.sees("En attente de la Région")
    await proving.send_a_proof(secretary, PLAIN_PATH)
    await ask_without_javascript(world, secretary)


async def ask_without_javascript(world: World, secretary: Person) -> None:
    """Trainers are asked for, refused, asked for again and withdrawn; then granted and applied: every form is a plain form."""
    agent = await world.logged_in(AGENT, AGENTS, javascript=False)
    await asking.ask_for_trainers(secretary, PLAIN_PATH)
    await asking.examine(agent, "DIAZ Ana, couture")
    await asking.refuse(agent)
    await secretary.go(f"{PLAIN_PATH}/formateurs")
    await secretary.sees(asking.REFUSAL)
    await asking.ask_for_trainers(secretary, PLAIN_PATH)
    await secretary.press("Voir ou retirer la demande")
    await secretary.press("Retirer la demande")
    await secretary.sees("La demande est retirée")
    await asking.ask_for_trainers(secretary, PLAIN_PATH)
    await asking.examine(agent, "À transmettre de nouveau : liste des formateurs.")
    await agent.press("Accorder et appliquer")
    await agent.sees("demande accordée et appliquée")
    await secretary.go(f"{PLAIN_PATH}/formateurs")
    await secretary.sees("DIAZ", "Nombre total de formateurs : 3")
