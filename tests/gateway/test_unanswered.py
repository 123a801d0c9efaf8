"""An end to waiting: a command that its service has passed by is told as such, and its button comes back (ACT-1)."""

from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from chassis.instant import now
from contracts.actions import TrainersConfirmed, ValidateDates
from contracts.answers import CommandAnswered
from gateway.web import commands
from gateway.worker.answers import give_up
from tests.gateway.html import text_of
from tests.gateway.region_in_march import Told
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_answers import award_one

pytestmark = pytest.mark.asyncio(loop_scope="session")
BUTTON = 'value="Confirmer'


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits no longer than a moment."""
    monkeypatch.setattr(commands, "PATIENCE", 0.1)


async def page_of(portal: RunningPortal, action: Told) -> str:
    return text_of(await portal.secretary.get(f"/actions/{action.number}/formateurs"))


async def ask(portal: RunningPortal, action: Told) -> UUID:
    await portal.secretary.post(f"/actions/{action.number}/formateurs", {"faire": "confirmer"})
    asked: UUID = await portal.db.fetchval("DELETE FROM outbox WHERE key = $1 RETURNING (headers::jsonb ->> 'ce_id')::uuid", action.number)
    return asked


async def time_passes(portal: RunningPortal, until: str) -> None:
    portal.it_is(until)
    async with portal.db.acquire() as connection:
        await give_up(connection, now())


def alarms() -> float:
    return REGISTRY.get_sample_value("sesame_alarms_total", {"service": "gateway", "kind": "unanswered"}) or 0


async def test_act_1_what_its_service_has_passed_by_is_waited_for_no_longer(portal: RunningPortal) -> None:
    action, other = await award_one(portal), await award_one(portal)
    portal.it_is("2008-03-06T14:12")
    lost = await ask(portal, action)
    portal.it_is("2008-03-06T14:13")
    later = await ask(portal, other)
    await time_passes(portal, "2008-03-06T19:00")
    assert "En attente de réponse" in await page_of(portal, action), "the service is away: it answers later"
    await portal.happen(other.number, CommandAnswered(command_id=later))
    await time_passes(portal, "2008-03-06T19:10")
    assert "En attente de réponse" in await page_of(portal, action), "the service may be at it"
    before = alarms()
    await time_passes(portal, "2008-03-06T19:16")
    page = await page_of(portal, action)
    assert "En attente de réponse" not in page and "Confirmer" in page, "the button is back"
    assert alarms() == before + 1
    told = text_of(await portal.secretary.get(f"/actions/{action.number}/formateurs?commande={lost}"))
    assert "Une demande de SOUDEURS est restée sans réponse" in told
    notices = text_of(await portal.secretary.get("/notifications"))
    assert "Une demande de SOUDEURS est restée sans réponse" in notices and "refaites-la" in notices
    await portal.secretary.post("/notifications/lues", {})

    await portal.happen(action.number, TrainersConfirmed(), CommandAnswered(command_id=lost))
    row = await portal.db.fetchrow("SELECT faults, answered_at FROM commands WHERE id = $1", lost)
    assert row["faults"] == "[]" and row["answered_at"], "its answer counts, whenever it comes"
    assert await portal.db.fetchval("SELECT count(*) FROM read_marks WHERE notification_id = $1", lost) == 0, "and is told as news"
    await time_passes(portal, "2008-03-06T23:16")
    assert alarms() == before + 1


async def test_act_1_what_was_typed_comes_back_when_no_answer_did(portal: RunningPortal) -> None:
    action, other = await award_one(portal), await award_one(portal)
    path = f"/actions/{action.number}/dates"
    portal.it_is("2008-03-06T14:12")
    await portal.secretary.post(path, {"version": "0", "centre.0.debut": "04/02/2008", "centre.0.fin": "26/09/2008", "faire": "valider"})
    assert await portal.db.fetchval("SELECT type FROM commands WHERE key = $1", action.number) == ValidateDates.TYPE
    portal.it_is("2008-03-06T14:13")
    await portal.happen(other.number, CommandAnswered(command_id=await ask(portal, other)))
    await time_passes(portal, "2008-03-06T14:40")
    page = await portal.secretary.get(path)
    assert "est restée sans réponse" in text_of(page) and "26/09/2008" in page.text
