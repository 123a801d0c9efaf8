"""Requests and amendments in the views: each as it was answered, beside what it asked for, and nobody else's."""

from collections.abc import Sequence

import pytest

from chassis.db import Connection
from contracts import declarations, requests
from contracts.answers import PersonalRef
from contracts.codes import RequestObject
from contracts.message import Event
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.log import AGENT, SECRETARY, at, fold
from tests.gateway.projections.log_of_requests import DATES, END, LATER, NOTHING, SHEET, TRAINERS, answered
from tests.gateway.projections.test_gateway_owners import MINE, mine
from tests.guide import CONTRACT


async def test_req_01_each_request_stands_as_it_was_answered_with_what_held_when_it_was_asked(database: Connection) -> None:
    await fold(answered(), database)
    rows = {row["request_id"]: row for row in await database.fetch("SELECT *, before ->> 'planned_end' AS was FROM requests")}
    assert {of: (row["state"], row["applied"], row["taken_back_at"] is not None) for of, row in rows.items()} == {
        DATES: ("granted", False, True),
        SHEET: ("granted", False, False),
        TRAINERS: ("refused", False, False),
        LATER: ("granted", True, False),
    }
    assert all(row["was"] == "2007-12-21" and row["answered_by"] == AGENT.subject for row in rows.values())
    unlocked = await database.fetchrow("SELECT dates_validated, dates_request, trainers_unlocked FROM actions")
    assert unlocked is not None and tuple(unlocked) == (True, None, True)
    assert await database.fetchval("SELECT unlock_request FROM trainees WHERE unlocked") == SHEET


async def test_req_04_an_amendment_changes_the_dates_and_keeps_those_of_the_contract(database: Connection) -> None:
    await fold(answered(), database)
    action = await database.fetchrow("SELECT planned_end, terms ->> 'planned_end' AS original, dates_version FROM actions")
    assert action is not None and tuple(action) == (END, "2007-12-21", 6)
    assert [row["number"] for row in await database.fetch("SELECT number FROM amendments")] == [1]


@pytest.mark.parametrize("batch", [1, 500])
async def test_req_03_zeros_that_fell_away_are_gone_and_what_was_saved_afterwards_is_there(database: Connection, batch: int) -> None:
    """However many of them are read at once: a line is written when its batch ends."""
    log = answered()
    of = log_of_an_action
    fallen = tuple(declarations.FallenLine(month=of.DECEMBER, trainee_id=trainee) for trainee in (of.FIRST, of.SECOND))
    granted = declarations.AmendmentGranted(
        planned_start=of.terms().planned_start,
        planned_end=END,
        periods=of.terms().periods,
        effect=NOTHING.model_copy(update={"fallen": fallen}),
    )
    log.say(of.saved(of.DECEMBER, of.FIRST, 2), at("2008-01-16"), SECRETARY)
    log.say(granted, at("2008-01-16"), AGENT)
    log.say(of.saved(of.DECEMBER, of.SECOND, 2), at("2008-01-16"), SECRETARY)
    await fold(log, database, batch)
    rows = await database.fetch("SELECT trainee_id FROM lines WHERE month = $1", of.DECEMBER)
    assert [row["trainee_id"] for row in rows] == [of.SECOND]


REASON = PersonalRef(id=f"{CONTRACT}/{TRAINERS}-refusal", version=1)
ANSWERS: Sequence[Event] = (
    requests.RequestGranted(request_id=LATER, object=RequestObject.PLANNED_DATES, applied=False),
    requests.RequestRefused(request_id=LATER, object=RequestObject.PLANNED_DATES, reason=REASON),
    requests.RequestWithdrawn(request_id=LATER, object=RequestObject.PLANNED_DATES),
    requests.ChangeForeseen(request_id=LATER, against=(), documents=()),
    requests.UnlockingTakenBack(object=RequestObject.DATES, version=9, request_id=LATER),
)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
async def test_acc_06_an_answer_that_names_anothers_request_changes_nothing_of_theirs(database: Connection, answer: Event) -> None:
    """Nor does it when one's own action has a request with the same id."""
    log = answered()
    mine(log)
    await fold(log, database)
    before = await database.fetch("SELECT * FROM requests ORDER BY request_id"), await database.fetch("SELECT * FROM amendments")
    log.say(log_of_an_action.asked(LATER, MINE), at("2008-01-20"), key=MINE)
    log.say(answer, at("2008-01-20"), AGENT, key=MINE)
    await fold(log, database)
    theirs = await database.fetch("SELECT * FROM requests WHERE contract_number = $1 ORDER BY request_id", CONTRACT)
    assert (theirs, await database.fetch("SELECT * FROM amendments")) == before
