"""The auditor: what somebody else wrote in a service's name, and what was lost, is found by comparing the log with the database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio

from chassis import outbox
from chassis.db import connect
from chassis.process import run
from contracts.envelope import Envelope
from contracts.operators import FRENCH
from tests.chassis.conftest import Install, SampleInstallation
from tests.chassis.sample import SERVICE, Add, Added, Poked
from tests.infra import Infra
from tests.log import eventually
from tests.running import running


@pytest_asyncio.fixture(scope="module")
async def honest(install: Install) -> AsyncIterator[SampleInstallation]:
    """An installation of its own, running, in which two purses have lived."""
    place = await install()
    async with running(SERVICE, place.settings):
        for key in ("a", "b"):
            for amount in (1, 2, -9):
                await place.log.answer(await place.log.command("billing", key, Add(amount=amount)))
        await place.log.publish("events", place.log.envelope("surveys", "a", Poked), Poked())
        yield place


async def forge(place: SampleInstallation, key: str, version: int, source: str = "billing") -> str:
    """An event as whoever stole billing's password would write it; where it stands."""
    made = uuid4()
    envelope = Envelope(made, source, Added.TYPE, key, version, datetime.now(UTC), made)
    position = await place.log.publish("events", envelope, Added(amount=1_000, total=1_000))
    return f"{position.topic}-{position.partition}@{position.offset}"


async def test_log_and_database_agree_of_what_the_service_said_itself(infra: Infra, honest: SampleInstallation) -> None:
    assert await honest.auditing(infra) == []


async def test_a_message_that_was_sent_again_is_no_difference(infra: Infra, honest: SampleInstallation) -> None:
    record = (await honest.log.records("events", "a"))[-2]
    assert await honest.log.send("events", b"a", record.headers, record.value)
    assert await honest.auditing(infra) == []


@pytest.mark.parametrize(
    ("key", "version", "what"),
    [("a", 99, "unknown"), ("nobody", 1, "unknown"), ("b", 0, "unknown"), ("b", 2, "otherwise")],
    ids=["a number to come", "a key of nobody's", "no number", "a number that was given"],
)
async def test_a_forged_event_is_found(infra: Infra, honest: SampleInstallation, key: str, version: int, what: str) -> None:
    place = await forge(honest, key, version)
    differences = [(each.what, each.key, each.number, each.type) for each in await honest.auditing(infra) if each.place == place]
    assert differences == [(what, key, version, Added.TYPE)]


async def test_a_forged_event_that_took_the_next_number_is_found_once_the_service_says_its_own(
    infra: Infra, honest: SampleInstallation
) -> None:
    await forge(honest, "c", 1)
    command = await honest.log.command("billing", "c", Add(amount=1))
    await honest.log.answer(command)
    assert [(each.what, each.number) for each in await honest.auditing(infra) if each.key == "c"] == [("otherwise", 1)]


async def test_what_was_lost_on_its_way_is_missing_and_what_still_waits_is_not(infra: Infra, install: Install) -> None:
    place = await install()
    async with running(SERVICE, place.settings):
        await place.log.answer(await place.log.command("billing", "d", Add(amount=1)))
    await place.fetch("UPDATE aggregates SET version = 4 WHERE key = 'd'")
    waiting = replace(place.log.envelope("billing", "d", Added), version=3)
    connection = await connect(place.settings)
    await outbox.insert(connection, place.settings.topic("events"), waiting, Added(amount=1, total=2).body())
    await connection.close()
    assert [(each.what, each.key, each.number) for each in await place.auditing(infra)] == [("missing", "d", 4)]


async def test_the_operator_reads_what_differs_and_the_command_fails(
    infra: Infra, honest: SampleInstallation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await forge(honest, "told", 7)
    await eventually(lambda: honest.log.messages(key="told"))
    for name, value in infra.environment("auditor", honest.settings.topic_prefix, honest.settings.database).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="au nom de billing"):
        await asyncio.to_thread(run, SERVICE, FRENCH, ["audit"])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "  told  " in line]
    assert Added.TYPE in line and "la base de données ne l’a jamais dit" in line
