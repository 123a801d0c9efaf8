"""Where a service stands is in its database: what is restored is read again, what FastStream loses comes back, what cannot be is said."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from faststream import BaseMiddleware
from faststream.kafka import KafkaBroker

from chassis import process
from chassis.db import Connection
from chassis.engine.batch import Batch, Engine
from chassis.lifetime import Lifetime
from chassis.reading import faststream
from chassis.reading.consumer import Consumer
from chassis.trouble import Trouble
from tests.chassis.conftest import Install, SampleInstallation, alarms
from tests.chassis.sample import SERVICE, Add, Poked
from tests.forks import Forked, python_m
from tests.log import eventually
from tests.running import Process, running

AT = "tests.chassis.sample:SERVICE"
Start = Callable[[dict[str, str]], Forked]


async def own(installation: SampleInstallation) -> list[tuple[str, int, str, str]]:
    """What the service said: key, version, id, type."""
    envelopes = [envelope for envelope, _ in await installation.log.messages() if envelope.source == "billing"]
    return [(envelope.key, envelope.version, str(envelope.id), envelope.type) for envelope in envelopes]


async def has_said(installation: SampleInstallation, count: int) -> bool:
    return len(await own(installation)) >= count


async def test_a_database_that_was_lost_comes_back_from_the_log_and_says_nothing_twice(install: Install) -> None:
    installation = await install()
    async with running(SERVICE, installation.settings):
        for number in range(20):
            await installation.log.command("billing", f"a{number % 7}", Add(amount=1))
        await eventually(lambda: has_said(installation, 40))
    said, states = await own(installation), await installation.fetch("SELECT * FROM aggregates ORDER BY key")
    await installation.fetch("TRUNCATE aggregates, seen, positions, outbox")
    async with running(SERVICE, installation.settings):
        assert await installation.fetch("SELECT * FROM aggregates ORDER BY key") == states
        await installation.log.publish("events", installation.log.envelope("surveys", "a0", Poked), Poked())
        await eventually(lambda: installation.fetch("SELECT 1 FROM pokes"))
    assert len(said) == 40
    assert await own(installation) == said


async def test_own_events_that_nothing_on_the_log_explains_stop_the_process_with_a_sentence(install: Install) -> None:
    installation = await install()
    async with running(SERVICE, installation.settings):
        await installation.log.answer(await installation.log.command("billing", "a", Add(amount=1)))
    await installation.fetch("UPDATE aggregates SET version = version - 1")
    await installation.fetch("DELETE FROM positions WHERE topic = $1", installation.settings.topic("events"))
    before = alarms("own-events-ahead")
    with pytest.raises(Trouble, match=r"number 2 of a .*no longer there.*Restore a later backup"):
        async with running(SERVICE, installation.settings):
            pass
    assert alarms("own-events-ahead") > before


async def test_a_process_under_which_the_database_goes_back_ends_with_a_sentence(install: Install) -> None:
    installation = await install()
    with pytest.raises(Trouble, match="went back under the running process"):
        async with Lifetime() as lifetime:
            ready = asyncio.Event()
            running_one = asyncio.create_task(process.Process(SERVICE, installation.settings, lifetime).run(ready.set))
            await ready.wait()
            await installation.log.answer(await installation.log.command("billing", "a", Add(amount=1)))
            await installation.fetch("TRUNCATE aggregates, seen, positions, outbox")
            await installation.log.command("billing", "a", Add(amount=1))
            await running_one


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """FastStream can lose a batch without a word; here it loses every third, and the last ones before it falls idle."""
    calls = count()

    class Forgetful(BaseMiddleware[Any, Any]):
        async def consume_scope(self, call_next: Any, msg: Any) -> Any:
            return await call_next(msg) if next(calls) % 3 else None

    def make_broker(*arguments: Any) -> KafkaBroker:
        broker = faststream.make_broker(*arguments)
        broker.add_middleware(Forgetful)
        return broker

    monkeypatch.setattr(process, "make_broker", make_broker)


async def spread(installation: SampleInstallation) -> UUID:
    """Forty commands, one after the other, so that they come in many batches; the last one."""
    for number in range(40):
        last = await installation.log.command("billing", f"b{number % 7}", Add(amount=1))
        await asyncio.sleep(0.02)
    return last


@pytest.mark.usefixtures("forgetful")
async def test_batches_that_are_swallowed_come_back(install: Install) -> None:
    installation = await install()
    async with running(SERVICE, installation.settings):
        await installation.log.answer(await spread(installation))
        await eventually(lambda: installation.fetch("SELECT 1 FROM aggregates HAVING sum((state->>'total')::int) = 40"))


@pytest.mark.usefixtures("forgetful")
async def test_without_the_look_for_gaps_they_are_lost(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same, with every batch taken as it comes, and nobody who looks after an idle consumer."""
    apply = Engine.apply

    async def trusting(self: Engine, connection: Connection, batch: Batch) -> Any:
        ranges = {partition: replace(offsets, first=0) for partition, offsets in batch.ranges.items()}
        return await apply(self, connection, Batch(batch.messages, ranges))

    async def nobody(*_: object) -> None:
        return None

    monkeypatch.setattr(Engine, "apply", trusting)
    monkeypatch.setattr(Consumer, "watch", nobody)
    installation = await install()
    async with running(SERVICE, installation.settings):
        await spread(installation)
        await asyncio.sleep(1)
    (row,) = await installation.fetch("SELECT sum((state->>'total')::int) AS total FROM aggregates")
    assert row["total"] < 40


async def how_often_answered(installation: SampleInstallation, dying: Start, living: Start) -> tuple[int, int]:
    """How often two commands are answered: one that a process dies with, and one that the next process finds."""
    environment = {**installation.environment, "SESAME_REPLICA": "1"}
    first = await installation.log.command("billing", "k", Add(amount=1))
    code, said = await dying(environment).ended(60)
    assert code == -9, said
    second = await installation.log.command("billing", "k", Add(amount=1))
    process = living(environment)
    await installation.log.answer(second)
    await process.stop()
    return len(await installation.log.answers(first)), len(await installation.log.answers(second))


async def test_a_command_that_a_process_died_with_is_done_by_the_next(install: Install) -> None:
    dying, living = partial(Process, AT, die_at="written"), partial(Process, AT)
    assert await how_often_answered(await install(), dying, living) == (1, 1)


async def test_acknowledged_first_and_without_positions_it_is_lost(install: Install) -> None:
    """The control: FastStream's default."""

    def careless(*arguments: str) -> Start:
        return lambda environment: Forked(python_m, "tests.chassis.careless", *arguments, environment=environment)

    assert await how_often_answered(await install(), careless("--dies"), careless()) == (0, 1)


async def test_a_log_that_was_made_anew_stops_the_process(install: Install) -> None:
    installation = await install()
    topic = installation.settings.topic("events")
    await installation.fetch("""INSERT INTO positions (topic, partition, "offset") VALUES ($1, 3, 12)""", topic)
    with pytest.raises(Trouble, match="it was made anew"):
        async with asyncio.timeout(20), Lifetime() as lifetime:
            await process.Process(SERVICE, installation.settings, lifetime).run()


async def test_records_that_expired_are_passed_over(install: Install) -> None:
    installation = await install()
    first = await installation.log.command("billing", "c", Add(amount=1))
    await installation.log.command("billing", "c", Add(amount=1))
    second = await installation.log.command("billing", "c", Add(amount=1))
    topic = installation.settings.topic("billing.commands")
    (partition,) = {record.partition for record in await installation.log.records("billing.commands", "c")}
    await installation.log.delete_before(topic, partition, 2)
    async with running(SERVICE, installation.settings):
        assert (await installation.log.answer(second)).faults == ()
    assert await installation.log.answers(first) == []
