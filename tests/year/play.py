"""Plays a year on an installation that runs, from its present time on."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from time import monotonic

from chassis.settings import EVENTS
from clock.days import PARIS, day_of
from sesame_local import timeshift, topics
from sesame_local.demo import finance, portal
from sesame_local.demo.people import all_of
from sesame_local.demo.plan import Plan
from sesame_local.demo.play import one_after_another
from sesame_local.demo.timeline import Act, Day, history
from sesame_local.move import move
from sesame_local.place import Place
from sesame_local.supervise import Installation, Supervisor

from .people import Crowd, somebody
from .plans import MONTHS, TRAINEES, end_of, plans
from .processes import Watch

AT_ONCE = 100
"""Actions on which somebody does something at the same time. Each sends twenty commands on some days: with four times as many, 24,000
events waited for the portal, and who asked last waited for two minutes.
"""
CONNECTIONS = 24
"""To the portal's database: as many as three web processes have."""


@dataclass(frozen=True)
class Year:
    """What came of it."""

    actions: int
    commands: int
    events: int
    seconds: float
    cpu: dict[str, float]
    watch: Watch

    def told(self) -> list[str]:
        """For people."""
        return [
            f"{self.actions} actions, {self.actions * TRAINEES} trainees, {self.commands} commands, {self.events} events "
            f"in {self.seconds:.0f} s: {self.commands / self.seconds:.0f} commands/s, {self.events / self.seconds:.0f} events/s",
            f"{'CPU seconds':<16}" + ", ".join(f"{name} {seconds:.0f}" for name, seconds in self.cpu.items()),
            f"{'megabytes at':<16}    25 %    50 %    75 %   100 %",
            *self.watch.told(),
        ]


async def play(place: Place, actions: int, say: Callable[[str], None], months: int = MONTHS) -> Year:
    """So many actions from their award to their balance, so many months long. Raises Trouble when anything is refused."""
    today = day_of(datetime.now(PARIS) + timeshift.offset(place.time_shift))
    some = plans(actions, today, months)
    watch = Watch.of(Supervisor(Installation(place)))
    watching = asyncio.create_task(watch.look())
    try:
        with timeshift.followed(place.time_shift):
            async with portal.opened(place, CONNECTIONS) as opened, finance.opened(place) as paymaster:
                return await _year(place, Crowd(opened, paymaster, somebody("agent")), some, watch, say)
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _year(place: Place, crowd: Crowd, some: tuple[Plan, ...], watch: Watch, say: Callable[[str], None]) -> Year:
    began, used = monotonic(), watch.cpu()
    for day in history(some, end_of(some)):
        await _pass(place, crowd, day)
        say(f"{day.on:%d/%m/%Y}  {day.count:>6} acts  {monotonic() - began:>7.1f} s")
    seconds = monotonic() - began
    spent = {name: round(now - used[name], 1) for name, now in watch.cpu().items()}
    commands, events = await asyncio.to_thread(_written, Installation(place))
    return Year(len(some), commands, events, seconds, spent, watch)


async def _pass(place: Place, crowd: Crowd, day: Day) -> None:
    await asyncio.to_thread(move, place, datetime.combine(day.on, time(9), PARIS), lambda _line: None)
    await one_after_another(crowd, day.on, day.imports)
    room = asyncio.Semaphore(AT_ONCE)

    async def one(on: date, acts: Iterable[Act]) -> None:
        async with room:
            await one_after_another(crowd, on, acts)

    await all_of(one(day.on, acts) for acts in day.acts)


def _written(installation: Installation) -> tuple[int, int]:
    """How many commands were ever sent, and how many events."""
    table, kafka = topics.load().topics, installation.broker.kafka
    commands = sum(kafka.written(name, topic.partitions) for name, topic in table.items() if name.endswith(".commands"))
    return commands, kafka.written(EVENTS, table[EVENTS].partitions)
