"""One suite for every service: what Kafka and crashes do to a story never changes how it ends."""

import asyncio

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
from tests.log import eventually
from tests.messages.playing import Installation, Outcome, at_once, installed, interleaved, is_command, performed
from tests.messages.samples import SAMPLES, Said, Sample
from tests.running import STEPS, Process

STORIES = 2
ALIKE = pytest.mark.parametrize("sample", ["purses", "billing"], indirect=True)
"""What chassis does for all alike: shown with its own small service, and with the one that strangers write to."""
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


@pytest_asyncio.fixture(scope="session", params=SAMPLES)
async def sample(request: pytest.FixtureRequest) -> Sample:
    return SAMPLES[request.param]


@pytest_asyncio.fixture(scope="session")
async def calm(infra: Infra, sample: Sample) -> Outcome:
    """How the stories end when nothing goes wrong: one after the other, each message once."""
    async with performed(infra, sample) as installation:
        for number in range(STORIES):
            await installation.play(sample.story(number))
        assert set((await installation.answered()).values()) == {1}
        outcome = await installation.outcome()
    assert outcome["parked"] == 0
    return outcome


def stories(sample: Sample) -> list[list[Said]]:
    return [list(sample.story(number)) for number in range(STORIES)]


def may_come_twice(sample: Sample, said: Said) -> bool:
    return sample.once_more_is_said or not isinstance(said.message, bytes)


async def tell_each_twice(installation: Installation) -> None:
    """All stories at once; what was told is told again as soon as it has been handled, whatever the other stories do meanwhile."""

    async def again(said: Said) -> None:
        if may_come_twice(installation.sample, said):
            await installation.send_again(*next(record for record in installation.records if record[0] is said))

    await at_once(installation, interleaved(stories(installation.sample), 1), again)
    await installation.settle()


async def test_each_message_sent_twice_counts_once_and_is_answered_once(infra: Infra, sample: Sample, calm: Outcome) -> None:
    async with performed(infra, sample) as installation:
        await tell_each_twice(installation)
        assert set((await installation.answered()).values()) == {1}
        assert await installation.outcome() == calm


async def test_without_the_numbers_that_were_seen_messages_count_twice(infra: Infra, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nothing is dropped."""

    async def nothing_seen(*_: object) -> dict[tuple[str, str], int]:
        return {}

    monkeypatch.setattr(tables, "seen_versions", nothing_seen)
    async with performed(infra, SAMPLES["purses"]) as installation:
        await tell_each_twice(installation)
        assert set((await installation.answered()).values()) != {1}


async def tell_commands_first(installation: Installation) -> list[bool]:
    """Wherever an event stands right before a command, the command goes first, with `after`; of each, whether it waited."""
    waited = []
    for number in range(STORIES):
        story = list(installation.sample.story(number))
        while story:
            said = story.pop(0)
            if said.topic == EVENTS and story and is_command(story[0]):
                waited.append(await _swapped(installation, said, story.pop(0)))
            else:
                await installation.send(said)
            await installation.settle()
    return waited


async def _swapped(installation: Installation, event: Said, command: Said) -> bool:
    # A record of nobody's shows where the next one of its key will stand: nothing else is being written there now.
    here = await installation.log.send(EVENTS, event.key.encode(), [("ce_type", b"nobody.said.v1")], b"")
    ahead = Position(here.topic, here.partition, here.offset + 1)
    place = await installation.send(command, after=[ahead])
    await asyncio.sleep(0.3)
    waits = not await installation.is_past(place)
    assert await installation.send(event) == ahead or not waits
    return waits


async def test_a_command_whose_after_is_ahead_waits_and_ends_the_same(infra: Infra, sample: Sample, calm: Outcome) -> None:
    async with performed(infra, sample) as installation:
        waited = await tell_commands_first(installation)
        assert waited, "the story has no event right before a command"
        assert all(waited)
        assert await installation.outcome() == calm


async def test_without_the_wait_a_command_is_decided_too_early(infra: Infra, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nobody waits."""

    async def nobody(*_: object) -> None:
        return None

    monkeypatch.setattr(After, "wait", nobody)
    async with performed(infra, SAMPLES["purses"]) as installation:
        assert not all(await tell_commands_first(installation))


async def test_a_poisoned_message_parks_its_key_only_until_it_is_released(
    infra: Infra, sample: Sample, calm: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with performed(infra, sample) as installation:
        story = list(sample.story(0))
        middle = next(place for place, said in enumerate(story) if place >= len(story) // 2 and is_command(said))
        await installation.play(story[:middle])
        poison = story[middle]
        assert isinstance(poison.message, Message)
        await installation.log.send(poison.topic, poison.key.encode(), [("ce_type", poison.message.TYPE.encode()), ("ce_id", None)], b"{")
        await at_once(installation, interleaved([story[middle:], *stories(sample)[1:]], 3))
        await installation.settle()
        others = {said.key for number in range(1, STORIES) for said in sample.story(number)}
        outcome = await installation.outcome()
        assert outcome["parked"] > 1
        for what, value in calm.items():
            if any(what.endswith(f" of {key}") for key in others):
                assert outcome[what] == value, what
        for name, value in installation.environment.items():
            monkeypatch.setenv(name, value)
        first, *_ = await installation.fetch("SELECT id FROM parked WHERE error IS NOT NULL ORDER BY id")
        await asyncio.to_thread(run, installation.service, FRENCH, ["parked", "discard", str(first["id"])])
        while rows := await installation.fetch("SELECT keys FROM parked ORDER BY id LIMIT 1"):
            await asyncio.to_thread(run, installation.service, FRENCH, ["parked", "replay", rows[0]["keys"][0]])
        await installation.settle()
        assert await installation.outcome() == calm


@ALIKE
async def test_garbage_on_every_topic_changes_nothing(infra: Infra, sample: Sample, calm: Outcome) -> None:
    async with performed(infra, sample) as installation:
        for topic in [subscription.topic for subscription in installation.service.subscriptions]:
            kind = next((said.message.TYPE for said in sample.story(0) if said.topic == topic and isinstance(said.message, Message)), "?")
            for number, (headers, body) in enumerate(GARBAGE):
                named = [(name, kind.encode() if value == b"KIND" else value) for name, value in headers]
                place = await installation.log.send(topic, f"garbage-{topic}-{number}".encode(), named, body)
                installation.sent[place.topic, place.partition] = place.offset
        await at_once(installation, interleaved(stories(sample), 4))
        await installation.settle()
        outcome = {what: value for what, value in (await installation.outcome()).items() if "garbage-" not in what}
        assert outcome.pop("parked") > 0
        assert outcome == {what: value for what, value in calm.items() if what != "parked"}


async def test_kill_9_between_any_two_steps_loses_nothing(infra: Infra, sample: Sample, calm: Outcome) -> None:
    async with installed(infra, sample) as installation:
        playing = asyncio.create_task(at_once(installation, interleaved(stories(sample), 5)))
        for step in STEPS:
            process = Process(sample.at, installation.environment, step)
            code, said = await process.ended(60)
            assert code == -9, f"{step}: {said}"
        process = Process(sample.at, installation.environment)
        await playing
        await installation.settle()
        assert (await process.stop())[0] in (0, -15)  # a short story is over before the last process listens to signals
        assert await installation.outcome() == calm


@ALIKE
async def test_two_replicas_of_which_one_dies_end_the_same(infra: Infra, sample: Sample, calm: Outcome) -> None:
    async with installed(infra, sample) as installation:
        first, second = (Process(sample.at, {**installation.environment, "SESAME_REPLICA": name}) for name in ("1", "2"))
        half = sum(len(story) for story in stories(sample)) // 2
        playing = asyncio.create_task(at_once(installation, interleaved(stories(sample), 6)))
        await eventually(lambda: installation.has_sent(half), 60)
        first.kill()
        first = Process(sample.at, {**installation.environment, "SESAME_REPLICA": "1"})
        await playing
        await installation.settle(60)
        for process in (first, second):
            await process.stop()
        assert await installation.outcome() == calm
