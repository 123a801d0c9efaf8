"""A command waits until its service has read what its author saw (`after`)."""

import asyncio
from time import monotonic
from typing import Any
from uuid import UUID

import pytest

from chassis.engine.batch import Engine
from chassis.reading import faststream
from chassis.reading.after import After
from contracts.envelope import Position
from tests.chassis.conftest import Install, SampleInstallation, alarms
from tests.chassis.sample import SERVICE, Add, Ask, Asked, Poked, Write
from tests.log import eventually
from tests.running import running


async def end_of(installation: SampleInstallation, key: str) -> Position:
    """Where the next event of `key` will stand."""
    here = await installation.log.publish("events", installation.log.envelope("nobody", key, Asked), Asked())
    return Position(here.topic, here.partition, here.offset + 1)


async def asked(installation: SampleInstallation, key: str) -> list[int]:
    """How many pokes each ask knew of."""
    said = [(envelope, body) for envelope, body in await installation.log.messages(key=key)]
    return [Asked.parse(body).pokes for envelope, body in said if envelope.type == Asked.TYPE and envelope.source == "billing"]


async def test_a_command_waits_for_the_event_that_its_author_saw(served: SampleInstallation) -> None:
    ahead = await end_of(served, "a")
    await served.log.command("billing", "a", Ask(), after=[ahead])
    await asyncio.sleep(1)
    assert await asked(served, "a") == []
    assert (await served.log.publish("events", served.log.envelope("surveys", "a", Poked), Poked())) == ahead
    assert await eventually(lambda: asked(served, "a")) == [1]


async def test_without_the_wait_a_command_overtakes_what_its_author_saw(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the wait taken out, the same history ends otherwise."""

    async def nobody(*_: object) -> None:
        return None

    monkeypatch.setattr(After, "wait", nobody)
    installation = await install()
    async with running(SERVICE, installation.settings):
        ahead = await end_of(installation, "a")
        await installation.log.command("billing", "a", Ask(), after=[ahead])
        assert await eventually(lambda: asked(installation, "a"), 5) == [0]


async def test_a_waiting_command_holds_up_no_event(served: SampleInstallation) -> None:
    ahead = await end_of(served, "b")
    waiting = await served.log.command("billing", "b", Write(), after=[ahead])
    other = served.log.envelope("surveys", "b2", Poked)
    await served.log.publish("events", other, Poked())
    await eventually(lambda: served.fetch("SELECT 1 FROM pokes WHERE key = 'b2'"))
    assert await served.log.answers(waiting) == []
    await served.log.publish("events", served.log.envelope("surveys", "b", Poked), Poked())
    await served.log.answer(waiting)


async def test_a_place_past_the_end_is_waited_for_two_seconds_with_an_alarm(served: SampleInstallation) -> None:
    ahead = await end_of(served, "c")
    before, started = alarms("after-past-end"), monotonic()
    command = await served.log.command("billing", "c", Write(), after=[Position(ahead.topic, ahead.partition, ahead.offset + 1_000)])
    assert (await served.log.answer(command)).faults == ()
    assert 1.9 < monotonic() - started < 6
    assert alarms("after-past-end") == before + 1


@pytest.mark.parametrize(
    "nonsense", [("elsewhere", 0, 10**30), ("events", 99, 5), ("events", -1, 5), ("events", 0, -7), ("billing.commands", 0, 0)]
)
async def test_nonsense_makes_nobody_wait(served: SampleInstallation, nonsense: tuple[str, int, int]) -> None:
    topic, partition, offset = nonsense
    started = monotonic()
    places = [Position(served.settings.topic(topic), partition, offset)]
    command: UUID = await served.log.command("billing", f"d{nonsense}", Write(), after=places)
    assert (await served.log.answer(command)).faults == ()
    assert monotonic() - started < 1.9


async def test_a_waiting_command_gives_way_when_the_process_stops(install: Install) -> None:
    installation = await install()
    async with running(SERVICE, installation.settings):
        ahead = await end_of(installation, "e")
        command = await installation.log.command("billing", "e", Write(), after=[ahead])
        await asyncio.sleep(0.5)
        stopping = monotonic()
    assert monotonic() - stopping < 5
    await installation.log.publish("events", installation.log.envelope("surveys", "e", Poked), Poked())
    async with running(SERVICE, installation.settings):
        assert (await installation.log.answer(command)).faults == ()


async def test_what_comes_to_a_busy_reader_waits_for_no_poll_of_kafka(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first is handled the second comes, and the third once the second was taken: it is in no poll that had begun before."""
    handle = Engine.apply

    async def slowly(*arguments: Any) -> Any:
        await asyncio.sleep(0.3)
        return await handle(*arguments)

    monkeypatch.setattr(Engine, "apply", slowly)
    monkeypatch.setattr(faststream, "LONGEST_POLL", 3_000)
    installation = await install()
    async with running(SERVICE, installation.settings):
        await installation.log.command("billing", "busy", Add(amount=1))
        await asyncio.sleep(0.2)
        await installation.log.command("billing", "busy", Add(amount=1))
        await asyncio.sleep(0.25)
        began = monotonic()
        await installation.log.answer(await installation.log.command("billing", "busy", Add(amount=1)))
        assert monotonic() - began < 2.5
