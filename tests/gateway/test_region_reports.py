"""The agents' reports: one after the other, named once received, several at once (SUR-2)."""

from collections.abc import Iterable
from datetime import date
from uuid import uuid4

import pytest_asyncio

from contracts import surveys
from contracts.answers import PersonalRef
from contracts.message import Command, Message
from contracts.month import Month
from contracts.personal import TextRecord, record_id
from tests.gateway.html import all_of, one_of, text_of, words
from tests.gateway.pieces import named, terms
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal

LIST = "/region/bilans"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reported(portal: RunningPortal) -> list[Told]:
    """Four closed actions whose reports wait."""
    found = []
    for index in range(4):
        told = await award(portal, f"2008BILAN{index}", terms(f"BILAN {index}", date(2008, 1, 7), date(2008, 1, 31)))
        await told.open(2)
        await told.confirm(Month("2008-01"))
        await told.leave(surveyed=2)
        await told.close()
        await told.report(sent=True)
        found.append(told)
    return found


def received(_key: str, command: Command) -> Iterable[Message]:
    assert isinstance(command, surveys.AcknowledgeReport)
    return [surveys.ReportAcknowledged()]


async def test_sur_02_a_report_has_its_list_beside_it_and_the_next_follows_its_acknowledgement(
    portal: RunningPortal, reported: list[Told]
) -> None:
    first, second = reported[0].number, reported[1].number
    page = await portal.agent.get(f"{LIST}/{first}?tri=action")
    assert [words(link).split(", ")[-1].split()[0] for link in all_of(page, ".queue__list a")] == [told.number for told in reported]
    assert one_of(page, '[aria-keyshortcuts="Alt+S"]').attributes["href"] == f"{LIST}/{second}?tri=action"
    async with portal.answering(received):
        done = await portal.agent.post(f"{LIST}/{first}?tri=action", {})
    assert done.url.path == f"{LIST}/{second}"
    assert f"La réception du bilan est enregistrée : SCENES ET FORMATIONS, BILAN 0 ({first})" in words(one_of(done, "#avis"))
    waiting, all_received = await portal.agent.get(LIST), await portal.agent.get(f"{LIST}?etat=recus")
    assert first not in text_of(waiting) and first in text_of(all_received) and second not in text_of(all_received)


async def test_sur_02_several_reports_are_acknowledged_at_once_after_each_was_looked_at(
    portal: RunningPortal, reported: list[Told]
) -> None:
    second, third = reported[1].number, reported[2].number
    put = await portal.agent.post(f"{LIST}/{second}?tri=action", {"lot": "mettre"})
    assert put.url.path == f"{LIST}/{third}" and "Lot à enregistrer : 1 bilan" in text_of(put)
    await portal.agent.post(f"{LIST}/{third}?tri=action", {"lot": "mettre"})
    async with portal.answering(received) as came:
        form, click = {"bilan": [second, third, reported[3].number]}, uuid4()
        done = await portal.agent.post(f"{LIST}/lot", form, command_id=click)
        again = await portal.agent.post(f"{LIST}/lot", form, command_id=click)
    assert len(came) == 2, "what was not put into the lot is left alone"
    assert words(one_of(again, "#resultat")) == words(one_of(done, "#resultat")), "a double click is one"
    said = words(one_of(done, "#resultat"))
    assert second in said and third in said and reported[3].number not in said and "Le lot est vide" in text_of(done)
    assert (await portal.secretary.get(f"{LIST}/lot")).status_code == 404


async def test_sur_02_an_agent_writes_to_the_organisation_and_the_report_still_waits(portal: RunningPortal, reported: list[Told]) -> None:
    number = reported[3].number
    path, written = f"{LIST}/{number}", "Précisez la suite donnée à la sortie de DURAND."
    empty = await portal.agent.post(f"{path}/note?tri=action", {"note": "  "})
    assert empty.status_code == 422 and "Écrivez ce que l’organisme doit lire." in text_of(empty)
    assert (await portal.secretary.post(f"{path}/note", {"note": written})).status_code == 404
    assert (await portal.agent.get(f"{path}/note")).url.path == path

    def noted(key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, surveys.NoteReport)
        note = named("note on a report")
        text = TextRecord(id=record_id(key, f"note-{note}"), version=1, contract_number=key, text=command.text)
        return [text, surveys.ReportNoted(note_id=note, text=PersonalRef(id=text.id, version=1))]

    async with portal.answering(noted):
        sent = await portal.agent.post(f"{path}/note?tri=action", {"note": written})
    assert sent.url.path == path and sent.url.params["tri"] == "action" and "Votre note est envoyée" in text_of(sent)
    assert written in words(one_of(sent, "#notes")) and all_of(sent, 'button[aria-keyshortcuts="Alt+A"]')
    assert written in words(one_of(await portal.secretary.get(f"/actions/{number}/bilan"), "#notes"))
    told = text_of(await portal.secretary.get("/notifications"))
    assert "La Région vous écrit : bilan pédagogique non lue BILAN 3" in told and written not in told
    history = text_of(await portal.agent.get(f"/region/actions/{number}/historique"))
    assert "Note de la Région sur le bilan, sans accusé de réception" in history
