"""What somebody typed is never lost: refused long after the page stopped waiting, or typed in a session that had lapsed (ACC-7)."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from contracts.actions import DatesUnlocked, DatesValidated, Period, TraineeEntered, ValidateDates
from contracts.answers import PersonalRef
from contracts.billing import InvoiceAccepted
from contracts.codes import DecidedBy, Place
from contracts.identity import ChangeOrganisation, OrganisationChanged
from contracts.message import Command, Message
from contracts.month import Month
from contracts.refusals import Refusal, Refusals
from contracts.refusals.actions import (
    DatesNotLocked,
    EndDiffers,
    EntryOutsideAction,
    HeadcountReached,
    PaidHeadcountReached,
    PeriodOutsideAction,
    StartDiffers,
)
from contracts.refusals.billing import AlreadyDecidedOtherwise
from contracts.refusals.common import ChangedMeanwhile, InProgress
from contracts.refusals.identity import PostcodeWrong
from contracts.refusals.surveys import ContractKindUnexpected, ExitSurveyMissing
from contracts.surveys import ExitSurveyRecorded
from gateway.web import commands, form_ids
from tests.gateway.html import links_of, text_of, value_of
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import Told, award, users
from tests.gateway.running_portal import ORGANISATION, Person, RunningPortal
from tests.gateway.test_trainees import WHOLE

START, END = date(2008, 3, 3), date(2008, 9, 26)
DATES = {"version": "0", "centre.0.debut": "03/03/2008", "centre.0.fin": "27/09/2008", "faire": "valider"}
ADDRESS = {"version": "1", "adresse": "9 rue Neuve", "complement": "", "cp": "34001", "ville": "Montpellier"}
OUTSIDE = PeriodOutsideAction(field="periods.0.end", start=START, end=END)


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal) -> AsyncIterator[Told]:
    """An awarded action of its own for each test: it begins on Monday 3 March, today is the 6th."""
    yield await award(portal, f"K{uuid4().hex[:8]}", terms("COIFFEURS PERRUQUIERS", START, END, headcount=8))


@pytest_asyncio.fixture(loop_scope="session")
async def over(portal: RunningPortal) -> AsyncIterator[Told]:
    """An action of its own that has run its time: everybody out, everything declared."""
    told = await award(portal, f"K{uuid4().hex[:8]}", terms("RÉGISSEURS SON", date(2008, 1, 7), date(2008, 2, 29)))
    await told.open(1)
    await told.leave()
    for month in ("2008-01", "2008-02"):
        await told.confirm(Month(month))
    yield told


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits no longer than a moment."""
    monkeypatch.setattr(commands, "PATIENCE", 0.1)


async def answer(portal: RunningPortal, *refusals: Refusal, done: tuple[Message, ...] = ()) -> None:
    """The service is there again, and refuses what waits or does it."""

    def decide(_key: str, _command: Command) -> tuple[Message, ...]:
        if refusals:
            raise Refusals(list(refusals))
        return done

    async with portal.answering(decide):
        while await portal.db.fetchval("SELECT count(*) FROM commands WHERE faults IS NULL"):
            pass


async def refused_late(portal: RunningPortal, person: Person, path: str, typed: dict[str, str], *refusals: Refusal) -> httpx.Response:
    """Where the notification of a refusal leads, when nobody had answered while the page waited."""
    command = uuid4()
    waits = await person.post(path, typed, command_id=command)
    assert waits.status_code == 200 and "Votre saisie est enregistrée, la réponse arrive" in text_of(waits)
    assert "Effacer cette saisie" not in (await person.get(path)).text, "there is nothing to correct yet"
    await answer(portal, *refusals)
    page = await person.get(f"/notifications/{commands.command_id(person.viewer, command)}")
    assert page.status_code == 200
    return page


async def lapse(who: Person, path: str, typed: dict[str, str]) -> str:
    """Post a form in a session that has just lapsed, and log in again; where that leads back to."""
    answer = await who.log_in(await who.post_lapsed(path, typed))
    assert answer.status_code == 303
    return answer.headers["Location"]


# Refused after the page had stopped waiting


async def test_dates_that_are_refused_late_are_shown_as_typed_with_what_is_wrong_beside_them(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/dates"
    page = await refused_late(portal, portal.secretary, path, DATES, OUTSIDE)
    assert value_of(page, "centre.0.fin") == "27/09/2008" and 'id="centre-0-fin-err"' in page.text
    text = text_of(page)
    assert "Votre saisie du 6 mars 2008 à 14 h 12 est refusée Elle n’est pas enregistrée. La voici : corrigez" in text
    colleague = await portal.person(portal.secretary.viewer)
    assert value_of(await colleague.get(path), "centre.0.fin") == "27/09/2008"
    await colleague.client.aclose()
    await portal.secretary.post(path, DATES | {"centre.0.fin": "26/09/2008"}, command_id=uuid4())
    await answer(portal, done=(DatesValidated(periods=(Period(place=Place.CENTRE, start=START, end=END),), version=1),))
    assert "Verrouillées" in text_of(await portal.secretary.get(path)) and await portal.kept(path) == 0


async def test_dates_that_changed_meanwhile_can_be_sent_again(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/dates"
    await action.validate_dates()
    await action.say(DatesUnlocked(reason=PersonalRef(id="why", version=1), version=2))
    page = await refused_late(portal, portal.secretary, path, DATES, ChangedMeanwhile())
    assert value_of(page, "version") == "2" and value_of(page, "centre.0.fin") == "27/09/2008"
    async with portal.answering(lambda _key, command: [DatesValidated(periods=command.periods, version=3)]) as came:
        await portal.secretary.post(path, DATES | {"version": "2"})
    assert isinstance(came[0], ValidateDates) and came[0].base_version == 2


async def test_entry_dates_that_are_refused_late_name_the_right_trainee(portal: RunningPortal, action: Told) -> None:
    await action.register(3)
    first, second, third = action.trainees
    path = f"/actions/{action.number}/entrees"
    typed = {f"entree.{first}": "03/03/2008", f"entree.{second}": "", f"entree.{third}": "02/03/2008"}
    outside = EntryOutsideAction(field="entries.1.entered_on", item=str(third), start=START, end=END)
    page = await refused_late(portal, portal.secretary, path, typed, outside)
    assert value_of(page, f"entree.{third}") == "02/03/2008" and value_of(page, f"entree.{second}") == ""
    assert f'id="entree-{third}-err"' in page.text and "ÉTIENNE Maud : La date d’entrée doit être comprise" in text_of(page)


async def test_an_opening_that_is_refused_late_is_found_from_the_page_that_waited_too(portal: RunningPortal, action: Told) -> None:
    await action.prepare(1)
    path = f"/actions/{action.number}/ouverture"
    typed = {"debut": "04/03/2008", "frequence": "three_instalments"}
    page = await refused_late(
        portal, portal.secretary, path, typed, StartDiffers(field="actual_start", planned=START, entered=date(2008, 3, 4))
    )
    assert page.url.path == path and value_of(page, "debut") == "04/03/2008" and 'id="debut-err"' in page.text
    assert 'value="three_instalments" checked' in page.text
    command = await portal.db.fetchval("SELECT id FROM commands WHERE key = $1", action.number)
    there = await portal.secretary.get(f"/actions/{action.number}?commande={command}")
    assert "Revoir votre saisie" in text_of(there) and path in links_of(there)


async def test_a_non_opening_and_a_closing_that_are_refused_late_are_shown_again(portal: RunningPortal, action: Told, over: Told) -> None:
    path = f"/actions/{action.number}/non-ouverture"
    typed = {"motif": "premises", "faire": "confirmer"}
    page = await refused_late(portal, portal.secretary, path, typed, InProgress(since="2008-03-06T10:00:00+01:00"))
    assert page.url.path == path and '<option value="premises" selected>' in page.text
    assert "Une demande est en cours sur cette action" in text_of(page)
    path = f"/actions/{over.number}/cloture"
    refusal = EndDiffers(field="actual_end", planned=date(2008, 2, 29), entered=date(2008, 2, 28))
    page = await refused_late(portal, portal.secretary, path, {"fin": "28/02/2008"}, refusal)
    assert page.url.path == path and value_of(page, "fin") == "28/02/2008" and 'id="fin-err"' in page.text


async def test_sheets_that_wait_together_are_each_shown_again_when_they_are_refused(portal: RunningPortal, action: Told) -> None:
    new, commanded = f"/actions/{action.number}/stagiaires/nouveau", []
    for last in ("MARTIN", "LÓPEZ"):
        commanded.append(uuid4())
        form = WHOLE | {"nom": last, "entree": "03/03/2008", "faire": "enregistrer"}
        await portal.secretary.post(new, form, command_id=commanded[-1])
    await answer(portal, HeadcountReached(ceiling=8), PaidHeadcountReached(field="sheet.paid_by", ceiling=2))
    for last, command in zip(("MARTIN", "LÓPEZ"), commanded, strict=True):
        page = await portal.secretary.get(f"/notifications/{commands.command_id(portal.secretary.viewer, command)}")
        assert value_of(page, "nom") == last and 'id="remuneration-err"' in page.text
        assert "L’effectif total, 8 au contrat, est atteint." in text_of(page)
    assert value_of(await portal.secretary.get(new), "nom") == "", "a new sheet is a new one"
    listed = await portal.secretary.get(f"/actions/{action.number}/stagiaires")
    assert "2 inscriptions sont refusées" in text_of(listed) and "MARTIN CAMILLE LÓPEZ CAMILLE" in text_of(listed)
    again = next(link for link in links_of(listed) if "?fiche=" in link)
    erased = await portal.secretary.post("/saisies/effacer", {"page": again})
    assert erased.url.path == new and "1 inscription est refusée" in text_of(
        await portal.secretary.get(f"/actions/{action.number}/stagiaires")
    )


async def test_a_sheet_changed_by_a_colleague_and_refused_late_shows_both(portal: RunningPortal, action: Told) -> None:
    await action.register(1)
    path = f"/actions/{action.number}/stagiaires/{action.trainees[0]}"
    typed = WHOLE | {"nom": "CHOMBIER", "prenom": "Gisèle", "version": "0", "adresse": "9 rue Neuve", "faire": "enregistrer"}
    page = await refused_late(portal, portal.secretary, path, typed, ChangedMeanwhile())
    assert value_of(page, "adresse") == "9 rue Neuve" and value_of(page, "version") == "1"
    assert "Enregistré entre-temps : 2 rue Victor-Hugo" in text_of(page)


async def test_sur_01_a_survey_waits_with_an_hourglass_and_is_shown_again_when_it_is_refused(portal: RunningPortal, over: Told) -> None:
    path = f"/actions/{over.number}/enquetes/sortie/{over.trainees[0]}"
    await portal.secretary.post(path, {"version": "0", "situation": "other"})
    waits = await portal.secretary.get(path)
    assert "En attente de réponse" in text_of(waits) and 'name="situation"' not in waits.text
    await answer(portal, done=(ExitSurveyRecorded(trainee_id=over.trainees[0], situation="other", contract=None, version=1),))
    assert await portal.kept(path) == 1
    assert 'value="other" checked' in (await portal.secretary.get(path)).text and await portal.kept(path) == 0
    typed = {"version": "0", "situation": "employed_in_sector", "contrat": "permanent"}
    page = await refused_late(portal, portal.secretary, path, typed, ChangedMeanwhile())
    assert 'value="employed_in_sector" checked' in page.text and value_of(page, "version") == "1"
    assert "Enregistré entre-temps : Autre" in text_of(page)
    trainee = str(over.trainees[0])
    refusal = ContractKindUnexpected(field="contract", item=trainee, trainee=trainee)
    page = await refused_late(portal, portal.secretary, path, typed | {"version": "1"}, refusal)
    assert 'id="contrat-err"' in page.text and "CHOMBIER Gisèle n’a pas d’emploi" in text_of(page)


async def test_sur_02_the_text_of_a_report_that_is_refused_late_is_still_there(portal: RunningPortal, over: Told) -> None:
    await over.close()
    await over.report()
    path, trainee = f"/actions/{over.number}/bilan", str(over.trainees[0])
    refusal = ExitSurveyMissing(item=trainee, trainee=trainee)
    page = await refused_late(portal, portal.secretary, path, {"texte": "Un bon groupe.", "faire": "envoyer"}, refusal)
    assert ">Un bon groupe.</textarea>" in page.text and "Le bilan est refusé" in text_of(page)
    assert "L’enquête de sortie de CHOMBIER Gisèle n’est pas remplie." in text_of(page)


async def test_acc_02_an_address_that_is_refused_late_is_shown_again_and_can_be_sent_again(portal: RunningPortal) -> None:
    await users(portal)
    page = await refused_late(portal, portal.secretary, "/compte/adresse", ADDRESS, PostcodeWrong(field="postcode", postcode="34001"))
    assert value_of(page, "adresse") == "9 rue Neuve" and 'id="cp-err"' in page.text
    assert value_of(await portal.secretary.get("/compte"), "adresse") == "9 rue Neuve"

    def changed(_key: str, command: Command) -> list[Message]:
        assert isinstance(command, ChangeOrganisation)
        address = command.model_dump(exclude={"base_version"})
        return [OrganisationChanged(siret=ORGANISATION, name="SCENES", email="x@example.fr", version=command.base_version + 1, **address)]

    async with portal.answering(changed):
        done = await portal.secretary.post("/compte/adresse", ADDRESS | {"cp": "34000"})
    assert "Votre adresse est enregistrée" in text_of(done) and await portal.kept("/compte/adresse") == 0
    while_waiting = await portal.secretary.post("/compte/adresse", ADDRESS | {"version": "2", "ville": "Sète"})
    assert "Votre nouvelle adresse est enregistrée, la réponse arrive." in text_of(while_waiting)
    assert 'name="adresse"' not in while_waiting.text and 'name="actuel"' in while_waiting.text
    await answer(portal, ChangedMeanwhile())
    page = await portal.secretary.get("/compte")
    assert value_of(page, "ville") == "Sète" and value_of(page, "version") == "2"
    assert "Enregistré entre-temps : Montpellier" in text_of(page)
    await portal.secretary.post("/saisies/effacer", {"page": "/compte/adresse"})
    assert value_of(await portal.secretary.get("/compte"), "ville") == "Montpellier"


async def test_bil_07_the_text_of_a_rejection_that_is_refused_late_is_still_there(portal: RunningPortal, over: Told) -> None:
    invoice = await over.invoice(Month("2008-01"), on=date(2008, 3, 4))
    path = f"/region/factures/{invoice.invoice_id}"
    typed = {"decision": "rejeter", "motif": "hours_wrong", "texte": "Trop d’heures le 12 janvier.", "confirmer": "oui"}
    page = await refused_late(portal, portal.agent, path, typed, InProgress(since="2008-03-06T10:00:00+01:00"))
    assert page.url.path == path and ">Trop d’heures le 12 janvier.</textarea>" in page.text
    assert '<option value="hours_wrong" selected>' in page.text and "est refusée Elle n’est pas enregistrée" in text_of(page)
    taken = AlreadyDecidedOtherwise(legal_number=invoice.legal_number, day=date(2008, 3, 6))
    await portal.agent.post(path, typed)
    await over.portal.happen(
        over.number,
        InvoiceAccepted(invoice_id=invoice.invoice_id, decided_by=DecidedBy.FINANCE, decided_on=date(2008, 3, 6)),
    )
    await answer(portal, taken)
    text = text_of(await portal.agent.get(path))
    assert "Ce que vous aviez saisi n’est pas enregistré Motif : Heures" in text and "Texte : Trop d’heures le 12 janvier." in text


async def test_dat_03_the_reason_of_an_unlocking_that_is_refused_late_is_still_there(portal: RunningPortal, action: Told) -> None:
    await action.validate_dates()
    path = f"/region/actions/{action.number}"
    typed = {"faire": "dates", "raison_dates": "Appel du 5 mars."}
    page = await refused_late(portal, portal.agent, path, typed, DatesNotLocked(field="reason"))
    assert ">Appel du 5 mars.</textarea>" in page.text and 'id="raison-dates-err"' in page.text
    await portal.agent.post(path, typed)
    waits = await portal.agent.get(path)
    assert "En attente de réponse" in text_of(waits) and 'name="raison_dates"' not in waits.text
    await answer(portal, DatesNotLocked(field="reason"))


async def test_what_has_nothing_to_type_leaves_nothing_behind(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/formateurs"
    await portal.secretary.post(path, {"faire": "confirmer"})
    await answer(portal, InProgress(since="2008-03-06T10:00:00+01:00"))
    lapsed = await portal.secretary.post_lapsed(path, {"faire": "confirmer"})
    assert lapsed.headers["Location"] == f"/connexion?suite={path}", "one comes back to the page, which has nothing to say"
    assert not await portal.db.fetchval("SELECT count(*) FROM drafts WHERE contract = $1", action.number)


# What was typed and not sent


async def test_a_kept_form_can_be_thrown_away_and_shows_what_is_stored_again(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/dates"
    await lapse(portal.secretary, path, DATES)
    page = await portal.secretary.get(path)
    assert value_of(page, "centre.0.fin") == "27/09/2008" and value_of(page, "page") == path
    await portal.rival.post("/saisies/effacer", {"page": path})
    assert await portal.kept(path) == 1, "nobody throws away what is another's"
    erased = await portal.secretary.post("/saisies/effacer", {"page": path})
    assert erased.url.path == path and value_of(erased, "centre.0.fin") != "27/09/2008"
    assert "Votre session avait expiré" not in text_of(erased)


async def test_acc_02_an_address_sent_in_a_lapsed_session_is_kept(portal: RunningPortal) -> None:
    await users(portal)
    there = await lapse(portal.secretary, "/compte/adresse", ADDRESS | {"ville": "Agde"})
    assert there == "/compte/adresse"
    page = await portal.secretary.get("/compte/adresse")
    assert value_of(page, "ville") == "Agde" and "Votre session avait expiré" in text_of(page)
    await portal.secretary.post("/saisies/effacer", {"page": "/compte/adresse"})
    refused = await portal.secretary.post_lapsed("/compte/acces", {"actuel": "un mot de passe"})
    assert refused.headers["Location"] == "/connexion?suite=/" and "un mot de passe" not in refused.text
    assert not await portal.db.fetchval("SELECT count(*) FROM drafts WHERE body::text LIKE '%un mot de passe%'"), "no password is kept"


async def test_acc_02_an_address_that_somebody_else_changed_can_be_saved_at_the_second_try(portal: RunningPortal) -> None:
    await users(portal)

    def refuse(_key: str, _command: Command) -> list[Message]:
        raise ChangedMeanwhile

    stored = value_of(await portal.secretary.get("/compte"), "version")
    async with portal.answering(refuse):
        page = await portal.secretary.post("/compte/adresse", ADDRESS | {"version": "0", "cp": "34000"})
    assert page.status_code == 422 and value_of(page, "version") == stored
    assert value_of(page, "adresse") == "9 rue Neuve" and "Enregistré entre-temps : 2 RUE VICTOR HUGO" in text_of(page)
    assert "<title>Erreur, " in page.text


async def test_bil_07_coming_back_from_the_confirm_step_keeps_the_text_of_a_rejection(portal: RunningPortal, over: Told) -> None:
    invoice = await over.invoice(Month("2008-01"), on=date(2008, 3, 4))
    path = f"/region/factures/{invoice.invoice_id}"
    typed = {"decision": "rejeter", "motif": "hours_wrong", "texte": "Trop d’heures le 12 janvier."}
    step = await portal.agent.post(path, typed)
    assert "Confirmer le rejet" in step.text and 'name="revenir" value="oui"' in step.text
    page = await portal.agent.post(path, typed | {"revenir": "oui"})
    assert page.status_code == 200 and ">Trop d’heures le 12 janvier.</textarea>" in page.text
    assert '<option value="hours_wrong" selected>' in page.text and "Confirmer le rejet" not in page.text
    assert await portal.db.fetchval("SELECT count(*) FROM commands WHERE key = $1", over.number) == 0


async def test_a_sheet_that_was_locked_meanwhile_shows_what_was_typed_in_a_lapsed_session(portal: RunningPortal, action: Told) -> None:
    await action.register(1)
    trainee = action.trainees[0]
    path = f"/actions/{action.number}/stagiaires/{trainee}"
    await lapse(portal.secretary, path, WHOLE | {"nom": "CHOMBIER", "prenom": "Gisèle", "adresse": "9 rue Neuve"})
    await action.say(TraineeEntered(trainee_id=trainee, entered_on=START))
    page = await portal.secretary.get(path)
    assert 'name="nom"' not in page.text and "Ce que vous aviez saisi n’est pas enregistré" in text_of(page)
    assert "Adresse : vous aviez saisi 9 rue Neuve, 2 rue Victor-Hugo est enregistré." in text_of(page)
    erased = await portal.secretary.post("/saisies/effacer", {"page": value_of(page, "page")})
    assert "vous aviez saisi" not in text_of(erased)


async def test_a_survey_and_a_report_that_can_no_longer_be_saved_show_what_was_typed(portal: RunningPortal, over: Told) -> None:
    survey, report = f"/actions/{over.number}/enquetes/sortie/{over.trainees[0]}", f"/actions/{over.number}/bilan"
    await lapse(portal.secretary, survey, {"version": "0", "situation": "other"})
    await lapse(portal.secretary, report, {"texte": "Mon texte.", "faire": "envoyer"})
    await over.close()
    await over.report(sent=True)
    assert "Ce que vous aviez saisi n’est pas enregistré Situation : Autre" in text_of(await portal.secretary.get(survey))
    assert "Votre texte : Mon texte." in text_of(await portal.secretary.get(report))


async def test_the_agents_pages_say_that_what_they_show_was_not_sent(portal: RunningPortal, over: Told) -> None:
    invoice = await over.invoice(Month("2008-01"), on=date(2008, 3, 4))
    for path, typed in (
        (f"/region/factures/{invoice.invoice_id}", {"decision": "rejeter", "motif": "other", "texte": "À revoir."}),
        (f"/region/actions/{over.number}", {"faire": "fiche", "raison_fiche": "À revoir."}),
    ):
        await lapse(portal.agent, path, typed)
        page = await portal.agent.get(path)
        assert ">À revoir.</textarea>" in page.text and "Votre session avait expiré" in text_of(page)
        erased = await portal.agent.post("/saisies/effacer", {"page": path})
        assert erased.url.path == path and "À revoir." not in erased.text


async def test_a_draft_is_found_again_by_what_it_is_about_whatever_its_page_is_called(
    portal: RunningPortal, action: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/actions/{action.number}/ouverture"
    await action.prepare(1)
    command = uuid4()
    await portal.secretary.post(path, {"debut": "04/03/2008", "frequence": "monthly"}, command_id=command)
    await answer(portal, StartDiffers(field="actual_start", planned=START, entered=date(2008, 3, 4)))
    monkeypatch.setattr(form_ids, "PAGES", {**form_ids.PAGES, "opening": "/actions/{contract}/debut"})
    link = await portal.secretary.client.get(
        f"/notifications/{commands.command_id(portal.secretary.viewer, command)}", follow_redirects=False
    )
    assert link.headers["Location"] == f"/actions/{action.number}/debut"
