"""What the web process remembers of how actions stand is never other than what it would read: not an old state, not another's (HOME-1)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from contracts import actions, declarations, surveys
from contracts.codes import ContractEnd, ExitKind, Situation, SurveyKind
from contracts.erasure import ErasureDue
from contracts.message import Message
from contracts.month import Month
from contracts.personal import TraineeRecord, record_id
from gateway.areas.action.queries.actions import SELECT
from gateway.areas.home import pages
from gateway.areas.home.lives import Known, Lives
from gateway.areas.home.queries import list_own
from gateway.web.listing import Asked
from gateway.web.searches import Sought
from gateway.web.session import Viewer
from gateway.worker import hints
from tests.gateway import asked
from tests.gateway.html import text_of
from tests.gateway.pieces import sheet
from tests.gateway.region_in_march import BTS, CLOSED, OVER, RIVAL, Told, award, region_in_march, terms
from tests.gateway.running_portal import RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")

TODAY = date(2008, 3, 6)
ALL = Asked(order="contrat", down=False, number=1, sought=Sought(), filters={})


async def known(portal: RunningPortal, viewer: Viewer, lives: Lives, today: date = TODAY) -> dict[str, Known]:
    """How the viewer's actions stand, as a page finds it."""
    return await lives.load(portal.db, viewer, today, await list_own(portal.db, viewer, ALL))


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """After each message, what is remembered is compared with what is read; gives what was said when it differed."""
    lives, differed, happen = Lives(), list[str](), RunningPortal.happen

    async def compared(portal: RunningPortal, key: str, *messages: Message, **more: Any) -> None:
        for message in messages:
            await happen(portal, key, message, **more)
            for person in (portal.secretary, portal.rival):
                if await known(portal, person.viewer, lives) != await known(portal, person.viewer, Lives()):
                    differed.append(message.TYPE)

    with monkeypatch.context() as patched:
        patched.setattr(RunningPortal, "happen", compared)
        yield differed


async def lives_on(told: dict[str, Told]) -> None:
    """What March has not: requests that are granted and refused, an amendment, a trainee's new name and their exit."""
    action, over = told[BTS], told[OVER]
    request, _ = await asked.asks_for_periods(action)
    await asked.agent_says(action, *asked.dates_unlocked(action.number, request))
    await action.say(actions.DatesValidated(periods=action.terms.periods, version=3))
    request, _ = await asked.asks_for_periods(over)
    await asked.agent_says(over, *asked.refused(over.number, request, asked.RequestObject.DATES))
    change = asked.longer(action, date(2008, 10, 31))
    request = await asked.asks(action, change)
    await asked.agent_says(action, *asked.amended(action, request, change))
    trainee = action.trainees[0]
    record, sheet_change = asked.sheet_asked(BTS, request, trainee, sheet("AUTRE", "Nom", TODAY))
    await asked.asks(action, sheet_change, record)
    renamed = TraineeRecord(id=record_id(BTS, str(trainee)), version=9, contract_number=BTS, sheet=sheet("NOUVEAU", "Nom", TODAY))
    await action.say(renamed)
    leaving = declarations.Exit(on=date(2008, 2, 29), kind=ExitKind.EARLY, reason="dropped_out")  # type: ignore[arg-type]
    await action.say(declarations.TraineeExited(trainee_id=trainee, exit=leaving, version=1))
    await action.declare(Month("2008-02"))
    six_months = {"survey": SurveyKind.SIX_MONTHS, "situation": Situation.OTHER, "contract": None, "version": 1}
    await told[CLOSED].say(surveys.LaterSurveyRecorded(trainee_id=told[CLOSED].trainees[0], **six_months))
    gone = await award(action.portal, "2001QCA0001", terms("AUTREFOIS", date(2001, 2, 5), date(2001, 4, 27)))
    await gone.say(ErasureDue(end=ContractEnd.LAST_PAYMENT, ended_on=date(2001, 5, 3), years=5, due_on=date(2007, 1, 1)))


async def test_after_every_message_what_is_remembered_is_what_would_be_read(portal: RunningPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(monkeypatch) as differed:
        told = await region_in_march(portal)
        await lives_on(told)
    assert differed == []
    tables = {name for name in re.findall(r"(?:FROM|JOIN) ([a-z_]+)", SELECT) if not name.startswith("jsonb_")}
    assert {"actions", "people", "amendments", "requests", "offers", "reports", "trainees", "months", "lines", "invoices"} <= tables
    for table in tables:
        assert await portal.db.fetchval(f"SELECT count(*) FROM {table}"), f"nothing was said that changes {table}"


async def test_whose_name_is_erased_is_named_no_more(portal: RunningPortal) -> None:
    before = text_of(await portal.secretary.get("/"))
    assert "Fiche de NOUVEAU Nom" in before
    trainee = await portal.db.fetchval("SELECT id FROM people WHERE contract_number = $1 AND body ->> 'last_name' = 'NOUVEAU'", BTS)
    await portal.erase(trainee)
    after = text_of(await portal.secretary.get("/"))
    assert "NOUVEAU" not in after and "Fiche d’un stagiaire" in after


async def test_without_marks_an_old_state_would_be_found(portal: RunningPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail."""

    async def nothing(*_: object) -> None: ...

    monkeypatch.setattr(hints, "renew_marks", nothing)
    with watched(monkeypatch) as differed:
        await portal.happen(BTS, actions.TrainersConfirmed())
    assert differed == []  # first seen after it
    lives = Lives()
    await known(portal, portal.secretary.viewer, lives)
    await portal.happen(BTS, actions.DatesValidated(periods=(), version=4))
    assert await known(portal, portal.secretary.viewer, lives) != await known(portal, portal.secretary.viewer, Lives())
    monkeypatch.undo()
    await portal.happen(BTS, actions.TrainersConfirmed())
    assert await known(portal, portal.secretary.viewer, lives) == await known(portal, portal.secretary.viewer, Lives())


async def test_acc_06_what_is_remembered_for_one_organisation_is_never_shown_to_another(portal: RunningPortal) -> None:
    lives = Lives()
    own = await list_own(portal.db, portal.secretary.viewer, ALL)
    await known(portal, portal.secretary.viewer, lives)
    assert set(await known(portal, portal.rival.viewer, lives)) == {RIVAL}
    assert await Lives().load(portal.db, portal.rival.viewer, TODAY, own) == {}, "nor read, whoever names its contracts"


async def test_another_day_is_another_state(portal: RunningPortal) -> None:
    lives = Lives()
    today = await known(portal, portal.secretary.viewer, lives)
    later = await known(portal, portal.secretary.viewer, lives, date(2008, 4, 2))
    assert later[BTS].life.today == date(2008, 4, 2) and today[BTS].life.today == TODAY


async def test_no_more_is_remembered_than_there_is_room_for(portal: RunningPortal, queries: list[str]) -> None:
    small, viewer = Lives(most=2), portal.secretary.viewer
    for _ in range(2):
        assert len(await known(portal, viewer, small)) > 2
    assert len(small._known) == 2
    assert len(queries) == 4, "what was forgotten is read again"


async def test_the_page_remembers_between_two_looks(portal: RunningPortal, queries: list[str]) -> None:
    await portal.secretary.get("/")
    queries.clear()
    await portal.secretary.get("/")
    assert not [query for query in queries if "amendments" in query], "no action is read again"
    assert pages.REMEMBERED._known
