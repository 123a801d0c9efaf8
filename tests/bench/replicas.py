"""One, two and three replicas of each service: how much more they handle, at what cost, and how long reading pauses as they come and go.

Each service gets whole lives of actions at once (the stories of tests/messages), the same number for every number of replicas, and is done
when all is handled and said. Every command must have been answered once.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from itertools import pairwise
from time import monotonic

import asyncpg
from aiokafka import TopicPartition

from chassis.migrate import migrate
from chassis.settings import EVENTS
from contracts.envelope import Position
from gateway.settings import GatewaySettings
from gateway.worker.service import service as worker
from tests.infra import free_port, local
from tests.log import eventually
from tests.messages.playing import Installation, installed, is_command
from tests.messages.samples import SAMPLES, Said
from tests.running import Process

from . import cpu
from .entries import Ours, sides
from .row import Result

SERVICES = ("identity", "actions", "declarations", "billing", "surveys")
MOST = 3
LOOK = 0.02
"""Seconds between two looks at how far a service has read."""
LONGEST = 300.0


@dataclass
class Turn:
    """What so many replicas did with a backlog."""

    messages: int
    seconds: float
    cpu: float
    """Seconds of the replicas alone."""
    memory: int
    """Bytes of the largest."""

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds


@dataclass
class Replicas:
    """Those of one service that run now."""

    installation: Installation
    running: dict[str, tuple[Process, int]] = field(default_factory=dict)

    async def start(self, name: str) -> None:
        """Another, until it is ready: it has its partitions, or knows that others have them all."""
        port = free_port()
        environment = {**self.installation.environment, "SESAME_REPLICA": name, "SESAME_HEALTH_PORT": str(port)}
        self.running[name] = Process(self.installation.sample.at, environment), port
        await eventually(lambda: asyncio.to_thread(_ready, port), 60)

    async def stop(self, name: str) -> None:
        """In good order."""
        process, _ = self.running.pop(name)
        await process.stop()

    def kill(self, name: str) -> None:
        """As when its machine is gone."""
        process, _ = self.running.pop(name)
        process.kill()

    @property
    def pids(self) -> list[int]:
        return [process.pid for process, _ in self.running.values()]


def _ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


async def measure(short: bool) -> list[Result]:
    """A row for each service, and one about joining and leaving."""
    stories = 10 if short else 60
    results = []
    with local(12, durable=True) as infra:
        for name in SERVICES:
            async with installed(infra, SAMPLES[name]) as installation:
                turns = [
                    await _turn(installation, number, range((number - 1) * stories, number * stories)) for number in range(1, MOST + 1)
                ]
                await _all_answered_once(installation)
            results.append(_scaled(name, turns, "messages of whole lives of actions at once, every command answered once"))
        async with installed(infra, SAMPLES["declarations"]) as installation:
            results.append(await _moved(installation, 6 * stories))
            await _all_answered_once(installation)
    results.append(_scaled("gateway worker", await _views(short), "events of hour entries, folded into views that are empty"))
    return results


async def _turn(installation: Installation, number: int, numbers: range) -> Turn:
    """So many replicas from nothing, with a backlog of their own."""
    replicas = Replicas(installation)
    for each in range(number):
        await replicas.start(str(each))
    stories = [installation.sample.story(story) for story in numbers]
    before, began = cpu.used(replicas.pids), monotonic()
    await _send(installation, stories)
    await installation.settle(LONGEST)
    seconds, used = monotonic() - began, cpu.used(replicas.pids) - before
    held = max(map(cpu.memory, replicas.pids))
    for each in list(replicas.running):
        await replicas.stop(each)
    return Turn(sum(map(len, stories)), seconds, used, held)


async def _send(installation: Installation, stories: Sequence[Sequence[Said]]) -> None:
    """All at once, each in its order: a command waits for what its author had seen, what others say of it until it is handled."""

    async def tell(story: Sequence[Said]) -> None:
        seen: list[Position] = []
        asked: list[Position] = []
        for said in story:
            if is_command(said):
                asked = [await installation.send(said, seen)]
                continue
            for place in asked:
                await eventually(partial(installation.is_past, place), LONGEST)
            place, asked = await installation.send(said), []
            if said.topic == EVENTS:
                seen = [place]

    await asyncio.gather(*map(tell, stories))


async def _all_answered_once(installation: Installation) -> None:
    answered = await installation.answered()
    wrong = {command: times for command, times in answered.items() if times != 1}
    assert answered and not wrong, f"{len(wrong)} of {len(answered)} commands were not answered once"


async def _views(short: bool) -> list[Turn]:
    """What actions, entries and answers have left on the log, folded by so many workers, each time into another database."""
    turns = []
    async with sides(Ours) as (ours,):
        await ours.prepare()
        await ours.turn(600 if short else 6000)
        ends = await ours.ends(EVENTS)
        for number in range(1, MOST + 1):
            turns.append(await _folded(ours, ends, number))
    return turns


async def _folded(ours: Ours, ends: Mapping[TopicPartition, int], number: int) -> Turn:
    dsn = await ours.infra.fresh_database("gateway")
    environment = ours.infra.environment("gateway", ours.prefix, dsn)
    told = {name.removeprefix("SESAME_").lower(): value for name, value in environment.items()}
    await migrate(worker, GatewaySettings.model_validate(told))
    connection = await asyncpg.connect(dsn)

    async def left() -> int:
        rows = await connection.fetch('SELECT topic, partition, "offset" + 1 AS read FROM view.positions')
        reached = {TopicPartition(row["topic"], row["partition"]): row["read"] for row in rows}
        return sum(max(0, end - reached.get(place, 0)) for place, end in ends.items())

    async def has_begun() -> bool:
        return await left() < sum(ends.values())

    async def has_ended() -> bool:
        return not await left()

    processes = [Process("gateway.worker.service:service", {**environment, "SESAME_REPLICA": str(each)}) for each in range(number)]
    pids = [process.pid for process in processes]
    await eventually(has_begun, 60)
    begun, before, messages = monotonic(), cpu.used(pids), await left()
    await eventually(has_ended, LONGEST)
    turn = Turn(messages, monotonic() - begun, cpu.used(pids) - before, max(map(cpu.memory, pids)))
    for process in processes:
        await process.stop()
    await connection.close()
    return turn


def _scaled(name: str, turns: Sequence[Turn], what: str) -> Result:
    one, *more = turns
    ratios = ", ".join(f"{turn.rate / one.rate:.2f} ×" for turn in more)
    rates = ", ".join(f"{number}: {turn.rate:.0f} /s" for number, turn in enumerate(turns, 1))
    cost = ", ".join(f"{1000 * turn.cpu / turn.messages:.2f} ms" for turn in turns)
    held = ", ".join(f"{turn.memory / 1e6:.0f} MB" for turn in turns)
    return Result(
        f"{name}, 2 and 3 replicas",
        ratios,
        "2 > 1",
        more[0].rate > one.rate,
        f"{rates}; CPU of a message in the replicas {cost}; the largest holds {held}",
        f"{one.messages} {what}",
    )


async def _moved(installation: Installation, stories: int) -> Result:
    """How long nothing is handled while replicas join, leave and die, with a backlog before them."""
    replicas, progress = Replicas(installation), Progress(installation)
    await replicas.start("0")
    sending = asyncio.create_task(_send(installation, [installation.sample.story(story) for story in range(stories)]))
    looking = asyncio.create_task(progress.look())
    longest = {}
    longest["as it goes"] = await progress.longest(3)
    longest["one joins"] = await progress.longest(5, replicas.start("1"))
    longest["another joins"] = await progress.longest(5, replicas.start("2"))
    longest["one leaves"] = await progress.longest(5, replicas.stop("2"))
    replicas.kill("1")
    longest["one is killed"] = await progress.longest(9)
    await sending
    await installation.settle(LONGEST)
    looking.cancel()
    for name in list(replicas.running):
        await replicas.stop(name)
    said = ", ".join(f"{what} {seconds:.1f} s" for what, seconds in longest.items())
    return Result(
        "declarations, replicas come and go",
        f"{max(longest.values()):.1f} s",
        "≤ 10 s",
        max(longest.values()) <= 10,
        f"longest pause: {said}",
        f"no record handled, looked at every {1000 * LOOK:.0f} ms, with {stories} lives of actions waiting; every command answered once",
    )


@dataclass
class Progress:
    """When a service has moved on."""

    installation: Installation
    moved: list[float] = field(default_factory=list)

    async def look(self) -> None:
        """Until it is cancelled."""
        last = -1
        while True:
            (row,) = await self.installation.fetch('SELECT coalesce(sum("offset"), 0)::bigint AS far FROM positions')
            if row["far"] != last:
                last = row["far"]
                self.moved.append(monotonic())
            await asyncio.sleep(LOOK)

    async def longest(self, seconds: float, change: Awaitable[None] | None = None) -> float:
        """The longest time without a move while something changes and so many seconds after."""
        began = monotonic()
        if change:
            await change
        await asyncio.sleep(seconds)
        moves = [began, *(moment for moment in self.moved if moment >= began), monotonic()]
        return max(later - earlier for earlier, later in pairwise(moves))
