"""The rest of the money, in a real browser, against everything that `make up` starts: pathways, subcontractors, the advance, the balance,
pay after an admissible exit, the payment clock. What came before each journey was sent as commands (`stage`).
"""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import pytest_asyncio

from sesame_local.demo.region import SALAGOU
from tests.journeys import stage
from tests.journeys.doing import accept, confirm, examine_invoice, invoice, open_it, panel_of, reject
from tests.journeys.people import AGENT, AGENTS, CHOSEN, SECRETARY, Person, World
from tests.journeys.stage import JUNE, MAY, Stage

pytestmark = pytest.mark.timeout(300)

PATHWAY = {
    "Parcours professionnel envisagé": "Machiniste de plateau",
    "Nombre d’heures en centre": "120",
    "Nombre d’heures en entreprise": "0",
    "Nombre de périodes en entreprise": "0",
    "Date de début jj/mm/aaaa": "02/06/2008",
    "Date de fin jj/mm/aaaa": "29/08/2008",
    "Modules d’enseignement général": "Calcul professionnel",
    "Modules d’enseignement professionnel": "Levage, accroche",
    "Objectifs des périodes en entreprise": "Aucune période en entreprise",
    "Objectifs de formation définis": "Tenir un poste de machiniste",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def behind(world: World) -> AsyncIterator[Stage]:
    """Everybody who acts without a browser; the actions stand where their journeys begin."""
    async with stage.stage(world) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def secretary(world: World, behind: Stage) -> Person:
    """The organisation's."""
    return await world.logged_in(SECRETARY, CHOSEN)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def agent(world: World, behind: Stage) -> Person:
    """The Region's."""
    return await world.logged_in(AGENT, AGENTS)


@pytest.fixture(autouse=True)
def accessible(world: World) -> Any:
    """No page of a journey has a fault for axe."""
    yield
    assert {page: faults for page, faults in world.faults.items() if faults} == {}


def path_of(plan: stage.Plan) -> str:
    """The action's pages."""
    return f"/actions/{plan.number}"


async def follow_to(person: Person, invoice_name: str) -> str:
    """The invoice of this name, from the page that lists it; its id."""
    await person.comes(person.page.get_by_role("link", name=invoice_name, exact=True))
    await person.follow(person.page.get_by_role("link", name=invoice_name, exact=True))
    return str(person.page.url).rpartition("/")[2]


async def test_trn_03_an_individualised_action_opens_once_each_trainee_has_a_pathway_which_is_then_the_ceiling_of_their_hours(
    behind: Stage, secretary: Person, agent: Person
) -> None:
    path, (first, second) = path_of(stage.PATHWAYS), (stage.PATHWAYS.sheet(index).last_name for index in range(2))
    await secretary.go(f"{path}/ouverture")
    await secretary.sees("Il manque 1 élément pour ouvrir l’action", f"{second} ", "parcours professionnel envisagé")
    assert not await secretary.page.get_by_role("button", name="Ouvrir l’action").count()
    await secretary.press("Compléter la fiche")
    await secretary.page.get_by_role("link", name="Définition de parcours").click()
    for label, text in PATHWAY.items():
        await secretary.fill(label, text)
    await secretary.tick("Recours à un dispositif de validation des acquis", "Non")
    await secretary.press("Enregistrer")
    await secretary.sees("La fiche n’est pas enregistrée", "1 champ à corriger")
    await secretary.press("Ajouter une période en centre")
    for name, day in (("debut", "02/06/2008"), ("fin", "29/08/2008")):
        await secretary.page.locator(f"[name='centre.0.{name}']").fill(day)
    await secretary.press("Enregistrer")
    await secretary.sees("La fiche est enregistrée")
    await open_it(secretary, path, "02/06/2008")
    await agent.go(f"/region/actions/{stage.PATHWAYS.number}")
    await agent.sees("Action individualisée", "Ouverte")

    await secretary.go(f"{path}/declarations/2008-06")
    left = {name: secretary.row(name).locator("[data-left=centre]") for name in (first, second)}
    assert [await left[name].inner_text() for name in (first, second)] == ["200,00", "120,00"]
    await secretary.row(second).locator("input.cell").first.fill("130")
    await secretary.press("Enregistrer le mois")
    await secretary.sees("dépassent de 10,00 h les 120,00 h prévues")


async def test_bil_06_a_subcontractors_invoice_goes_its_own_way_and_the_holders_next_one_deducts_it(
    behind: Stage, secretary: Person, agent: Person
) -> None:
    """In May 2 × 100 h × 7.00 = 1,400.00; of these 500.00 are the subcontractor's: 900.00 are left, 1,076.40 with tax."""
    path, number = path_of(stage.SUBCONTRACT), stage.SUBCONTRACT.number
    await secretary.go(f"{path}/facturation")
    await secretary.press("Facturer pour un sous-traitant")
    await secretary.choose("Sous-traitant", SALAGOU.name)
    await secretary.fill("Montant hors taxe, en euros", "500")
    await secretary.press("Vérifier la facture")
    await secretary.sees("598,00 €", f"Dont 500,00 € pour {SALAGOU.name}")
    await secretary.press("Confirmer la facture de 500,00 €")
    await secretary.sees("500,00 € HT sont à déduire de vos prochaines factures.")
    await invoice(secretary, path, "2008-05", f"Dont 500,00 € pour {SALAGOU.name}", "1 076,40")
    theirs = await follow_to(secretary, "N° 1")
    await secretary.sees(f"{SALAGOU.name}, pour SCENES ET FORMATIONS", "n° légal 2008-000001")
    await secretary.go(f"{path}/facturation")
    ours = await follow_to(secretary, "N° 2")
    await secretary.sees(f"Dont 500,00 € pour {SALAGOU.name}", "sa facture 2008-000001")

    await examine_invoice(agent, f"{SALAGOU.name}, pour", number)
    await agent.sees("Facture d’un sous-traitant", "n° légal 2008-000001", "598,00 €")
    await accept(agent, f"{SALAGOU.name}, pour", number)
    await examine_invoice(agent, "900,00", number)
    await agent.sees(f"Dont 500,00 € pour {SALAGOU.name}")
    await accept(agent, "900,00", number)
    await secretary.go(f"{path}/compte")
    for paid in (theirs, ours):
        await behind.finance.pay(paid, date(2008, 6, 4))
    await secretary.sees("Qui reçoit quoi")
    for name, amounts in ((SALAGOU.name, "500,00 € 500,00 € 598,00 €"), ("SCENES ET FORMATIONS", "900,00 € 900,00 € 1 076,40 €")):
        await secretary.comes(secretary.page.get_by_role("row", name=f"{name} {amounts}"))


async def test_bil_10_the_advance_is_invoiced_once_and_the_next_invoice_gives_a_part_of_it_back(
    behind: Stage, secretary: Person, agent: Person
) -> None:
    """10 % of 2,800.00, back between 20 and 60 %. May is 1,400.00, 50 %: 280.00 × (50 − 20) ÷ (60 − 20) = 210.00 are kept of it."""
    path, number = path_of(stage.ADVANCE), stage.ADVANCE.number
    await secretary.go(f"{path}/facturation")
    await secretary.press("Facturer l’avance")
    await secretary.sees("entre 20 % et 60 % du prix du contrat", "334,88 €")
    await secretary.press("Confirmer l’avance de 280,00 €")
    await secretary.sees("280,00 € à récupérer")
    await secretary.go(f"{path}/facturation/avance")
    await secretary.sees("280,00 € à récupérer")
    assert not await secretary.page.get_by_role("button", name="Confirmer l’avance").count()
    await accept(agent, "280,00", number)

    await behind.declare(stage.ADVANCE, MAY, "100")
    await invoice(secretary, path, "2008-05", "Récupération de l’avance", "1 190,00")
    await follow_to(secretary, "N° 2")
    await secretary.sees("Récupération de l’avance", "−210,00 €", "1 400,00 €")
    await examine_invoice(agent, "1 190,00", number)
    await agent.sees("Récupération de l’avance", "−210,00 €")
    await secretary.go(f"{path}/compte")
    await secretary.sees("avance à récupérer : 70,00 €", "elle serait récupérée en une fois avec")


async def test_bil_11_a_balance_below_zero_says_what_is_due_to_the_region_and_is_asked_anew_when_it_is_rejected(
    behind: Stage, secretary: Person, agent: Person
) -> None:
    """Half of the hours took place, a quarter of the price, which is paid: nothing of the advance, 420.00, came back."""
    path, number = path_of(stage.BALANCE), stage.BALANCE.number
    for text in ("", "Joignez le décompte de l’avance."):
        await secretary.go(f"{path}/solde")
        await secretary.sees(
            "le solde règle ce qui suit. Il est négatif", "Récupération de l’avance", "Reversement dû à la Région (TTC)", "−502,32 €"
        )
        await secretary.press("Confirmer le solde de −420,00 €")
        await secretary.sees("La facture est confirmée")
        if not text:
            await reject(agent, "420,00", "Montant à corriger", "Joignez le décompte de l’avance.", number)
            await secretary.go(f"{path}/facturation")
            await secretary.sees("Joignez le décompte de l’avance.", "réglez ce que dit le motif, puis confirmez un nouveau solde.")
    await accept(agent, "420,00", number)
    await secretary.go(f"{path}/solde")
    await secretary.sees("Acceptée, reversement dû")
    await secretary.go(f"{path}/compte")
    await secretary.sees("Le compte de l’action est à zéro", "un reversement est dû à la Région")
    await agent.go(f"/region/factures?action={number}&etat=decidees")
    await agent.sees("Acceptée, reversement dû", "Rejetée")


async def test_bil_15_what_is_due_first_is_first_and_what_was_paid_late_owes_interest_and_40_euros(
    world: World, behind: Stage, secretary: Person, agent: Person
) -> None:
    """Of 4 June, 1,674.40 with tax: to be paid by 4 July. On 10 July 1,674.40 × 12 % × 6 ÷ 365 = 3.30 are owed, and 40.00."""
    path, number = path_of(stage.CLOCK), stage.CLOCK.number
    await world.is_at_least(stage.LATER)
    await behind.declare(stage.CLOCK, JUNE, "80")
    await behind.invoice(stage.CLOCK, JUNE)
    await secretary.go(f"{path}/facturation")
    await secretary.sees("à décider et à payer jusqu’au 09/08/2008", "En retard de 6 jours : 43,30 € dus")
    await agent.go("/region/factures")
    await agent.comes(agent.row("1 120,00"))
    queue = [" ".join(text.split()) for text in await agent.page.locator("tbody tr").all_inner_texts()]
    late, soon = (next(place for place, text in enumerate(queue) if number in text and month in text) for month in ("mai", "juin"))
    assert late < soon
    assert "6 jours" in queue[late] and "Jusqu’au 9 août" in queue[soon]
    await accept(agent, "mai 2008", number)
    await secretary.go(f"{path}/facturation")
    paid = await follow_to(secretary, "N° 1")
    await behind.finance.pay(paid, date(2008, 7, 10))
    await secretary.sees("Payé le 10 juillet 2008")
    await secretary.go(f"{path}/facturation")
    await secretary.sees("Payée avec 6 jours de retard : 43,30 € dus")
    await follow_to(secretary, "N° 1")
    await agent.go(f"/region/factures?action={number}&etat=decidees")
    await agent.follow(agent.row("mai 2008").get_by_role("link"))
    for person in (secretary, agent):
        await person.sees("Payé le 10 juillet 2008", "3,30 €", "Taux en vigueur le 4 juillet 2008 : 12,00 % par an", "43,30 €")


async def test_dec_05_an_admissible_exit_says_what_it_does_to_pay_and_the_months_after_are_confirmed_with_nothing_to_type(
    world: World, behind: Stage, secretary: Person, agent: Person
) -> None:
    """Of 200 h, 60 took place until 20 May: 140 are left for 11, 30 and 25 days.

    140 × 11 ÷ 66 gives 23.25; 116.75 × 30 ÷ 55 gives 63.50; July takes the rest, 53.25. An hour is 7.00.
    """
    path, number, name = path_of(stage.EXIT), stage.EXIT.number, stage.EXIT.sheet(0).last_name
    await world.is_at_least(stage.LATER)
    await secretary.go(f"{path}/declarations/2008-05")
    panel = await panel_of(secretary, name)
    await panel.get_by_label("Date de sortie").fill("20/05/2008")
    await secretary.press("Recalculer pour la date saisie")
    await secretary.sees("Pour une sortie le 20 mai 2008 : 140,00 h, soit 980,00 € HT.")
    for month in (
        "mai 2008 : 23,25 h en centre, 162,75 €",
        "juin 2008 : 63,50 h en centre, 444,50 €",
        "juillet 2008 : 53,25 h en centre, 372,75 €",
    ):
        await secretary.sees(month)
    await panel.get_by_label("Non, sortie anticipée").check()
    await panel.get_by_label("Motif de la sortie anticipée").select_option(label="Reprise d’emploi")
    await panel.get_by_label("J’envoie les justificatifs à la Région").check()
    await secretary.press("Enregistrer le mois")
    await secretary.sees("sorti le 20/05/2008")
    await confirm(secretary, path, "2008-05", "mai 2008", "maintien après sortie recevable le 20/05/2008", "162,75")

    await secretary.go(f"{path}/declarations/2008-06")
    await secretary.sees("Rien à saisir en juin 2008", "Maintien après sortie recevable", "63,50")
    await confirm(secretary, path, "2008-06", "juin 2008", "Tout est prêt : rien n’est à saisir", "444,50")
    await invoice(secretary, path, "2008-06", "444,50")
    await secretary.go(f"{path}/declarations/2008-06")
    await secretary.sees("Heures justifiées, ajoutées à celles qui ont été saisies", "Reprise d’emploi")
    await agent.go(f"/region/declarations/{number}/2008-06")
    await agent.sees("Maintien après sortie recevable", "63,50")
    await examine_invoice(agent, "444,50", number)
    await agent.sees("63,50")
