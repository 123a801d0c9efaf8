"""One suite for every service: what Kafka, crashes and strangers do to a story never changes how it ends."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chassis.engine import tables
from chassis.process import run
from chassis.reading.after import After
from chassis.settings import EVENTS
from contracts.envelope import Position
from contracts.message import Message
from contracts.operators import FRENCH
from tests.infra import Infra
from tests.messages.playing import Outcome, Stage, Theatre, at_once, interleaved, is_command, performed
from tests.messages.samples import SAMPLES, Said, Sample
from tests.running import STEPS, Process

STORIES = 3
GARBAGE: list[tuple[list[tuple[str, bytes | None]], bytes | None]] = [
    ([], None),
    ([], b"garbage"),
    ([("ce_type", None)], b"{}"),
    ([("ce_type", b"\xff\xfe")], b"{}"),
    ([("ce_type", b"KIND")], b"{}"),
    ([("ce_type", b"KIND"), ("ce_id", None)], b"{}"),
    ([("ce_type", b"unknown.thing.v1"), ("ce_id", b"\xff")], b"{}"),
    ([("content-type", b"\xff"), ("x", None)], b"[" * 900_000),
]
pytestmark = pytest.mark.timeout(300)


@pytest_asyncio.fixture(scope="session")
async def theatre(infra: Infra) -> AsyncIterator[Theatre]:
    found = Theatre(infra)
    yield found
    await found.close()


@pytest_asyncio.fixture(scope="session", params=SAMPLES)
async def sample(request: pytest.FixtureRequest) -> Sample:
    return SAMPLES[request.param]


@pytest_asyncio.fixture(scope="session")
async def calm(theatre: Theatre, sample: Sample) -> Outcome:
    """How the stories end when nothing goes wrong: one after the other, each message once."""
    async with performed(theatre, sample) as stage:
        for number in range(STORIES):
            await stage.play(sample.story(number))
        assert set((await stage.answered()).values()) == {1}
        outcome = await stage.outcome()
    assert outcome["parked"] == 0
    return outcome


def stories(sample: Sample) -> list[list[Said]]:
    return [list(sample.story(number)) for number in range(STORIES)]


def may_come_twice(sample: Sample, said: Said) -> bool:
    return sample.once_more_is_said or not isinstance(said.message, bytes)


async def tell_each_twice(stage: Stage) -> None:
    for number in range(STORIES):
        for said in stage.sample.story(number):
            await stage.send(said)
            if may_come_twice(stage.sample, said):
                await stage.send_again(*stage.records[-1])
            await stage.settle()


async def test_each_message_sent_twice_counts_once_and_is_answered_once(theatre: Theatre, sample: Sample, calm: Outcome) -> None:
    async with performed(theatre, sample) as stage:
        await tell_each_twice(stage)
        assert set((await stage.answered()).values()) == {1}
        assert await stage.outcome() == calm


async def test_without_the_numbers_that_were_seen_messages_count_twice(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nothing is dropped."""

    async def nothing_seen(*_: object) -> dict[tuple[str, str], int]:
        return {}

    monkeypatch.setattr(tables, "seen_versions", nothing_seen)
    async with performed(theatre, SAMPLES["purses"]) as stage:
        await tell_each_twice(stage)
        assert set((await stage.answered()).values()) != {1}


async def test_topics_that_come_twice_and_interleaved_end_the_same(theatre: Theatre, sample: Sample, calm: Outcome) -> None:
    async with performed(theatre, sample) as stage:
        await at_once(stage, interleaved(stories(sample), 1))
        for said, envelope in list(stage.records):
            if may_come_twice(sample, said):
                await stage.send_again(said, envelope)
        await stage.settle()
        assert await stage.outcome() == calm


async def tell_commands_first(stage: Stage) -> list[bool]:
    """Wherever an event stands right before a command, the command goes first, with `after`; of each, whether it waited."""
    waited = []
    for number in range(STORIES):
        story = list(stage.sample.story(number))
        while story:
            said = story.pop(0)
            if said.topic == EVENTS and story and is_command(story[0]):
                waited.append(await _swapped(stage, said, story.pop(0)))
            else:
                await stage.send(said)
            await stage.settle()
    return waited


async def _swapped(stage: Stage, event: Said, command: Said) -> bool:
    # A record of nobody's shows where the next one of its key will stand: nothing else is being written there now.
    here = await stage.log.send(EVENTS, event.key.encode(), [("ce_type", b"nobody.said.v1")], b"")
    ahead = Position(here.topic, here.partition, here.offset + 1)
    place = await stage.send(command, after=[ahead])
    await asyncio.sleep(0.3)
    waits = not await stage.is_past(place)
    assert await stage.send(event) == ahead or not waits
    return waits


async def test_a_command_whose_after_is_ahead_waits_and_ends_the_same(theatre: Theatre, sample: Sample, calm: Outcome) -> None:
    async with performed(theatre, sample) as stage:
        waited = await tell_commands_first(stage)
        assert waited, "the story has no event right before a command"
        assert all(waited)
        assert await stage.outcome() == calm


async def test_without_the_wait_a_command_is_decided_too_early(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nobody waits."""

    async def nobody(*_: object) -> None:
        return None

    monkeypatch.setattr(After, "wait", nobody)
    async with performed(theatre, SAMPLES["purses"]) as stage:
        assert not all(await tell_commands_first(stage))


async def test_a_poisoned_message_parks_its_key_only_until_it_is_released(
    theatre: Theatre, sample: Sample, calm: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with performed(theatre, sample) as stage:
        story = list(sample.story(0))
        middle = next(place for place, said in enumerate(story) if place >= len(story) // 2 and is_command(said))
        await stage.play(story[:middle])
        poison = story[middle]
        assert isinstance(poison.message, Message)
        await stage.log.send(poison.topic, poison.key.encode(), [("ce_type", poison.message.TYPE.encode()), ("ce_id", None)], b"{")
        await at_once(stage, interleaved([story[middle:], *stories(sample)[1:]], 3))
        await stage.settle()
        others = {said.key for number in range(1, STORIES) for said in sample.story(number)}
        outcome = await stage.outcome()
        assert outcome["parked"] > 1
        for what, value in calm.items():
            if any(what.endswith(f" of {key}") for key in others):
                assert outcome[what] == value, what
        for name, value in stage.environment.items():
            monkeypatch.setenv(name, value)
        first, *_ = await stage.fetch("SELECT id FROM parked WHERE error IS NOT NULL ORDER BY id")
        await asyncio.to_thread(run, stage.service, FRENCH, ["parked", "discard", str(first["id"])])
        while rows := await stage.fetch("SELECT keys FROM parked ORDER BY id LIMIT 1"):
            await asyncio.to_thread(run, stage.service, FRENCH, ["parked", "replay", rows[0]["keys"][0]])
        await stage.settle()
        assert await stage.outcome() == calm


async def test_garbage_on_every_topic_changes_nothing(theatre: Theatre, sample: Sample, calm: Outcome) -> None:
    async with performed(theatre, sample) as stage:
        for topic in [subscription.topic for subscription in stage.service.subscriptions]:
            kind = next((said.message.TYPE for said in sample.story(0) if said.topic == topic and isinstance(said.message, Message)), "?")
            for number, (headers, body) in enumerate(GARBAGE):
                named = [(name, kind.encode() if value == b"KIND" else value) for name, value in headers]
                place = await stage.log.send(topic, f"garbage-{topic}-{number}".encode(), named, body)
                stage.sent[place.topic, place.partition] = place.offset
        await at_once(stage, interleaved(stories(sample), 4))
        await stage.settle()
        outcome = {what: value for what, value in (await stage.outcome()).items() if "garbage-" not in what}
        assert outcome.pop("parked") > 0
        assert outcome == {what: value for what, value in calm.items() if what != "parked"}


async def test_kill_9_between_any_two_steps_loses_nothing(theatre: Theatre, sample: Sample, calm: Outcome) -> None:
    stage = await theatre.stage(sample)
    environment = {**stage.environment, "SESAME_REPLICA": "1"}  # a name has its partitions back at once
    playing = asyncio.create_task(at_once(stage, interleaved(stories(sample), 5)))
    for step in STEPS:
        process = Process(sample.at, environment, step, times=2)
        code, said = await process.ended(60)
        assert code == -9, f"{step}: {said}"
    process = Process(sample.at, environment)
    await playing
    await stage.settle()
    assert (await process.stop())[0] in (0, -15)  # a short story is over before the last process listens to signals
    assert await stage.outcome() == calm


async def test_two_replicas_of_which_one_dies_end_the_same(theatre: Theatre, sample: Sample, calm: Outcome) -> None:
    stage = await theatre.stage(sample)
    first, second = (Process(sample.at, {**stage.environment, "SESAME_REPLICA": name}) for name in ("1", "2"))
    playing = asyncio.create_task(at_once(stage, interleaved(stories(sample), 6)))
    await asyncio.sleep(3)
    first.kill()
    first = Process(sample.at, {**stage.environment, "SESAME_REPLICA": "1"})
    await playing
    await stage.settle(60)
    for process in (first, second):
        await process.stop()
    assert await stage.outcome() == calm
