"""A trainee's own pathway, on an individualised action: the tab of the sheet, and the ceilings of the grid (TRN-3, DEC-3)."""

import re
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest_asyncio

from contracts.actions import ChangeTrainee, PathwayRequested, RegisterTrainee, TraineeEntered
from contracts.answers import PersonalRef
from contracts.codes import ActionKind
from contracts.declarations import Line, LineSaved, PlaceFigures
from contracts.message import Command, Message
from contracts.month import Month
from contracts.pathways import plan_of
from contracts.personal import TraineeSheet
from contracts.refusals.declarations import CentrePathwayBelowHours
from contracts.requests import RequestChange, SheetChange
from gateway.areas.action.requests import WHY
from tests import guide
from tests.gateway.html import links_of, text_of, value_of
from tests.gateway.pieces import sheet, terms, trainee_messages
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_trainees import END, START, WHOLE

PATHWAY = {
    "projet": "Accessoiriste de plateau",
    "h_centre": "560,5",
    "h_entreprise": "70",
    "nb_entreprise": "1",
    "modules": "Français",
    "modules_pro": "Moulage",
    "but_entreprise": "Tenir un plateau",
    "but": "Obtenir un titre",
    "vae": "non",
    "p_debut": "07/04/2008",
    "p_fin": "28/11/2008",
    "centre.0.debut": "07/04/2008",
    "centre.0.fin": "28/11/2008",
    "entreprise.0.debut": "01/09/2008",
    "entreprise.0.fin": "12/09/2008",
}


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal) -> AsyncIterator[Told]:
    """An individualised action of its own for each test, for two trainees: 1,624 h in centre and 840 h in company."""
    individualised = terms("ACCESSOIRISTES", START, END, headcount=2, paid=2).model_copy(update={"kind": ActionKind.INDIVIDUALISED})
    yield await award(portal, f"I{uuid4().hex[:8]}", individualised)


def accepting(key: str, command: Command) -> list[Message]:
    """What the service says of a sheet that is right."""
    assert isinstance(command, RegisterTrainee | ChangeTrainee)
    if isinstance(command, RegisterTrainee):
        return list(trainee_messages(key, uuid4(), command.sheet))
    return list(trainee_messages(key, command.trainee_id, command.sheet, version=command.base_version + 1, changed=True))


async def registered(action: Told, centre: str = "600") -> tuple[UUID, TraineeSheet]:
    """A trainee whose pathway plans these hours in centre, and 70 in company."""
    own = guide.pathway(str(START), str(END), centre_hours=Decimal(centre), company_hours=Decimal(70))
    of, trainee = sheet("MARTIN", "Camille", START).model_copy(update={"pathway": own}), uuid4()
    await action.say(*trainee_messages(action.number, trainee, of))
    return trainee, of


async def test_trn_03_the_sheet_has_two_tabs_that_are_links_and_both_are_one_command(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/stagiaires/nouveau"
    empty = await portal.secretary.get(path)
    assert {"#identite", "#parcours"} <= set(links_of(empty)) and "Définition de parcours" in text_of(empty)
    async with portal.answering(accepting) as came:
        page = await portal.secretary.post(path, WHOLE | PATHWAY | {"faire": "enregistrer"})
    (command,) = came
    assert isinstance(command, RegisterTrainee) and command.sheet.pathway and not command.partial
    assert command.sheet.pathway.centre_hours == Decimal("560.5") and len(command.sheet.pathway.periods) == 2
    assert "MARTIN" in text_of(page) and "Complète" in text_of(page)


async def test_trn_03_a_collective_action_has_no_second_tab(portal: RunningPortal) -> None:
    told = await award(portal, f"C{uuid4().hex[:8]}", terms("ACCESSOIRISTES", START, END))
    page = await portal.secretary.get(f"/actions/{told.number}/stagiaires/nouveau")
    assert "Définition de parcours" not in page.text and 'name="projet"' not in page.text


async def test_trn_04_each_tab_counts_what_is_wrong_in_it(portal: RunningPortal, action: Told) -> None:
    wrong = WHOLE | PATHWAY | {"nom": "", "sexe": "", "h_centre": "1700", "but": "", "entreprise.0.fin": ""}
    page = await portal.secretary.post(f"/actions/{action.number}/stagiaires/nouveau", wrong | {"faire": "enregistrer"})
    assert page.status_code == 422
    text = text_of(page)
    assert "Identité générale 2 champs à corriger" in text and "Définition de parcours 4 champs à corriger" in text
    assert "Il en reste 1 624,00" in text.replace("\u202f", " ").replace("\xa0", " ")


async def test_trn_03_a_period_is_added_and_taken_away_without_a_script_and_the_tab_stays_open(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/stagiaires/nouveau"
    more = await portal.secretary.post(path, WHOLE | PATHWAY | {"faire": "ajouter entreprise"})
    assert more.status_code == 200 and 'name="entreprise.1.debut"' in more.text and f">{PATHWAY['projet']}</textarea>" in more.text
    assert 'class="tabbed__panel is-first" id="parcours"' in more.text
    less = await portal.secretary.post(path, WHOLE | PATHWAY | {"faire": "supprimer entreprise.0"})
    assert 'name="entreprise.0.debut"' not in less.text and value_of(less, "nom") == "MARTIN"


async def test_trn_04_a_sheet_without_its_pathway_is_kept_and_the_list_says_what_it_lacks(portal: RunningPortal, action: Told) -> None:
    async with portal.answering(accepting) as came:
        await portal.secretary.post(f"/actions/{action.number}/stagiaires/nouveau", WHOLE | {"faire": "partiel"})
    (command,) = came
    assert isinstance(command, RegisterTrainee) and command.partial and command.sheet.pathway is None
    trainee, of = uuid4(), sheet("DURAND", "Zoé", START)
    record, event = trainee_messages(action.number, trainee, of)
    await action.say(record, event.model_copy(update={"complete": False}))
    page = text_of(await portal.secretary.get(f"/actions/{action.number}/stagiaires"))
    assert "parcours professionnel envisagé" in page and "date de fin du parcours" in page


async def test_trn_08_of_a_file_pathways_come_later_and_the_page_says_so(portal: RunningPortal, action: Told) -> None:
    said = "le parcours de chaque stagiaire se définit ensuite"
    assert said in text_of(await portal.secretary.get(f"/actions/{action.number}/stagiaires/import"))
    told = await award(portal, f"C{uuid4().hex[:8]}", terms("ACCESSOIRISTES", START, END))
    assert said not in text_of(await portal.secretary.get(f"/actions/{told.number}/stagiaires/import"))


async def test_trn_03_a_stored_pathway_is_changed_beside_the_others_of_the_action(portal: RunningPortal, action: Told) -> None:
    trainee, _ = await registered(action)
    await registered(action, "1000")
    path = f"/actions/{action.number}/stagiaires/{trainee}"
    page = await portal.secretary.get(path)
    assert (value_of(page, "h_centre"), value_of(page, "p_fin")) == ("600,00", "19/12/2008")
    shown = WHOLE | PATHWAY | {"version": "1", "faire": "enregistrer"}
    over = await portal.secretary.post(path, shown | {"h_centre": "624,25"})
    assert over.status_code == 422 and "Il en reste 624,00" in text_of(over)
    async with portal.answering(accepting) as came:
        await portal.secretary.post(path, shown | {"h_centre": "624"})
    (command,) = came
    assert isinstance(command, ChangeTrainee) and command.sheet.pathway and command.sheet.pathway.centre_hours == 624


async def test_trn_03_while_declarations_is_asked_the_action_says_so_and_a_refusal_is_beside_the_hours(
    portal: RunningPortal, action: Told
) -> None:
    trainee, of = await registered(action)
    plan = plan_of(of.pathway)
    assert plan
    sent = PersonalRef(id=f"{action.number}/{uuid4()}-sheet", version=1)
    await action.say(PathwayRequested(trainee_id=trainee, pathway=plan, sheet=sent))
    assert "Le parcours d’un stagiaire : la vérification a commencé" in text_of(await portal.secretary.get(f"/actions/{action.number}"))

    def refusing(_key: str, _command: Command) -> list[Message]:
        item = str(trainee)
        raise CentrePathwayBelowHours(item=item, field="sheet.pathway.centre_hours", trainee=item, stored=Decimal(580))

    async with portal.answering(refusing):
        shown = WHOLE | PATHWAY | {"version": "1", "faire": "enregistrer"}
        page = await portal.secretary.post(f"/actions/{action.number}/stagiaires/{trainee}", shown)
    assert page.status_code == 422 and 'id="h_centre-err"' in page.text.replace("h-centre-err", "h_centre-err")


async def test_trn_05_another_pathway_of_who_is_in_training_is_asked_for_with_the_sheet(portal: RunningPortal) -> None:
    began = date(2008, 2, 4)
    individualised = terms("ACCESSOIRISTES", began, END, headcount=2, paid=2).model_copy(update={"kind": ActionKind.INDIVIDUALISED})
    told = await award(portal, f"R{uuid4().hex[:8]}", individualised)
    await told.open(1)
    trainee, _ = await registered(told)
    await told.say(TraineeEntered(trainee_id=trainee, entered_on=began), on=began)
    path = f"/actions/{told.number}/stagiaires/{trainee}"
    locked = text_of(await portal.secretary.get(path))
    assert "Parcours individualisé" in locked and "Assistant de direction" in locked and "Demander une modification" in locked
    assert value_of(await portal.secretary.get(f"{path}/demande"), "h_entreprise") == "70,00"
    asked = WHOLE | PATHWAY | {"entree": "04/02/2008", "version": "1", "faire": "demander", WHY: "Réajustement du parcours"}
    async with portal.answering(lambda _key, _command: []) as came:
        await portal.secretary.post(f"{path}/demande", asked)
    (command,) = came
    assert isinstance(command, RequestChange) and isinstance(command.change, SheetChange)
    assert command.change.sheet.pathway and command.change.sheet.pathway.centre_hours == Decimal("560.5")


async def test_dec_03_each_trainees_own_hours_are_the_ceiling_of_the_grid(portal: RunningPortal) -> None:
    """Of two trainees one is planned for 20.50 h in centre, the other for the contract's 812; 21 h of the first are too many."""
    began = date(2008, 2, 4)
    individualised = terms("ACCESSOIRISTES", began, END, headcount=2, paid=2).model_copy(update={"kind": ActionKind.INDIVIDUALISED})
    told = await award(portal, f"G{uuid4().hex[:8]}", individualised)
    await told.open(1)
    trainee, _ = await registered(told, "20.5")
    await told.say(TraineeEntered(trainee_id=trainee, entered_on=began), on=began)
    path = f"/actions/{told.number}/declarations/2008-02"
    left = re.findall(r'data-l="Reste en centre"[^>]*>([^<]*)', (await portal.secretary.get(path)).text)
    assert sorted(text.strip().replace("\xa0", " ") for text in left[:2]) == ["20,50", "812,00"]
    typed = PlaceFigures(attended=Decimal(21), excused=Decimal(0), unexcused=Decimal(0))
    line = Line(centre=typed, company=PlaceFigures(attended=Decimal(0), excused=Decimal(0), unexcused=Decimal(0)))
    await told.say(LineSaved(month=Month("2008-02"), trainee_id=trainee, line=line, complete=True, version=1))
    text = text_of(await portal.secretary.get(path)).replace("\xa0", " ").replace("\u202f", " ")
    assert "dépassent de 0,50 h les 20,50 h prévues" in text
