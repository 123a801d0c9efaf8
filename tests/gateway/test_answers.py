"""An answer is told once: on the page that asked, or, when that had stopped waiting, as a notification (NOT-1)."""

import asyncio
from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid4

import pytest

from contracts.actions import DatesValidated
from contracts.declarations import FillMonth, Line, LineSaved, SaveLine
from contracts.message import Command, Message
from contracts.month import Month
from contracts.refusals.actions import DatesLocked
from contracts.refusals.declarations import ExcusedCentreUnexplained
from gateway.web import commands
from tests.gateway.html import hidden_of, one_of, text_of
from tests.gateway.region_in_march import Told, award, terms
from tests.gateway.running_portal import RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
WHOLE = {"centre.attended": "70", **dict.fromkeys(("centre.excused", "centre.unexcused"), "0")}
WHOLE |= dict.fromkeys(("company.attended", "company.excused", "company.unexcused"), "0")


async def award_one(portal: RunningPortal) -> Told:
    return await award(portal, f"2008ANS{uuid4().hex[:6].upper()}", terms("SOUDEURS", date(2008, 2, 4), date(2008, 9, 26)))


async def unread(portal: RunningPortal) -> str:
    return text_of(await portal.secretary.get("/notifications")).partition("Notifications")[2]


def lines_of(command: Command) -> list[tuple[UUID, Line]]:
    if isinstance(command, SaveLine):
        return [(command.trainee_id, command.line)]
    assert isinstance(command, FillMonth)
    return [(row.trainee_id, row.line.line) for row in command.rows if row.line]


def saved(_key: str, command: Command) -> Iterable[Message]:
    return [
        LineSaved(month=Month("2008-02"), trainee_id=trainee, line=line, complete=True, version=1) for trainee, line in lines_of(command)
    ]


def explain(_key: str, command: Command) -> Iterable[Message]:
    (trainee, _line), *_others = lines_of(command)
    raise ExcusedCentreUnexplained(item=str(trainee), field="centre.excused", missing="1")


async def test_what_a_page_has_shown_never_becomes_a_notification(portal: RunningPortal) -> None:
    """Rows that save themselves, rows that are saved together, and refusals beside their cells."""
    action = await award_one(portal)
    await action.open(3)
    await portal.secretary.post("/notifications/lues", {})
    path = f"/actions/{action.number}/declarations/2008-02"
    page = await portal.secretary.get(path)
    keys = [f"s{trainee.hex}" for trainee in action.trainees]
    rows = [{f"{key}.{cell}": hours for cell, hours in WHOLE.items()} for key in keys]
    async with portal.answering(saved):
        alone = await portal.secretary.post(f"{path}/lignes", hidden_of(page) | rows[0] | {"faire": "enregistrer"})
        together = await portal.secretary.post(path, hidden_of(page) | rows[1] | rows[2] | {"faire": "enregistrer"})
    assert alone.status_code == together.status_code == 200
    again = hidden_of(await portal.secretary.get(path)) | rows[0] | {f"{keys[0]}.centre.excused": "1", "faire": "enregistrer"}
    async with portal.answering(explain):
        refused = await portal.secretary.post(f"{path}/lignes", again)
    assert refused.status_code == 422
    listed = await portal.secretary.get("/notifications")
    assert "Tout est lu." in text_of(listed) and "brouillon" not in text_of(listed) and "refusée" not in text_of(listed)


async def test_what_was_done_is_told_once_and_not_again_when_the_page_is_reloaded(portal: RunningPortal) -> None:
    action = await award_one(portal)
    await action.register(1)
    await portal.secretary.post("/notifications/lues", {})
    path = f"/actions/{action.number}/dates"
    done = DatesValidated(periods=action.terms.periods, version=1)
    async with portal.answering(lambda _key, _command: [done]):
        page = await portal.secretary.post(path, hidden_of(await portal.secretary.get(path)) | {"faire": "valider"})
    assert "Les dates et les périodes sont validées" in text_of(page) and "commande=" in str(page.url)
    assert one_of(page, "#cloche a").attributes["aria-label"] == "Notifications\u00a0: 0 non lue", "the answer that it shows is no news"
    await portal.db.execute("UPDATE read_marks SET read_at = now() - interval '1 minute'")
    again = await portal.secretary.get(str(page.url))
    assert "Les dates et les périodes sont validées Elles" not in text_of(again)


async def test_an_answer_that_nobody_waited_for_is_a_notification_until_its_form_is_seen(
    portal: RunningPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.1)
    action = await award_one(portal)
    path = f"/actions/{action.number}/dates"
    await portal.secretary.post(path, hidden_of(await portal.secretary.get(path)) | {"faire": "valider"})

    def refuse(_key: str, _command: Command) -> Iterable[Message]:
        raise DatesLocked

    async with portal.answering(refuse):
        while await portal.db.fetchval("SELECT count(*) FROM commands WHERE faults IS NULL"):  # noqa: ASYNC110  # another task answers
            await asyncio.sleep(0.01)
    assert "est refusée" in await unread(portal)
    assert "est refusée" in text_of(await portal.secretary.get(path)), "the form as it was kept, with why"
    assert "est refusée" not in await unread(portal)
