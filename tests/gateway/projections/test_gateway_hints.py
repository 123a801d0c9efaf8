"""What the worker says to the web process, in the transaction of what it has written."""

import asyncio
import json

import asyncpg

from chassis.db import Connection
from contracts.personal import TextRecord
from gateway.worker.hints import LONGEST, payloads
from tests.gateway.projections import story
from tests.gateway.projections.log import CONTRACT, HOLDER, Log, at, fold, named
from tests.gateway.projections.test_gateway_notifications import sent


async def heard(dsn: str, log: Log, database: Connection, batch: int) -> list[tuple[str, list[str]]]:
    """What a listener hears while the log is folded."""
    listener = await asyncpg.connect(dsn)
    found: list[tuple[str, list[str]]] = []
    try:
        for channel in ("answers", "changed"):
            await listener.add_listener(channel, lambda _c, _p, channel, payload: found.append((channel, json.loads(payload))))
        await fold(log, database, batch)
        await listener.execute("SELECT 1")
        await asyncio.sleep(0.05)
    finally:
        await listener.close()
    return found


async def test_not_1_a_batch_names_its_action_the_holder_and_the_agents_once(database: Connection, dsn: str) -> None:
    log = story.opened()
    await fold(story.awarded(), database)
    told = await heard(dsn, log, database, 500)
    assert [channel for channel, _ in told] == ["changed", "changed"], "one batch of events, one of personal records"
    assert all({CONTRACT, HOLDER, "agents"} <= set(names) for _, names in told)


async def test_a_personal_record_wakes_the_pages_of_its_action(database: Connection, dsn: str) -> None:
    log = story.awarded()
    await fold(log, database)
    log.say(TextRecord(id="text-7", version=1, contract_number=CONTRACT, text="un motif"), at("2007-07-09"))
    assert [set(names) for _, names in await heard(dsn, log, database, 5)] == [{"text-7", CONTRACT, HOLDER, "agents"}]


async def test_an_answer_is_said_once_and_what_was_folded_before_is_not_said_again(database: Connection, dsn: str) -> None:
    command = named("command")
    await sent(database, command)
    log = story.opened()
    await fold(log, database)
    log.answer(command, at("2007-11-05"))
    said = await heard(dsn, log, database, 5)
    assert said[0] == ("answers", [str(command)])
    assert [channel for channel, _ in said] == ["answers", "changed"]
    assert await heard(dsn, log, database, 5) == []


def test_a_payload_is_short_enough_and_loses_nobody() -> None:
    audiences = {f"2007QCA{number:04d}" for number in range(2_000)}
    found = list(payloads(audiences))
    assert len(found) > 1
    assert max(len(payload.encode()) for payload in found) < LONGEST + 100 < 8_000
    assert {audience for payload in found for audience in json.loads(payload)} == audiences
