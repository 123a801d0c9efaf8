"""An organisation asks the Region to change what is locked, and reads the answer where it asked (REQ-1, REQ-2, DAT-3, TRN-5, TRA-1)."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from contracts import requests
from contracts.actions import DatesUnlocked, DatesValidated, Period, TrainersConfirmed, ValidateDates
from contracts.answers import PersonalRef
from contracts.codes import Place, RequestObject
from contracts.envelope import made_id
from contracts.message import Command, Message
from contracts.refusals.actions import PeriodOutsideAction
from contracts.refusals.requests import RequestAlreadyOpen, RequestNotOpen
from contracts.requests import RequestChange, SaveTrainers, WithdrawRequest
from tests import guide
from tests.gateway import asked
from tests.gateway.html import links_of, one_of, text_of, value_of, words
from tests.gateway.pieces import sheet, terms
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal

START, END = date(2008, 4, 7), date(2008, 12, 19)


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal) -> AsyncIterator[Told]:
    """An awarded action of its own for each test, its dates validated."""
    portal.it_is("2008-03-06T14:12")
    told = await award(portal, f"D{uuid4().hex[:8]}", terms("ACCESSOIRISTES", START, END))
    await told.validate_dates()
    yield told


@pytest_asyncio.fixture(loop_scope="session")
async def running(portal: RunningPortal) -> AsyncIterator[Told]:
    """The same, opened in February with two trainees."""
    portal.it_is("2008-03-06T14:12")
    told = await award(portal, f"R{uuid4().hex[:8]}", terms("MENUISIERS", date(2008, 2, 4), date(2008, 9, 26)))
    await told.open(2)
    yield told


def typed(page_version: str = "1", **changes: str) -> dict[str, str]:
    form = {"version": page_version, "centre.0.debut": "21/04/2008", "centre.0.fin": "13/08/2008", "motif": asked.REASON}
    form |= {"entreprise.0.debut": "14/08/2008", "entreprise.0.fin": "27/08/2008", "faire": "demander"}
    return {**form, **{name.replace("_", "."): value for name, value in changes.items()}}


def taking(key: str, command: Command) -> list[Message]:
    """A service that takes any request for dates."""
    assert isinstance(command, RequestChange)
    assert isinstance(command.change, requests.DatesChange | requests.PlannedDatesChange)
    request = uuid4()
    return [*asked.requested(key, request, command.change, command.reason), asked.foreseen(request)]


async def test_dat_03_beside_locked_dates_stands_one_button_and_the_form_is_filled_with_what_holds(
    portal: RunningPortal, action: Told
) -> None:
    path = f"/actions/{action.number}/dates"
    page = await portal.secretary.get(path)
    assert f"{path}/demande" in links_of(page) and "Demander une modification" in text_of(page)
    form = await portal.secretary.get(f"{path}/demande")
    assert value_of(form, "centre.0.debut") == "07/04/2008" and value_of(form, "version") == "1"


async def test_req_01_what_is_asked_is_fields_and_why_and_stands_on_the_page_on_home_and_in_the_notifications(
    portal: RunningPortal, action: Told
) -> None:
    path = f"/actions/{action.number}/dates"
    mute = await portal.secretary.post(f"{path}/demande", typed(motif=" "))
    assert mute.status_code == 422 and "Dites pourquoi : la Région lira ce texte" in text_of(mute)
    assert value_of(mute, "centre.0.debut") == "21/04/2008"
    async with portal.answering(taking) as came:
        page = await portal.secretary.post(f"{path}/demande", typed())
    centre = Period(place=Place.CENTRE, start=date(2008, 4, 21), end=date(2008, 8, 13))
    company = Period(place=Place.COMPANY, start=date(2008, 8, 14), end=date(2008, 8, 27))
    change = requests.DatesChange(periods=(centre, company), base_version=1)
    assert came == [RequestChange(change=change, reason=asked.REASON)]
    said = text_of(page)
    assert "Votre demande est envoyée" in said and "Modification demandée le 6 mars 2008" in said
    assert "la Région n’a pas encore répondu" in said and f"{path}/demande" not in links_of(page)
    home = text_of(await portal.secretary.get("/"))
    assert "Demande en attente de la Région" in home and "Dates et périodes, depuis le 06/03/2008" in home
    assert "Demande envoyée à la Région" in text_of(await portal.secretary.get("/notifications"))
    assert "Demande de modification non lue SCENES ET FORMATIONS, ACCESSOIRISTES" in text_of(await portal.agent.get("/notifications"))
    assert "1 demande en attente" in text_of(await portal.secretary.get(f"/actions/{action.number}"))


async def test_req_01_a_fault_of_a_period_stands_beside_it_and_an_open_request_is_shown_instead_of_a_second(
    portal: RunningPortal, action: Told
) -> None:
    path = f"/actions/{action.number}/dates/demande"

    def outside(_key: str, _command: Command) -> list[Message]:
        raise PeriodOutsideAction(field="periods.0.start", start=START, end=END)

    async with portal.answering(outside):
        page = await portal.secretary.post(path, typed(centre_0_debut="01/04/2008"))
    assert page.status_code == 422 and 'id="centre-0-debut-err"' in page.text and asked.REASON in page.text

    async def quicker(_key: str, _command: Command) -> list[Message]:
        await asked.asks_for_periods(action)
        raise RequestAlreadyOpen

    async with portal.answering(quicker):
        page = await portal.secretary.post(path, typed())
    assert page.status_code == 422 and "Une demande est déjà en attente à ce sujet." in text_of(page)
    assert "Voir ou retirer la demande" in text_of(page) and 'value="demander"' not in page.text


async def test_req_01_a_request_is_withdrawn_while_it_is_undecided(portal: RunningPortal, action: Told) -> None:
    request, _ = await asked.asks_for_periods(action)
    path = f"/actions/{action.number}/demandes/{request}"
    page = await portal.secretary.get(path)
    said = text_of(page)
    assert "Période en centre du 07/04/2008 au 13/08/2008 du 21/04/2008 au 13/08/2008" in said and asked.REASON in said

    def late(_key: str, _command: Command) -> list[Message]:
        raise RequestNotOpen

    async with portal.answering(late):
        page = await portal.secretary.post(path, {})
    assert page.status_code == 422 and "Cette demande n’attend plus de réponse" in text_of(page)
    gone = requests.RequestWithdrawn(request_id=request, object=RequestObject.DATES)
    async with portal.answering(lambda _key, _command: [gone]) as came:
        page = await portal.secretary.post(path, {})
    assert came == [WithdrawRequest(request_id=request)]
    assert "La demande est retirée" in text_of(page) and "Retirer la demande" not in text_of(page)
    assert f"/actions/{action.number}/dates/demande" in links_of(await portal.secretary.get(f"/actions/{action.number}/dates"))
    assert "Retirée" in text_of(await portal.secretary.get(f"/actions/{action.number}/demandes"))


async def test_req_01_a_refusal_shows_its_reason_where_it_was_asked_and_it_can_be_asked_again(portal: RunningPortal, action: Told) -> None:
    request, _ = await asked.asks_for_periods(action)
    await asked.agent_says(action, *asked.refused(action.number, request, RequestObject.DATES))
    page = await portal.secretary.get(f"/actions/{action.number}/dates")
    assert "La Région a refusé la modification demandée" in text_of(page) and asked.REFUSAL in text_of(page)
    assert f"/actions/{action.number}/dates/demande" in links_of(page)
    told = text_of(await portal.secretary.get("/notifications"))
    assert "Demande refusée par la Région" in told and asked.REFUSAL not in told
    assert asked.REFUSAL in text_of(await portal.secretary.get(f"/actions/{action.number}/demandes/{request}"))


async def test_req_02_after_a_grant_the_form_is_filled_with_what_was_asked_and_saving_it_uses_the_grant_up(
    portal: RunningPortal, action: Told
) -> None:
    request, change = await asked.asks_for_periods(action)
    await asked.agent_says(action, *asked.dates_unlocked(action.number, request))
    path = f"/actions/{action.number}/dates"
    assert "Enregistrer la modification : Dates et périodes" in text_of(await portal.secretary.get("/"))
    page = await portal.secretary.get(path)
    assert "La Région a accordé votre demande du 6 mars 2008" in text_of(page) and asked.REASON not in text_of(page)
    assert value_of(page, "centre.0.debut") == "21/04/2008" and value_of(page, "version") == "2"

    def accept(_key: str, command: Command) -> list[Message]:
        assert isinstance(command, ValidateDates) and set(command.periods) == set(change.periods)
        return [DatesValidated(periods=command.periods, version=3)]

    form = {name: value_of(page, name) for name in ("version", *(f"centre.{row}.{end}" for row in (0, 1) for end in ("debut", "fin")))}
    form |= {f"entreprise.0.{end}": value_of(page, f"entreprise.0.{end}") for end in ("debut", "fin")}
    async with portal.answering(accept):
        saved = await portal.secretary.post(path, form | {"faire": "valider"})
    assert "Les dates et les périodes sont validées" in text_of(saved) and "Verrouillées" in text_of(saved)
    assert "Accordée, enregistrée" in text_of(await portal.secretary.get(f"/actions/{action.number}/demandes"))
    assert "Enregistrer la modification" not in text_of(await portal.secretary.get(f"/actions/{action.number}"))


async def test_req_02_an_agents_own_reason_is_read_when_the_unlocking_answers_a_request(portal: RunningPortal, action: Told) -> None:
    request, _ = await asked.asks_for_periods(action)
    own = asked.text(action.number, "own", "Appel du 6 mars.")
    unlocked = DatesUnlocked(reason=PersonalRef(id=own.id, version=1), version=2, request_id=request)
    await asked.agent_says(action, own, asked.granted(request, RequestObject.DATES), unlocked)
    assert "Appel du 6 mars." in text_of(await portal.secretary.get(f"/actions/{action.number}/dates"))


async def test_trn_05_a_locked_sheet_is_asked_for_in_its_fields_with_another_entry_date_too(portal: RunningPortal, running: Told) -> None:
    trainee = running.trainees[0]
    path = f"/actions/{running.number}/stagiaires/{trainee}"
    assert f"{path}/demande" in links_of(await portal.secretary.get(path))
    assert f"{path}/demande" in links_of(await portal.secretary.get(f"/actions/{running.number}/entrees"))
    form = await portal.secretary.get(f"{path}/demande")
    assert value_of(form, "nom") == "CHOMBIER" and value_of(form, "entree") == "04/02/2008"
    assert "Valider les informations partielles" not in text_of(form)

    def take(key: str, command: Command) -> list[Message]:
        assert isinstance(command, RequestChange) and isinstance(command.change, requests.SheetChange)
        request = uuid4()
        record, change = asked.sheet_asked(key, request, command.change.trainee_id, command.change.sheet)
        return [record, *asked.requested(key, request, change, command.reason), asked.foreseen(request)]

    fields = sheet_fields() | {"entree": "06/02/2008", "version": "1", "motif": asked.REASON, "faire": "demander"}
    async with portal.answering(take) as came:
        page = await portal.secretary.post(f"{path}/demande", fields)
    (command,) = came
    assert isinstance(command, RequestChange) and isinstance(command.change, requests.SheetChange)
    assert (command.change.sheet.last_name, command.change.sheet.entry_date) == ("CHOMBIER-ROUX", date(2008, 2, 6))
    assert "Modification demandée le 6 mars 2008" in text_of(page) and f"{path}/demande" not in links_of(page)
    assert "Fiche de CHOMBIER Gisèle" in text_of(await portal.secretary.get(f"/actions/{running.number}/demandes"))


def sheet_fields() -> dict[str, str]:
    return {
        "civilite": "mrs",
        "nom": "CHOMBIER-ROUX",
        "prenom": "Gisèle",
        "naissance": "14/02/1986",
        "sexe": "female",
        "nationalite": "french",
        "adresse": "2 rue Victor-Hugo",
        "cp": "34800",
        "ville": "Clermont-l'Hérault",
        "remuneration": "region",
        "niveau": "iv",
        "chomage": "6_to_12",
        "prescripteur": "local_mission",
        "rmi": "non",
    }


async def test_req_02_a_granted_sheet_is_filled_with_what_was_asked_and_its_entry_date_where_entries_are(
    portal: RunningPortal, running: Told
) -> None:
    trainee, request = running.trainees[0], uuid4()
    record, change = asked.sheet_asked(running.number, request, trainee, sheet("CHOMBIER-ROUX", "Gisèle", date(2008, 2, 6)))
    await running.say(record, *asked.requested(running.number, request, change), asked.foreseen(request))
    await asked.agent_says(running, *asked.sheet_unlocked(running.number, request, trainee))
    page = await portal.secretary.get(f"/actions/{running.number}/stagiaires/{trainee}")
    assert value_of(page, "nom") == "CHOMBIER-ROUX" and value_of(page, "entree") == "04/02/2008"
    assert "La date d’entrée, 6 février 2008 dans votre demande, se corrige dans" in text_of(page)
    entries = await portal.secretary.get(f"/actions/{running.number}/entrees")
    assert value_of(entries, f"entree.{trainee}") == "06/02/2008"
    tasks = await portal.secretary.get(f"/actions/{running.number}")
    assert "Enregistrer la modification : Fiche de CHOMBIER Gisèle" in text_of(tasks)


async def test_tra_01_the_list_of_trainers_is_asked_for_then_saved_and_confirmed_again_before_the_opening(
    portal: RunningPortal, action: Told
) -> None:
    path = f"/actions/{action.number}/formateurs"
    page = await portal.secretary.get(path)
    assert f"{path}/demande" in links_of(page) and "Verrouillés" in text_of(page)
    form = await portal.secretary.get(f"{path}/demande")
    assert value_of(form, "formateur.0.nom") == "ROCHER" and value_of(form, "formateur.1.heures") == "12,00"
    more = await portal.secretary.post(f"{path}/demande", {"formateur.0.nom": "ROCHER", "version": "1", "faire": "ajouter formateur"})
    assert value_of(more, "formateur.1.nom") == "" and value_of(more, "formateur.0.nom") == "ROCHER"
    kept = {name: value_of(form, f"formateur.0.{name}") for name in ("id", "nom", "prenom", "domaine", "heures", "statut")}
    rows = {f"formateur.0.{name}": value for name, value in kept.items()} | {"formateur.0.experience": "4 ans d’ancienneté"}
    new = {"nom": "DIAZ", "prenom": "Ana", "domaine": "couture", "heures": "3h20", "experience": "atelier"}
    wrong = await portal.secretary.post(
        f"{path}/demande", rows | {f"formateur.4.{name}": value for name, value in new.items()} | {"faire": "demander"}
    )
    assert wrong.status_code == 422 and 'id="formateur-4-heures-err"' in wrong.text and 'id="motif-err"' in wrong.text
    new["heures"] = "3h30"
    rows |= {f"formateur.4.{name}": value for name, value in new.items()} | {"version": "1", "motif": asked.REASON}

    def take(key: str, command: Command) -> list[Message]:
        assert isinstance(command, RequestChange) and isinstance(command.change, requests.TrainersChange)
        request = uuid4()
        records, change = asked.trainers_asked(key, request, [(of.id, of.sheet) for of in command.change.trainers])
        return [*records, *asked.requested(key, request, change, command.reason), asked.foreseen(request)]

    async with portal.answering(take) as came:
        await portal.secretary.post(f"{path}/demande", rows | {"faire": "demander"})
    (command,) = came
    assert isinstance(command, RequestChange) and isinstance(command.change, requests.TrainersChange)
    kept_trainer, added = command.change.trainers
    assert (kept_trainer.id, kept_trainer.sheet) == (f"{action.number}/trainer-0", guide.TRAINERS[0])
    assert (added.id, added.sheet.hours) == (None, Decimal("3.50"))
    request = await portal.db.fetchval("SELECT request_id FROM requests WHERE contract_number = $1", action.number)
    await action.say(TrainersConfirmed())
    await asked.agent_says(action, *asked.trainers_unlocked(action.number, request))
    await saves_trainers(portal, action, path)


async def saves_trainers(portal: RunningPortal, action: Told, path: str) -> None:
    page = await portal.secretary.get(path)
    assert "La Région a accordé votre demande" in text_of(page) and value_of(page, "formateur.1.nom") == "DIAZ"
    names = ("id", "nom", "prenom", "domaine", "heures", "statut")
    rows = {f"formateur.{row}.{name}": value_of(page, f"formateur.{row}.{name}") for row in (0, 1) for name in names}
    rows |= {f"formateur.{row}.experience": "x" for row in (0, 1)} | {"version": value_of(page, "version"), "faire": "enregistrer"}

    def save(key: str, command: Command) -> list[Message]:
        assert isinstance(command, SaveTrainers) and command.base_version == 1
        made = made_id(key, UUID(int=1), 1)
        records, _ = asked.trainers_asked(key, made, [(None, of.sheet) for of in command.trainers])
        refs = tuple(PersonalRef(id=record.id, version=1) for record in records)  # type: ignore[attr-defined]
        return [*records, requests.TrainersChanged(trainers=refs, version=2)]

    async with portal.answering(save):
        saved = await portal.secretary.post(path, rows)
    said = text_of(saved)
    assert "La liste des formateurs est enregistrée" in said and "DIAZ" in said and "MEUNIER" not in said
    assert "Confirmer les formateurs" in said, "it is another list: it is confirmed again"
    assert "Liste des formateurs enregistrée, 2 formateurs" in said and "Formateurs déverrouillés" in said


async def test_req_02_what_is_taken_back_is_locked_again_and_said(portal: RunningPortal, action: Told) -> None:
    request, _ = await asked.asks_for_periods(action)
    await asked.agent_says(action, *asked.dates_unlocked(action.number, request))
    back = requests.UnlockingTakenBack(object=RequestObject.DATES, version=3, request_id=request)
    await asked.agent_says(action, back)
    page = await portal.secretary.get(f"/actions/{action.number}/dates")
    assert 'value="valider"' not in page.text and "Verrouillées" in text_of(page)
    assert "Accord repris" in text_of(await portal.secretary.get(f"/actions/{action.number}/demandes"))
    assert "La Région a repris son accord" in text_of(await portal.secretary.get("/notifications"))


@pytest.mark.parametrize(
    "page", ["dates/demande", "dates/report", "formateurs/demande", "demandes", "stagiaires/{trainee}/demande", "demandes/{request}"]
)
async def test_acc_06_nothing_of_it_exists_for_another_organisation(portal: RunningPortal, running: Told, page: str) -> None:
    request, _ = await asked.asks_for_periods(running)
    path = f"/actions/{running.number}/{page.format(trainee=running.trainees[0], request=request)}"
    assert (await portal.rival.get(path)).status_code == 404
    assert (await portal.rival.post(path, {"faire": "demander", "motif": "x"})).status_code in {404, 405}
    assert (await portal.secretary.get(f"/region/demandes/{running.number}/{request}")).status_code == 404
    assert (await portal.secretary.get(f"/actions/{running.number}/demandes/{uuid4()}")).status_code == 404
    assert await portal.db.fetchval("SELECT count(*) FROM commands WHERE key = $1", running.number) == 0


async def test_prv_01_of_an_erased_trainee_a_request_keeps_no_name(portal: RunningPortal, running: Told) -> None:
    trainee, request = running.trainees[1], uuid4()
    record, change = asked.sheet_asked(running.number, request, trainee, sheet("DURAND-PETIT", "Jean-Claude", date(2008, 2, 4)))
    await running.say(record, *asked.requested(running.number, request, change), asked.foreseen(request))
    await portal.db.execute("DELETE FROM people WHERE contract_number = $1 AND kind IN ('trainee', 'text')", running.number)
    page = words(one_of(await portal.secretary.get(f"/actions/{running.number}/demandes/{request}"), "main"))
    assert "fiche d’un stagiaire" in page and "n’est plus conservé" in page and "DURAND" not in page
