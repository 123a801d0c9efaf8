"""The year after an exit, played in seconds on the real Kafka and PostgreSQL (SUR-3, SURV-1, SURV-2)."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from pydantic import TypeAdapter

from contracts.actions import TraineeEntered, TraineeRemoved
from contracts.calendar import DayStarted
from contracts.codes import EmploymentContract, ExitKind, Situation, SurveyKind
from contracts.declarations import Exit, TraineeExited
from contracts.envelope import Actor
from contracts.message import Command, Event
from contracts.month import beginning, paris_day
from contracts.surveys import (
    AnswerByLink,
    LaterSurvey,
    OfferSurveyLinks,
    RecordLaterSurvey,
    SubmitReport,
    SurveyLink,
    SurveyLinkEnded,
    SurveysFellDue,
)
from surveys import migrations
from surveys.rules.outcomes import Outcomes
from tests.backups import back_up, restored
from tests.guide import AGENT, CONTRACT, DUPONT, DURAND, HOLDER, STRANGER, awarded
from tests.infra import Infra
from tests.log import eventually
from tests.messages.playing import Installation, installed
from tests.messages.samples import SAMPLES
from tests.running import running

OTHER_ACTION = "2007QCA0267"
LEFT, EARLIER = date(2007, 7, 1), date(2007, 4, 30)
SIX_MONTHS, ONE_YEAR = SurveyKind.SIX_MONTHS, SurveyKind.ONE_YEAR
pytestmark = pytest.mark.timeout(300)


async def leave(installation: Installation, contract: str, exits: dict[UUID, date]) -> None:
    """An action is awarded, these trainees enter and leave."""
    log = installation.log
    await log.publish("events", log.envelope("actions", contract, type(awarded())), awarded())
    for trainee, day in exits.items():
        entered = TraineeEntered(trainee_id=trainee, entered_on=date(2007, 1, 2))
        await log.publish("events", log.envelope("actions", contract, TraineeEntered), entered)
        exited = TraineeExited(trainee_id=trainee, exit=Exit(on=day, kind=ExitKind.END_OF_TRAINING), version=1)
        await log.publish("events", log.envelope("declarations", contract, TraineeExited), exited)
    await known(installation, contract, len(exits))


async def known(installation: Installation, contract: str, trainees: int) -> None:
    """Until the service knows that so many have left."""

    async def is_so() -> bool:
        query = (
            "SELECT count(*) FROM aggregates, jsonb_each(state -> 'trainees') AS t WHERE aggregates.key = $1 AND t.value -> 'exit' ? 'on'"
        )
        return bool((await installation.fetch(query, contract))[0]["count"] == trainees)

    await eventually(is_so)


async def days(installation: Installation, first: date, last: date) -> None:
    """Every day from one to the other begins, and is over."""
    for number in range((last - first).days + 1):
        await installation.log.day(DayStarted(day=first + timedelta(number)))
    await eventually(lambda: installation.fetch("SELECT 1 FROM ticked WHERE at >= $1", beginning(last)), 60)
    await installation.settle()


async def answer(installation: Installation, which: LaterSurvey, on: date, actor: Actor = HOLDER, base: int = 0) -> Sequence[str]:
    """What is wrong with DURAND's survey, recorded on that day."""
    command = RecordLaterSurvey(trainee_id=DURAND, survey=which, situation=Situation.OTHER, contract=None, base_version=base)
    return await asks(installation, command, actor, on)


async def told(installation: Installation, contract: str = CONTRACT) -> list[tuple[str, LaterSurvey, list[UUID], bool]]:
    """What the days told of an action: on which, which survey, of whom, and whether again. What came twice is the same."""
    found = {}
    for envelope, body in await installation.log.messages(key=contract):
        if envelope.type == SurveysFellDue.TYPE:
            event = SurveysFellDue.parse(body)
            assert envelope.actor is None
            found[envelope.version] = (paris_day(envelope.time).isoformat(), event.survey, list(event.trainees), event.again)
    return [found[version] for version in sorted(found)]


async def test_sur_3_a_year_of_days_tells_what_is_due_and_reminds_of_what_nobody_filled_in(infra: Infra) -> None:
    async with installed(infra, SAMPLES["surveys"]) as installation, running(installation.service, installation.settings):
        await leave(installation, CONTRACT, {DURAND: LEFT, DUPONT: EARLIER})
        await days(installation, date(2007, 7, 2), date(2008, 1, 10))
        assert await answer(installation, ONE_YEAR, date(2008, 1, 10)) == ["survey-not-due"]
        assert await answer(installation, SIX_MONTHS, date(2008, 1, 10), AGENT) == ["not-found"]
        assert await answer(installation, SIX_MONTHS, date(2008, 1, 10), STRANGER) == ["not-found"]
        assert await answer(installation, SIX_MONTHS, date(2008, 1, 10)) == []
        await days(installation, date(2008, 1, 11), date(2008, 8, 31))
        assert await told(installation) == [
            ("2007-10-30", SIX_MONTHS, [DUPONT], False),
            ("2007-11-29", SIX_MONTHS, [DUPONT], True),
            ("2008-01-01", SIX_MONTHS, [DURAND], False),
            ("2008-04-30", ONE_YEAR, [DUPONT], False),
            ("2008-05-30", ONE_YEAR, [DUPONT], True),
            ("2008-07-01", ONE_YEAR, [DURAND], False),
            ("2008-07-31", ONE_YEAR, [DURAND], True),
        ]


async def asks(installation: Installation, command: Command, actor: Actor, on: date) -> list[str]:
    """What is wrong with a command of that day."""
    envelope = installation.log.envelope("gateway", CONTRACT, type(command), actor)
    envelope = replace(envelope, time=datetime(on.year, on.month, on.day, 10, tzinfo=UTC))
    await installation.log.publish("surveys.commands", envelope, command)
    return [fault.code for fault in (await installation.log.answer(envelope.id)).faults]


async def test_surv_1_a_trainee_answers_by_a_link_of_which_the_log_knows_the_digest_alone(infra: Infra) -> None:
    token, link, on = secrets.token_urlsafe(32), Actor("some-link", "link", "link"), date(2008, 1, 10)
    of = SurveyLink(trainee_id=DURAND, sha256=sha256(token.encode()).hexdigest())
    offer = OfferSurveyLinks(survey=SIX_MONTHS, links=(of,))
    says = AnswerByLink(survey=SIX_MONTHS, link=of, situation=Situation.OTHER, contract=None)
    by_hand = RecordLaterSurvey(
        trainee_id=DURAND,
        survey=SIX_MONTHS,
        situation=Situation.EMPLOYED_ELSEWHERE,
        contract=EmploymentContract.OTHER,
        base_version=1,
    )
    async with installed(infra, SAMPLES["surveys"]) as installation, running(installation.service, installation.settings):
        await leave(installation, CONTRACT, {DURAND: LEFT})
        for actor in (STRANGER, AGENT, link):
            assert await asks(installation, offer, actor, on) == ["not-found"]
        assert await asks(installation, says, link, on) == ["link-over"]
        assert await asks(installation, offer, HOLDER, on) == []
        for actor in (HOLDER, AGENT, STRANGER):
            assert await asks(installation, says, actor, on) == ["not-found"]
        guessed = says.model_copy(update={"link": of.model_copy(update={"sha256": "0" * 64})})
        assert await asks(installation, guessed, link, on) == ["link-over"]
        assert await asks(installation, says, link, date(2008, 3, 11)) == ["link-over"]
        assert await asks(installation, says, link, date(2008, 3, 10)) == []
        assert await asks(installation, by_hand, HOLDER, date(2008, 3, 10)) == ["answered-by-trainee"]
        for command in (by_hand, SubmitReport(text="x")):
            assert await asks(installation, command, link, on) == ["not-found"]
        await installation.log.publish(
            "events", installation.log.envelope("actions", CONTRACT, TraineeRemoved), TraineeRemoved(trainee_id=DURAND)
        )
        await eventually(partial(_said, installation, SurveyLinkEnded))
        assert await asks(installation, says, link, date(2008, 3, 10)) == ["link-over"]
        for topic in ("events", "surveys.commands", "personal"):
            assert not [body for _, body in await installation.log.messages(topic) if token.encode() in body]
        assert token not in str(await installation.fetch("SELECT state::text FROM aggregates"))


async def _said(installation: Installation, kind: type[Event]) -> list[bytes]:
    return [body for envelope, body in await installation.log.messages(key=CONTRACT) if envelope.type == kind.TYPE]


WAKES = (files(migrations) / "0010_days_that_have_something_to_tell.sql").read_text()
BEFORE = {
    "still in training": {"exit": None},
    "left in summer": {"exit": {"on": "2007-08-31", "kind": "end_of_training"}},
    "left early": {"exit": {"on": "2007-04-30", "kind": "early"}},
}


async def test_sur_3_who_had_left_before_the_upgrade_is_told_of_too(infra: Infra) -> None:
    """The states of a service that knew exit surveys alone."""
    connection = await asyncpg.connect(await infra.fresh_database("surveys"))
    await connection.execute("CREATE TABLE aggregates (key text, state jsonb)")
    actions = {"nobody": [], "training": ["still in training"], "left": list(BEFORE)}
    for key, who in actions.items():
        state = {"siret": "1", "trainees": {str(UUID(int=place)): BEFORE[name] for place, name in enumerate(who)}}
        await connection.execute("INSERT INTO aggregates VALUES ($1, $2)", key, json.dumps(state))
    await connection.execute("INSERT INTO aggregates VALUES ('locked', NULL)")
    await connection.execute(WAKES)
    rows = await connection.fetch("SELECT key, state::text FROM aggregates WHERE state IS NOT NULL")
    await connection.close()
    states = {row["key"]: TypeAdapter(Outcomes).validate_json(row["state"]) for row in rows}
    assert {key: state.wakes_on for key, state in states.items()} == {"nobody": None, "training": None, "left": date(2007, 10, 30)}


async def everything(installation: Installation) -> dict[str, object]:
    """What a restore could set back, and what the service said."""
    rows = {table: sorted(str(dict(row)) for row in await installation.fetch(f"SELECT * FROM {table}")) for table in ("aggregates", "seen")}
    ours = [(envelope, body) for envelope, body in await installation.log.messages() if envelope.source == "surveys"]
    return {**rows, "log": {(envelope.key, envelope.version, envelope.id, body) for envelope, body in ours}}


async def test_sur_3_a_restored_database_tells_what_days_had_told_and_tells_nothing_twice(infra: Infra, tmp_path: Path) -> None:
    async with installed(infra, SAMPLES["surveys"]) as installation:
        async with running(installation.service, installation.settings):
            await leave(installation, CONTRACT, {DURAND: LEFT, DUPONT: EARLIER})
            await leave(installation, OTHER_ACTION, {UUID(int=9): LEFT})
            await days(installation, date(2007, 10, 1), date(2007, 10, 30))
            backup = await back_up(installation.settings.database, tmp_path / "backup")
            await days(installation, date(2007, 10, 31), date(2008, 1, 10))
            assert await answer(installation, SIX_MONTHS, date(2008, 1, 10)) == []
            await days(installation, date(2008, 1, 11), date(2008, 2, 10))
        ended = await everything(installation)
        settings = installation.settings.model_copy(update={"database": await restored(infra, "surveys", backup)})
        async with asyncpg.create_pool(settings.database, min_size=1, max_size=2) as database:
            brought_back = replace(installation, settings=settings, database=database)
            assert (await everything(brought_back))["aggregates"] != ended["aggregates"]
            async with running(installation.service, settings):
                await days(brought_back, date(2008, 2, 11), date(2008, 2, 12))
                assert await everything(brought_back) == ended | {"seen": (await everything(brought_back))["seen"]}
                assert len(await told(brought_back)) == 3 and len(await told(brought_back, OTHER_ACTION)) == 2
