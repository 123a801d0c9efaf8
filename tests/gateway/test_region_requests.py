"""The agents' queue of requests: what is asked beside what holds, what would follow, the answer (REQ-1 to REQ-3)."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from uuid import uuid4

import httpx
import pytest_asyncio

from contracts import requests
from contracts.actions import DatesUnlocked, DatesValidated
from contracts.answers import Fault, PersonalRef
from contracts.billing import Offer, OffersForeseen, Taxed
from contracts.codes import InvoiceKind, OpeningDocument, RequestObject
from contracts.declarations import AmendmentEffect, AmendmentForeseen, FallenLine
from contracts.message import Command, Message
from contracts.month import Month
from contracts.refusals.actions import PaidHeadcountReached
from contracts.refusals.requests import EndBeforeConfirmed, HoursAfterEnd, NothingUnlocked, RequestNotOpen
from contracts.requests import GrantRequest, RefuseRequest, TakeBackUnlocking, UnlockTrainers
from tests import guide
from tests.gateway import asked
from tests.gateway.html import all_of, links_of, one_of, text_of, words
from tests.gateway.pieces import sheet, terms
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import OTHER, RunningPortal

QUEUE = "/region/demandes"


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal) -> AsyncIterator[Told]:
    """An opened action of its own for each test; no request waits from another one."""
    portal.it_is("2008-03-06T14:12")
    await portal.db.execute("DELETE FROM requests")
    told = await award(portal, f"R{uuid4().hex[:8]}", terms("MENUISIERS", date(2008, 2, 4), date(2008, 9, 26)))
    await told.open(2)
    yield told


def paths(page: httpx.Response, selector: str) -> list[str]:
    """Where the links that the selector finds lead, without what the address asks of the list."""
    return [(link.attributes["href"] or "").partition("?")[0] for link in all_of(page, selector)]


async def three(portal: RunningPortal, action: Told) -> list[str]:
    """Three requests of different days, organisations and objects; the addresses of their pages, the oldest first."""
    other = await award(portal, f"S{uuid4().hex[:8]}", terms("COMPTABLES", date(2008, 4, 7), date(2008, 12, 19), siret=OTHER))
    await other.validate_dates()
    first, _ = await asked.asks_for_periods(other, on=date(2008, 3, 3))
    second = await asked.asks(action, asked.longer(action, date(2008, 10, 31)), on=date(2008, 3, 4))
    third, _ = await asked.asks_for_periods(action, on=date(2008, 3, 5))
    return [f"{QUEUE}/{other.number}/{first}", f"{QUEUE}/{action.number}/{second}", f"{QUEUE}/{action.number}/{third}"]


async def test_req_01_the_queue_begins_with_the_oldest_and_is_filtered_and_counted_in_the_menu(portal: RunningPortal, action: Told) -> None:
    pages = await three(portal, action)
    page = await portal.agent.get(QUEUE)
    assert paths(page, "tbody th a") == pages and "3 demandes." in text_of(page)
    assert words(one_of(page, '#menu a[href="/region/demandes"]')) == "Demandes 3"
    reports = await portal.agent.get(f"{QUEUE}?objet=planned_dates")
    assert paths(reports, "tbody th a") == pages[1:2]
    of_one = await portal.agent.get(f"{QUEUE}?organisme={OTHER}")
    assert "1 demande." in text_of(of_one) and "COMPTABLES" in text_of(of_one) and "MENUISIERS" not in text_of(of_one)
    latest = await portal.agent.get(f"{QUEUE}?tri=envoi&sens=desc")
    assert paths(latest, "tbody th a") == pages[::-1]
    assert "Aucune demande" in text_of(await portal.agent.get(f"{QUEUE}?etat=refusees&objet=rien"))
    assert (await portal.secretary.get(QUEUE)).status_code == 404
    assert "3 demandes" in text_of(await portal.agent.get("/region/tableau-de-bord"))
    sought = await portal.agent.client.post("/recherche", data={"page": QUEUE, "q": "comptables"})
    assert "1 demande." in text_of(sought) and "Retirer les filtres" in text_of(sought)


async def test_req_01_a_list_of_more_than_a_page_is_paged(portal: RunningPortal, action: Told) -> None:
    await portal.db.execute(
        """
        INSERT INTO requests (contract_number, request_id, object, change, before, reason, asked_at)
        SELECT $1, gen_random_uuid(), 'trainers', '{"object": "trainers", "trainers": [], "base_version": 1}',
            '{"planned_start": "2008-02-04", "planned_end": "2008-09-26", "periods": []}', $1 || '/why', now() + n * interval '1 minute'
        FROM generate_series(1, 53) AS n
        """,
        action.number,
    )
    page = await portal.agent.get(QUEUE)
    assert len(all_of(page, "tbody tr")) == 50 and "?tri=envoi&page=2" in links_of(page)
    assert len(all_of(await portal.agent.get(f"{QUEUE}?page=2"), "tbody tr")) == 3


async def test_req_02_an_agent_grants_and_the_next_request_follows_with_what_was_answered(portal: RunningPortal, action: Told) -> None:
    first, second, third = await three(portal, action)
    page = await portal.agent.get(first)
    said = text_of(page)
    assert "Période en centre du 07/04/2008 au 13/08/2008 du 21/04/2008 au 13/08/2008" in said and "inchangé" in said
    assert asked.REASON in said and "Rien d’autre ne change." in said
    assert paths(page, '[aria-keyshortcuts="Alt+S"]') == [second] and paths(page, ".queue__list a") == [first, second, third]
    number, request = first.split("/")[-2:]

    def grant(_key: str, command: Command) -> list[Message]:
        assert isinstance(command, GrantRequest)
        return [*asked.dates_unlocked(number, command.request_id)]

    async with portal.answering(grant) as came:
        done = await portal.agent.post(first, {"reponse": "accorder"})
    assert [str(command.request_id) for command in came if isinstance(command, GrantRequest) and not command.apply] == [request]
    assert done.url.path == second
    assert "Dates et périodes, CEVENNES-GESTION : demande accordée" in words(one_of(done, "#avis"))
    assert words(one_of(done, '#menu a[href="/region/demandes"]')) == "Demandes 2"
    listed = await portal.agent.get(f"{QUEUE}?etat=accordees")
    assert "Accordée, à enregistrer par l’organisme" in text_of(listed)


async def test_req_02_a_grant_applies_the_change_itself_when_the_agent_says_so(portal: RunningPortal, action: Told) -> None:
    request, change = await asked.asks_for_periods(action)
    page = f"{QUEUE}/{action.number}/{request}"

    def apply(_key: str, command: Command) -> list[Message]:
        assert isinstance(command, GrantRequest) and command.apply
        return [asked.granted(request, RequestObject.DATES, applied=True), DatesValidated(periods=change.periods, version=2)]

    async with portal.answering(apply):
        done = await portal.agent.post(page, {"reponse": "appliquer"})
    assert done.url.path == QUEUE and "demande accordée et appliquée" in words(one_of(done, "#avis"))
    read = text_of(await portal.agent.get(page))
    assert "Accordée et appliquée" in read and "Reprendre l’accord" not in read
    assert "À la demande" in read and "du 04/02/2008" in read, "what held when it was asked stays readable"
    assert "Demande accordée et appliquée par la Région" in text_of(await portal.secretary.get("/notifications"))


async def test_req_01_a_refusal_needs_a_reason_and_keeps_what_was_written(portal: RunningPortal, action: Told) -> None:
    request, _ = await asked.asks_for_periods(action)
    page = f"{QUEUE}/{action.number}/{request}"
    mute = await portal.agent.post(page, {"reponse": "refuser", "motif_refus": " "})
    assert mute.status_code == 422 and "Dites pourquoi : l’organisme lira ce texte." in text_of(mute)

    async def too_late(_key: str, _command: Command) -> list[Message]:
        await action.say(requests.RequestWithdrawn(request_id=request, object=RequestObject.DATES))
        raise RequestNotOpen

    async with portal.answering(too_late):
        late = await portal.agent.post(page, {"reponse": "refuser", "motif_refus": asked.REFUSAL})
    assert late.status_code == 422 and asked.REFUSAL in text_of(late) and "Retirée" in text_of(late)

    again, _ = await asked.asks_for_periods(action)

    def refuse(key: str, command: Command) -> list[Message]:
        assert isinstance(command, RefuseRequest) and command.reason == asked.REFUSAL
        return [*asked.refused(key, command.request_id, RequestObject.DATES)]

    async with portal.answering(refuse):
        done = await portal.agent.post(f"{QUEUE}/{action.number}/{again}", {"reponse": "refuser", "motif_refus": asked.REFUSAL})
    assert "Dates et périodes, SCENES ET FORMATIONS : demande refusée" in words(one_of(done, "#avis"))
    assert asked.REFUSAL in text_of(await portal.secretary.get(f"/actions/{action.number}/dates"))


async def test_req_03_what_would_follow_of_an_amendment_is_what_the_services_said(portal: RunningPortal, action: Told) -> None:
    request = await asked.asks(action, asked.longer(action, date(2008, 10, 31)))
    page = f"{QUEUE}/{action.number}/{request}"
    assert "Les services n’ont pas encore dit ce qui suivrait." in text_of(await portal.agent.get(page))
    offer = Offer(
        kind=InvoiceKind.QUARTER,
        months=(Month("2008-08"), Month("2008-09")),
        windowed=True,
        not_before=date(2008, 9, 27),
        excluding_tax=Decimal("4268.00"),
        taxed=(Taxed(since=None, tax_rate=Decimal(0), tax=Decimal(0), including_tax=Decimal("4268.00")),),
    )
    later = offer.model_copy(update={"not_before": date(2008, 11, 1)})
    await action.say(
        asked.foreseen(request, documents=[OpeningDocument.TRAINER_LIST]),
        asked.months_foreseen(request, date(2008, 10, 31), "2008-10"),
        OffersForeseen(request_id=request, vanish=(offer,), appear=(later,)),
    )
    said = text_of(await portal.agent.get(page))
    assert "Fin prévue 26 septembre 2008 31 octobre 2008" in said
    assert "Octobre 2008 est à déclarer en plus, et se confirme du 1er novembre 2008 au 15 novembre 2008." in said
    assert "Acompte trimestriel (août et septembre 2008), 4 268,00 € HT, pourra être confirmé dès le 1er novembre 2008" in said
    assert "et non plus dès le 27 septembre 2008" in said and "À transmettre de nouveau : liste des formateurs." in said
    assert "C’est l’avenant n° 1" in said and "Accorder et appliquer" not in said


async def test_req_03_months_that_vanish_exits_and_zeros_are_named(portal: RunningPortal, action: Told) -> None:
    request = await asked.asks(action, asked.longer(action, date(2008, 7, 31)))
    first, second = action.trainees
    effect = AmendmentEffect(
        appear=(),
        vanish=(Month("2008-08"), Month("2008-09")),
        exits=(first, second),
        fallen=(FallenLine(month=Month("2008-08"), trainee_id=second),),
        to_declare=(),
    )
    await action.say(AmendmentForeseen(request_id=request, planned_end=date(2008, 7, 31), effect=effect))
    said = text_of(await portal.agent.get(f"{QUEUE}/{action.number}/{request}"))
    assert "Août et septembre 2008 ne sont plus à déclarer." in said
    assert "2 sorties enregistrées au 31 juillet 2008, fin de formation : CHOMBIER Gisèle, DURAND Jean-Claude." in said
    assert "Août 2008 : 1 ligne de zéros en moins (DURAND Jean-Claude)." in said


async def test_req_03_an_amendment_that_cannot_be_is_not_offered_and_says_why(portal: RunningPortal, action: Told) -> None:
    request = await asked.asks(action, asked.longer(action, date(2008, 2, 20)))
    against: list[Fault] = [
        *EndBeforeConfirmed(month=Month("2008-02"), first=date(2008, 2, 29)).faults(),
        *HoursAfterEnd(month=Month("2008-03"), trainee=str(action.trainees[0])).faults(),
    ]
    await action.say(AmendmentForeseen(request_id=request, planned_end=date(2008, 2, 20), against=tuple(against)))
    page = await portal.agent.get(f"{QUEUE}/{action.number}/{request}")
    said = text_of(page)
    assert "L’avenant ne peut pas être accordé en l’état" in said and "La déclaration de février 2008 a été validée" in said
    assert "Des heures de CHOMBIER Gisèle sont enregistrées en mars 2008" in said
    assert 'value="accorder"' not in page.text and 'value="refuser"' in page.text


async def test_req_02_what_stands_against_a_sheet_only_stops_its_being_applied(portal: RunningPortal, action: Told) -> None:
    trainee, request = action.trainees[0], uuid4()
    record, change = asked.sheet_asked(action.number, request, trainee, sheet("CHOMBIER-ROUX", "Gisèle", date(2008, 2, 6)))
    full = PaidHeadcountReached(ceiling=10, field="sheet.paid_by").faults()
    await action.say(record, *asked.requested(action.number, request, change))
    await action.say(asked.foreseen(request, *full, documents=[OpeningDocument.TRAINEE_LIST]))
    page = await portal.agent.get(f"{QUEUE}/{action.number}/{request}")
    said = text_of(page)
    assert "Nom CHOMBIER CHOMBIER-ROUX" in said and "Date d’entrée 04/02/2008 06/02/2008" in said
    assert "Adresse" not in words(one_of(page, "#comparaison table")), "what stays is left out"
    assert "La modification ne peut pas être appliquée en l’état" in said and "À transmettre de nouveau : liste des stagiaires." in said
    assert 'value="accorder"' in page.text and 'value="appliquer"' not in page.text


async def test_tra_01_trainers_are_compared_one_by_one(portal: RunningPortal, action: Told) -> None:
    request = uuid4()
    rocher, _ = guide.TRAINERS
    new = guide.TRAINER.model_copy(update={"last_name": "DIAZ", "first_name": "Ana"})
    changed = rocher.model_copy(update={"status": "CDI"})
    records, change = asked.trainers_asked(action.number, request, [(f"{action.number}/trainer-0", changed), (None, new)])
    await action.say(*records, *asked.requested(action.number, request, change), asked.foreseen(request))
    page = await portal.agent.get(f"{QUEUE}/{action.number}/{request}")
    rows = [words(row) for row in all_of(page, "#comparaison tbody tr")]
    assert [row.split()[0] for row in rows] == ["ROCHER", "MEUNIER", "DIAZ"]
    assert "CDD" in rows[0] and "CDI" in rows[0] and rows[1].endswith("—") and "— DIAZ Ana, informatique" in rows[2]


async def test_req_02_a_grant_is_taken_back_until_it_is_used(portal: RunningPortal, action: Told) -> None:
    request, _ = await asked.asks_for_periods(action)
    await asked.agent_says(action, *asked.dates_unlocked(action.number, request))
    page = f"{QUEUE}/{action.number}/{request}"
    assert "Il reste à l’organisme à enregistrer la modification" in text_of(await portal.agent.get(page))

    def used(_key: str, _command: Command) -> list[Message]:
        raise NothingUnlocked

    async with portal.answering(used):
        late = await portal.agent.post(page, {"reponse": "reprendre"})
    assert late.status_code == 422 and "Rien n’est déverrouillé ici" in text_of(late)
    back = requests.UnlockingTakenBack(object=RequestObject.DATES, version=3, request_id=request)
    async with portal.answering(lambda _key, _command: [back]) as came:
        done = await portal.agent.post(page, {"reponse": "reprendre"})
    assert came == [TakeBackUnlocking(object=RequestObject.DATES)]
    assert done.url.path == page and "Accord repris" in text_of(done) and 'value="reprendre"' not in done.text


async def test_tra_01_an_agent_unlocks_the_trainers_without_a_request_and_may_take_that_back(portal: RunningPortal, action: Told) -> None:
    path, why = f"/region/actions/{action.number}", "Appel de l’organisme."
    mute = await portal.agent.post(path, {"faire": "formateurs", "raison_formateurs": ""})
    assert mute.status_code == 422

    def unlock(key: str, command: Command) -> list[Message]:
        assert isinstance(command, UnlockTrainers) and command.reason == why
        text = asked.text(key, "unlocked", why)
        return [text, requests.TrainersUnlocked(reason=PersonalRef(id=text.id, version=1))]

    async with portal.answering(unlock):
        page = await portal.agent.post(path, {"faire": "formateurs", "raison_formateurs": why})
    assert "Les formateurs sont déverrouillés" in text_of(page) and 'value="formateurs"' not in page.text
    assert why in text_of(await portal.secretary.get(f"/actions/{action.number}/formateurs"))
    assert "Formateurs déverrouillés" in text_of(await portal.secretary.get("/notifications"))
    back = requests.UnlockingTakenBack(object=RequestObject.TRAINERS, version=1)
    async with portal.answering(lambda _key, _command: [back]) as came:
        taken = await portal.agent.post(path, {"faire": "reprendre", "quoi": "trainers"})
    assert came == [TakeBackUnlocking(object=RequestObject.TRAINERS)] and "C’est de nouveau verrouillé" in text_of(taken)
    nothing = await portal.agent.post(path, {"faire": "reprendre", "quoi": "tout"})
    assert nothing.status_code == 422 and "Choisissez ce qui est à verrouiller de nouveau." in text_of(nothing)


async def test_dat_03_an_unlocking_without_a_request_answers_an_open_one(portal: RunningPortal, action: Told) -> None:
    request, _ = await asked.asks_for_periods(action)
    path = f"/region/actions/{action.number}"
    page = await portal.agent.get(path)
    assert f"{QUEUE}/{action.number}/{request}" in links_of(page) and "Demande de l’organisme" in text_of(page)
    own = asked.text(action.number, "own", "Appel du 6 mars.")
    unlocked = DatesUnlocked(reason=PersonalRef(id=own.id, version=1), version=2, request_id=request)
    await asked.agent_says(action, own, asked.granted(request, RequestObject.DATES), unlocked)
    assert "Demande de l’organisme" not in text_of(await portal.agent.get(path))
    assert "Aucune demande à décider" in text_of(await portal.agent.get(QUEUE))
    assert "Dates déverrouillées" not in text_of(await portal.secretary.get("/notifications")), "its grant is told once"
