"""Where a service stands is in its database: what is restored is read again, what FastStream loses comes back, what cannot be is said."""

import asyncio
from typing import Any

import pytest

from chassis import consume, metrics
from chassis.batch import Span
from chassis.runtime import Runtime
from chassis.testing import Process, eventually, running
from chassis.trouble import Trouble
from tests.chassis.conftest import Install, Place
from tests.chassis.sample import SERVICE, Add, Poked


async def own(place: Place) -> list[tuple[str, int, str, str]]:
    """What the service said: key, version, id, type."""
    found = [envelope for envelope, _ in await place.log.messages() if envelope.source == "billing"]
    return [(envelope.key, envelope.version, str(envelope.id), envelope.type) for envelope in found]


async def has_said(place: Place, count: int) -> bool:
    return len(await own(place)) >= count


async def test_a_restored_database_reads_on_from_where_it_stands_and_says_the_same_again(install: Install) -> None:
    place = await install()
    async with running(SERVICE, place.settings):
        for number in range(20):
            await place.log.command("billing", f"a{number % 7}", Add(amount=1))
        await eventually(lambda: has_said(place, 40))
    said = await own(place)
    await place.fetch("TRUNCATE aggregates, seen, positions, outbox")
    async with running(SERVICE, place.settings):
        await eventually(lambda: has_said(place, 80))
        await place.log.publish("events", place.log.envelope("surveys", "a0", Poked), Poked())
        await eventually(lambda: place.fetch("SELECT 1 FROM pokes"))
    assert len(said) == 40
    assert sorted(await own(place)) == sorted(said * 2)


async def test_own_events_that_the_database_never_counted_are_an_alarm(install: Install) -> None:
    place = await install()
    async with running(SERVICE, place.settings):
        await place.log.answer(await place.log.command("billing", "a", Add(amount=1)))
    await place.fetch("UPDATE aggregates SET version = version - 1")
    await place.fetch("DELETE FROM positions WHERE topic = $1", place.settings.topic("events"))
    alarms = metrics.ALARMS.labels("billing", "own-events-ahead")
    before = alarms._value.get()
    async with running(SERVICE, place.settings):
        await eventually(lambda: _rose(alarms, before))


async def _rose(alarms: Any, before: float) -> bool:
    return bool(alarms._value.get() > before)


async def test_batches_that_are_swallowed_come_back(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """FastStream can lose a batch without a word; here it loses every third, and the last ones before it falls idle."""
    calls = 0
    handle = consume.Consumer._handle

    async def forgetful(self: consume.Consumer, records: Any) -> None:
        nonlocal calls
        calls += 1
        if calls % 3:
            await handle(self, records)

    monkeypatch.setattr(consume.Consumer, "_handle", forgetful)
    place = await install()
    async with running(SERVICE, place.settings):
        for number in range(40):
            last = await place.log.command("billing", f"b{number % 7}", Add(amount=1))
            await asyncio.sleep(0.02)
        await place.log.answer(last)
        await eventually(lambda: place.fetch("SELECT 1 FROM aggregates HAVING sum((state->>'total')::int) = 40"))


async def test_without_the_look_for_gaps_they_are_lost(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same, with every batch taken as it comes."""
    calls = 0
    handle, spans = consume.Consumer._handle, consume.Consumer._spans

    async def forgetful(self: consume.Consumer, records: Any) -> None:
        nonlocal calls
        calls += 1
        if calls % 3:
            await handle(self, records)

    def trusting(self: consume.Consumer, records: Any) -> Any:
        return {place: Span(span.first, span.last, True) for place, span in spans(self, records).items()}

    async def heal(*_: object) -> None:
        return None

    monkeypatch.setattr(consume.Consumer, "_handle", forgetful)
    monkeypatch.setattr(consume.Consumer, "_spans", trusting)
    monkeypatch.setattr(consume.Consumer, "_heal", heal)
    place = await install()
    async with running(SERVICE, place.settings):
        for number in range(40):
            await place.log.command("billing", f"b{number % 7}", Add(amount=1))
            await asyncio.sleep(0.02)
        await asyncio.sleep(1)
    (row,) = await place.fetch("SELECT sum((state->>'total')::int) AS total FROM aggregates")
    assert row["total"] < 40


async def answers_before_and_after_kill_9(place: Place, at: str) -> tuple[int, int]:
    """How often two commands are answered: one that a process dies with, and one that the next process finds."""
    environment = {**place.environment, "SESAME_REPLICA": "1"}
    first = await place.log.command("billing", "k", Add(amount=1))
    code, said = await Process(at, environment, "written").ended(60)
    assert code == -9, said
    second = await place.log.command("billing", "k", Add(amount=1))
    process = Process(at, environment)
    await place.log.answer(second)
    await process.stop()
    return len(await place.log.answers(first)), len(await place.log.answers(second))


async def test_a_command_that_a_process_died_with_is_done_by_the_next(install: Install) -> None:
    assert await answers_before_and_after_kill_9(await install(), "tests.chassis.sample:SERVICE") == (1, 1)


async def test_acknowledged_first_and_without_positions_it_is_lost(install: Install) -> None:
    """The control: FastStream's default."""
    assert await answers_before_and_after_kill_9(await install(), "tests.chassis.careless:SERVICE") == (0, 1)


async def test_a_log_that_was_made_anew_stops_the_process(install: Install) -> None:
    place = await install()
    topic = place.settings.topic("events")
    await place.fetch("""INSERT INTO positions (topic, partition, "offset") VALUES ($1, 3, 12)""", topic)
    with pytest.raises(Trouble, match="il a été recréé"):
        await asyncio.wait_for(Runtime(SERVICE, place.settings).run(), 20)


async def test_records_that_expired_are_passed_over(install: Install) -> None:
    place = await install()
    first = await place.log.command("billing", "c", Add(amount=1))
    await place.log.command("billing", "c", Add(amount=1))
    second = await place.log.command("billing", "c", Add(amount=1))
    topic = place.settings.topic("billing.commands")
    (partition,) = {record.partition for record in await place.log.records("billing.commands", "c")}
    await place.log.delete_before(topic, partition, 2)
    async with running(SERVICE, place.settings):
        assert (await place.log.answer(second)).faults == ()
    assert await place.log.answers(first) == []
