"""The auditor: what somebody else wrote in a service's name, and what was lost, is found by comparing the log with the database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio

from auditor import Promise
from chassis import outbox
from chassis.db import connect
from contracts.envelope import Envelope
from tests.chassis.conftest import Install, SampleInstallation
from tests.chassis.sample import SERVICE, Add, Added, Poked
from tests.infra import Infra
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
    return f"events-{position.partition}@{position.offset}"


async def test_log_and_database_agree_of_what_the_service_said_itself(infra: Infra, honest: SampleInstallation) -> None:
    assert await honest.auditing(infra) == []


async def test_a_message_that_was_sent_again_is_no_difference(infra: Infra, honest: SampleInstallation) -> None:
    record = (await honest.log.records("events", "a"))[-2]
    assert await honest.log.send("events", b"a", record.headers, record.value)
    assert await honest.auditing(infra) == []


@pytest.mark.parametrize(
    ("key", "version"),
    [("a", 99), ("nobody", 1), ("b", 0), ("b", 2)],
    ids=["a number to come", "a key of nobody's", "no number", "a number that was given"],
)
async def test_a_forged_event_is_found(infra: Infra, honest: SampleInstallation, key: str, version: int) -> None:
    place = await forge(honest, key, version)
    found = [finding for finding in await honest.auditing(infra) if place in finding.what]
    assert {(finding.promise, finding.about) for finding in found} == {(Promise.VERSIONS, key)}
    assert all(f"numéro {version}" in finding.what for finding in found)


async def test_a_forged_event_that_took_the_next_number_is_found_once_the_service_says_its_own(
    infra: Infra, honest: SampleInstallation
) -> None:
    await forge(honest, "c", 1)
    command = await honest.log.command("billing", "c", Add(amount=1))
    await honest.log.answer(command)
    (finding,) = [finding for finding in await honest.auditing(infra) if finding.about == "c"]
    assert "deux choses sous le numéro 1" in finding.what


async def test_what_was_lost_on_its_way_is_missing_and_what_still_waits_is_not(infra: Infra, install: Install) -> None:
    place = await install()
    async with running(SERVICE, place.settings):
        await place.log.answer(await place.log.command("billing", "d", Add(amount=1)))
    await place.fetch("UPDATE aggregates SET version = 4 WHERE key = 'd'")
    waiting = replace(place.log.envelope("billing", "d", Added), version=3)
    connection = await connect(place.settings)
    await outbox.insert(connection, place.settings.topic("events"), waiting, Added(amount=1, total=2).body())
    await connection.close()
    (finding,) = await place.auditing(infra)
    assert (finding.promise, finding.about, finding.what) == (Promise.VERSIONS, "d", "le numéro 4 de billing manque")
