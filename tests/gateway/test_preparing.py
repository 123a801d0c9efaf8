"""Entry dates, trainers, opening, non-opening, closing (TRN-6, TRN-9, TRA-1, OPN-1 to OPN-4, CLO-1)."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import pytest_asyncio

from contracts.actions import (
    ActionClosed,
    ActionNotOpened,
    ActionOpened,
    CloseAction,
    ClosingRequested,
    ConfirmEntryDates,
    ConfirmTrainers,
    DeclareNonOpening,
    EntryDate,
    EntryDatesConfirmed,
    OpenAction,
    TraineeEntered,
    TraineeNeverCame,
    TrainersConfirmed,
)
from contracts.codes import ActionKind, Frequency, NonOpeningReason
from contracts.message import Command, Message
from contracts.refusals import Refusals
from contracts.refusals.actions import (
    ActionAlreadyClosed,
    ActionAlreadyOpened,
    EndDiffers,
    EntryDateUnconfirmed,
    EntryOutsideAction,
    SheetIncomplete,
    StartDiffers,
)
from contracts.refusals.declarations import EntryMonthConfirmed
from gateway.web import commands
from tests.gateway.html import links_of, text_of, value_of
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import OVER, Told, award, region_in_march
from tests.gateway.running_portal import RunningPortal

START, END = date(2008, 3, 3), date(2008, 9, 26)


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal) -> AsyncIterator[Told]:
    """An awarded action of its own for each test: it begins on Monday 3 March, today is the 6th."""
    yield await award(portal, f"P{uuid4().hex[:8]}", terms("COIFFEURS PERRUQUIERS", START, END, headcount=8))


# Entry dates


async def test_trn_09_one_list_proposes_a_date_for_each_and_confirms_them_together(portal: RunningPortal, action: Told) -> None:
    await action.register(2)
    first, second = action.trainees
    path = f"/actions/{action.number}/entrees"
    page = await portal.secretary.get(path)
    assert value_of(page, f"entree.{first}") == "03/03/2008"
    assert "entre le 3 mars 2008 et le 26 septembre 2008" in text_of(page)

    def accept(_key: str, command: Command) -> list[Message]:
        assert isinstance(command, ConfirmEntryDates)
        dated = tuple(entry for entry in command.entries if entry.entered_on)
        gone = [TraineeNeverCame(trainee_id=entry.trainee_id) for entry in command.entries if not entry.entered_on]
        return [*gone, EntryDatesConfirmed(entries=dated)]

    async with portal.answering(accept) as came:
        page = await portal.secretary.post(path, {f"entree.{first}": "10/03/2008", f"entree.{second}": "", f"jamais.{second}": "1"})
    entries = (EntryDate(trainee_id=first, entered_on=date(2008, 3, 10)), EntryDate(trainee_id=second, entered_on=None))
    assert came == [ConfirmEntryDates(entries=entries)]
    text = text_of(page)
    assert "Les dates d’entrée sont confirmées" in text and "N’est jamais venu" in text
    assert value_of(page, f"entree.{first}") == "10/03/2008" and f"entree.{second}" not in page.text


async def test_trn_09_a_wrong_date_is_said_beside_it_and_the_list_is_kept(portal: RunningPortal, action: Told) -> None:
    await action.register(2)
    first, second = action.trainees
    path = f"/actions/{action.number}/entrees"
    page = await portal.secretary.post(path, {f"entree.{first}": "lundi", f"entree.{second}": "11/03/2008"})
    assert page.status_code == 422 and "« lundi » n’est pas une date." in text_of(page)
    assert value_of(page, f"entree.{first}") == "lundi" and value_of(page, f"entree.{second}") == "11/03/2008"

    def refuse(_key: str, _command: Command) -> list[Message]:
        raise EntryOutsideAction(field="entries.1.entered_on", item=str(second), start=START, end=END)

    async with portal.answering(refuse):
        page = await portal.secretary.post(path, {f"entree.{first}": "10/03/2008", f"entree.{second}": "01/03/2008"})
    assert f'id="entree-{second}-err"' in page.text and f'id="entree-{first}-err"' not in page.text
    nothing = await portal.secretary.post(path, {f"entree.{first}": "", f"entree.{second}": ""})
    assert nothing.status_code == 422 and "Rien n’a changé" in text_of(nothing)


async def test_trn_06_after_the_opening_only_newcomers_enter_and_declarations_has_its_word(portal: RunningPortal, action: Told) -> None:
    await action.open(1)
    await action.register(1)
    await action.register(1, whole=False)
    entered, newcomer, incomplete = action.trainees
    path = f"/actions/{action.number}/entrees"
    page = await portal.secretary.get(path)
    assert f"entree.{entered}" not in page.text and value_of(page, f"entree.{newcomer}") == "03/03/2008"
    assert f"entree.{incomplete}" not in page.text and "Complétez d’abord la fiche" in text_of(page)

    async def refuse(_key: str, _command: Command) -> list[Message]:
        raise EntryMonthConfirmed(field="entries.0.entered_on", item=str(newcomer), month="2008-03")

    async with portal.answering(refuse):
        page = await portal.secretary.post(path, {f"entree.{newcomer}": "05/03/2008"})
    assert page.status_code == 422 and f'id="entree-{newcomer}-err"' in page.text
    assert "La déclaration est confirmée pour mars 2008" in text_of(page)
    granted = [TraineeEntered(trainee_id=newcomer, entered_on=date(2008, 3, 5))]
    async with portal.answering(lambda _key, _command: granted) as came:
        page = await portal.secretary.post(path, {f"entree.{newcomer}": "05/03/2008"})
    assert came == [ConfirmEntryDates(entries=(EntryDate(trainee_id=newcomer, entered_on=date(2008, 3, 5)),))]
    assert "05/03/2008" in text_of(page)
    assert "Elles se corrigent ici jusqu’à l’ouverture de l’action ; ensuite, elles sont verrouillées." in text_of(page)


async def test_where_no_date_can_be_given_there_is_no_button(portal: RunningPortal) -> None:
    told = await award(portal, "P-DONE", terms("COIFFEURS", date(2008, 2, 4), END))
    await told.open(2)
    await told.declare("2008-02")  # type: ignore[arg-type]
    page = await portal.secretary.get(f"/actions/{told.number}/entrees")
    assert "Confirmer les dates d’entrée" not in text_of(page) and "04/02/2008" in text_of(page)


# Trainers


async def test_tra_01_the_list_is_consulted_with_its_total_and_confirmed(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/formateurs"
    text = text_of(await portal.secretary.get(path))
    assert "Nombre total de formateurs : 2 24,00 h" in text
    assert text.index("ROCHER") < text.index("MEUNIER")
    async with portal.answering(lambda _key, _command: [TrainersConfirmed()]) as came:
        page = await portal.secretary.post(path, {"faire": "confirmer"})
    assert came == [ConfirmTrainers()]
    assert "Confirmés le 6 mars 2008" in text_of(page) and "Formateurs confirmés" in text_of(page)
    assert 'type="submit">Confirmer les formateurs' not in page.text


# Opening


async def test_opn_01_what_lacks_is_listed_each_with_its_button_and_nothing_can_be_opened(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/ouverture"
    page = await portal.secretary.get(path)
    text = text_of(page)
    assert "Il manque 3 éléments pour ouvrir l’action" in text
    assert "Après l’inscription du premier stagiaire" in text
    assert {f"/actions/{action.number}/{end}" for end in ("dates", "stagiaires/nouveau", "formateurs")} <= links_of(page)
    assert 'name="frequence"' not in page.text


async def test_opn_03_a_ready_action_is_opened_with_its_frequency(portal: RunningPortal, action: Told) -> None:
    await action.prepare(2)
    path = f"/actions/{action.number}/ouverture"
    page = await portal.secretary.get(path)
    assert value_of(page, "debut") == "03/03/2008"
    assert "Une facture quand l’action est réalisée à 30 %, à 60 %, puis une dernière avant 80 %" in text_of(page)
    missing = await portal.secretary.post(path, {"debut": "03/03/2008"})
    assert missing.status_code == 422 and "Choisissez la fréquence de paiement." in text_of(missing)

    def accept(_key: str, command: Command) -> list[Message]:
        assert isinstance(command, OpenAction)
        entered = [TraineeEntered(trainee_id=trainee, entered_on=command.actual_start) for trainee in action.trainees]
        return [ActionOpened(actual_start=command.actual_start, frequency=command.frequency), *entered]

    async with portal.answering(accept) as came:
        page = await portal.secretary.post(path, {"debut": "3/3/8", "frequence": "three_instalments"})
    assert came == [OpenAction(actual_start=START, frequency=Frequency.THREE_INSTALMENTS)]
    assert "L’action est ouverte" in text_of(page) and "Ouverte depuis le 3 mars 2008" in text_of(page)
    assert "Fréquence de paiement Trois acomptes" in text_of(await portal.secretary.get(path))


async def test_opn_02_another_date_of_a_collective_action_is_refused_with_the_regions_number(portal: RunningPortal, action: Told) -> None:
    await action.prepare(1)

    def refuse(_key: str, _command: Command) -> list[Message]:
        raise StartDiffers(field="actual_start", planned=START, entered=date(2008, 3, 4))

    async with portal.answering(refuse):
        page = await portal.secretary.post(f"/actions/{action.number}/ouverture", {"debut": "04/03/2008", "frequence": "monthly"})
    assert page.status_code == 422 and 'id="debut-err"' in page.text
    assert "L’action collective commence le 3 mars 2008 au contrat, et non le 4 mars 2008." in text_of(page)
    assert value_of(page, "debut") == "04/03/2008" and 'value="monthly" checked' in page.text


async def test_opn_01_what_came_to_lack_meanwhile_is_said_with_names(portal: RunningPortal, action: Told) -> None:
    await action.prepare(1)
    trainee = str(action.trainees[0])

    async def refuse(_key: str, _command: Command) -> list[Message]:
        await action.register(1, whole=False)
        raise Refusals([SheetIncomplete(item=trainee, trainee=trainee), EntryDateUnconfirmed(item=trainee, trainee=trainee)])

    async with portal.answering(refuse):
        page = await portal.secretary.post(f"/actions/{action.number}/ouverture", {"debut": "03/03/2008", "frequence": "monthly"})
    assert page.status_code == 422
    assert "La fiche de CHOMBIER Gisèle est incomplète." in text_of(page)
    assert "Il manque 2 éléments pour ouvrir l’action" in text_of(page)


async def test_opn_01_before_its_day_the_opening_says_from_when(portal: RunningPortal) -> None:
    told = await award(portal, "P-EARLY", terms("COIFFEURS", date(2008, 4, 7), END))
    await told.prepare(1)
    page = await portal.secretary.get(f"/actions/{told.number}/ouverture")
    assert "L’ouverture s’enregistre à partir du 7 avril 2008" in text_of(page) and 'name="frequence"' not in page.text


async def test_opn_02_an_individualised_action_may_begin_on_another_day(portal: RunningPortal) -> None:
    changed = terms("VALIDATION", date(2008, 4, 7), END).model_copy(update={"kind": ActionKind.INDIVIDUALISED})
    told = await award(portal, "P-ALONE", changed)
    await told.prepare(1)
    page = await portal.secretary.get(f"/actions/{told.number}/ouverture")
    assert value_of(page, "debut") == "06/03/2008" and "Le début réel peut être différent." in text_of(page)


async def test_opn_04_non_opening_takes_a_reason_and_a_confirm_step_and_ends_the_action(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/non-ouverture"
    none = await portal.secretary.post(path, {"faire": "verifier"})
    assert none.status_code == 422 and 'id="motif-err"' in none.text
    step = await portal.secretary.post(path, {"motif": "too_few_trainees", "faire": "verifier"})
    assert step.status_code == 200 and "Vous allez déclarer que l’action n’a pas lieu" in text_of(step)
    assert await portal.db.fetchval("SELECT count(*) FROM commands WHERE key = $1", action.number) == 0
    ended = [ActionNotOpened(reason=NonOpeningReason.TOO_FEW_TRAINEES)]
    async with portal.answering(lambda _key, _command: ended) as came:
        page = await portal.secretary.post(path, {"motif": "too_few_trainees", "faire": "confirmer"})
    assert came == [DeclareNonOpening(reason=NonOpeningReason.TOO_FEW_TRAINEES)]
    assert "Non ouverte" in text_of(page) and "Motif : trop peu de stagiaires." in text_of(page)
    assert 'name="motif"' not in (await portal.secretary.get(path)).text


async def test_opn_01_what_a_colleague_opened_meanwhile_is_said_on_the_page_of_the_open_action(portal: RunningPortal, action: Told) -> None:
    await action.prepare(1)

    async def refuse(_key: str, _command: Command) -> list[Message]:
        await action.say(ActionOpened(actual_start=START, frequency=Frequency.MONTHLY))
        raise ActionAlreadyOpened(start=START)

    async with portal.answering(refuse):
        page = await portal.secretary.post(f"/actions/{action.number}/ouverture", {"debut": "03/03/2008", "frequence": "three_instalments"})
    assert page.status_code == 422
    assert "Votre ouverture n’est pas enregistrée Cette action est ouverte depuis le 3 mars 2008" in text_of(page)
    assert "Fréquence de paiement Mensuel" in text_of(page)


# Closing


async def test_clo_01_what_lacks_for_the_closing_is_said(portal: RunningPortal, action: Told) -> None:
    early = await portal.secretary.get(f"/actions/{action.number}/cloture")
    assert "L’action n’est pas encore ouverte." in text_of(early)
    await action.open(2)
    await action.register(1)
    page = await portal.secretary.get(f"/actions/{action.number}/cloture")
    text = text_of(page)
    assert "7 mois à confirmer" in text and "2 stagiaires sans date de sortie" in text and "1 stagiaire sans date d’entrée" in text
    assert "La clôture s’enregistre à partir de ce jour" in text
    assert 'name="fin"' not in page.text


async def test_clo_01_the_action_is_closed_once_declarations_agrees(portal: RunningPortal) -> None:
    told = (await region_in_march(portal))[OVER]
    path = f"/actions/{OVER}/cloture"
    page = await portal.secretary.get(path)
    assert "Rien ne manque pour clôturer l’action" in text_of(page) and value_of(page, "fin") == "29/02/2008"

    def refuse(_key: str, _command: Command) -> list[Message]:
        raise EndDiffers(field="actual_end", planned=told.terms.planned_end, entered=date(2008, 2, 28))

    async with portal.answering(refuse):
        page = await portal.secretary.post(path, {"fin": "28/02/2008"})
    assert page.status_code == 422 and 'id="fin-err"' in page.text and value_of(page, "fin") == "28/02/2008"
    assert "contactez la Région pour un avenant" in text_of(page)
    await told.say(ClosingRequested(actual_end=told.terms.planned_end))
    assert "La clôture est enregistrée, la vérification est en cours." in text_of(await portal.secretary.get(path))
    await portal.db.execute("UPDATE actions SET pending = NULL")
    async with portal.answering(lambda _key, _command: [ActionClosed(actual_end=told.terms.planned_end)]) as came:
        page = await portal.secretary.post(path, {"fin": "29/02/2008"})
    assert came == [CloseAction(actual_end=date(2008, 2, 29))]
    assert "L’action est clôturée" in text_of(page)
    assert "Date de fin réelle 29 février 2008" in text_of(await portal.secretary.get(path))

    def twice(_key: str, _command: Command) -> list[Message]:
        raise ActionAlreadyClosed

    async with portal.answering(twice):  # a colleague's page was still open
        page = await portal.secretary.post(path, {"fin": "29/02/2008"})
    assert page.status_code == 422
    assert "Votre clôture n’est pas enregistrée Cette action est clôturée" in text_of(page)


async def test_an_opening_without_an_answer_shows_an_hourglass(portal: RunningPortal, action: Told, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(commands, "PATIENCE", 0.2)
    await action.prepare(1)
    page = await portal.secretary.post(f"/actions/{action.number}/ouverture", {"debut": "03/03/2008", "frequence": "monthly"})
    assert "Votre saisie est enregistrée, la réponse arrive" in text_of(page)
    assert "En attente de réponse depuis 14 h 12" in text_of(page) and "btn-primary" not in page.text
    assert 'name="frequence"' not in (await portal.secretary.get(f"/actions/{action.number}/ouverture")).text
    await portal.db.execute("DELETE FROM outbox")
