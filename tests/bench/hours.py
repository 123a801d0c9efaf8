"""How many hour entries go through the whole system in a second, and how long one takes from the click to its answer.

    make up
    .venv/bin/python tests/bench/hours.py                       # 4 actions × 10 trainees, 24 users
    .venv/bin/python tests/bench/hours.py --actions 8 --users 48 --entries 5000

It imports contracts of its own, prepares and opens them as an organisation would, then saves lines: one at a time for the latency, by
many users at once for the throughput. An entry counts once it is answered, that is, once the portal's views show it.
"""

import argparse
import asyncio
import itertools
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from statistics import quantiles
from typing import Literal
from uuid import UUID

from chassis.ids import uuid7
from chassis.instant import now
from contracts.declarations import Line, PlaceFigures, SaveLine
from contracts.month import Month, paris_day
from gateway.web.session import Viewer
from sesame_local import timeshift
from sesame_local.demo import finance, portal
from sesame_local.demo.people import People, all_of
from sesame_local.demo.plan import Plan
from sesame_local.demo.region import CEVENNES, OFFICE
from sesame_local.demo.timeline import Import, Open, Prepare
from sesame_local.place import Place


@dataclass
class Cell:
    """One trainee's line of the current month, as often as it was saved; somebody's own, who may send so many commands a minute."""

    number: str
    trainee: UUID
    version: int = 0
    user: Viewer = field(default_factory=lambda: _user("organisation", CEVENNES.organisation.siret))

    def entry(self, month: Month) -> SaveLine:
        """The next thing that somebody types into it: never twice the same."""
        figures = PlaceFigures(attended=Decimal(self.version % 200) / 4, excused=Decimal(0), unexcused=Decimal(0))
        self.version += 1
        line = Line(centre=figures, company=PlaceFigures(attended=Decimal(0), excused=Decimal(0), unexcused=Decimal(0)))
        return SaveLine(month=month, trainee_id=self.trainee, line=line, base_version=self.version - 1)


def _user(role: Literal["organisation", "agent"], siret: str | None) -> Viewer:
    return Viewer(uuid7(), role, siret, "mesure", "Mesure", must_choose_password=False)


def contracts(actions: int, trainees: int) -> tuple[Plan, ...]:
    """Contracts that nobody has seen, running since the beginning of the installation's month."""
    start = Month.of(paris_day(now())).first
    run = f"{time.time_ns() // 1_000_000_000 % 16**6:06x}"
    return tuple(
        Plan(
            f"B{run}{index:04}", "MESURE", CEVENNES, OFFICE, start, start + timedelta(days=120), start - timedelta(days=60),
            (560, "5.00"), (140, "1.00"), trainees, trainees, "",
        )
        for index in range(actions)
    )  # fmt: skip


async def save(opened: portal.Portal, cell: Cell, month: Month) -> float:
    """Seconds from the click to the answer."""
    begin = time.perf_counter()
    await opened.ask(cell.user, cell.number, cell.entry(month))
    return time.perf_counter() - begin


async def one_at_a_time(opened: portal.Portal, cells: Sequence[Cell], month: Month, entries: int) -> list[float]:
    """The latency of each of so many entries, with nobody else at work."""
    return [await save(opened, cell, month) for cell in itertools.islice(itertools.cycle(cells), entries)]


async def all_at_once(opened: portal.Portal, cells: Sequence[Cell], month: Month, entries: int, users: int) -> list[float]:
    """The same with so many users, each with lines of their own."""
    took: list[float] = []

    async def work(own: Sequence[Cell]) -> None:
        for cell in itertools.islice(itertools.cycle(own), entries // users):
            took.append(await save(opened, cell, month))

    await all_of(work(own) for first in range(users) if (own := cells[first::users]))
    return took


def shown(name: str, took: Sequence[float], seconds: float) -> str:
    """A line of figures."""
    cuts = quantiles(took, n=100)
    return f"{name:<16}{len(took):>7} entries  {len(took) / seconds:>8.1f} /s   " + "   ".join(
        f"{label} {1000 * value:.0f} ms" for label, value in (("p50", cuts[49]), ("p95", cuts[94]), ("p99", cuts[98]))
    )


async def measure(place: Place, given: argparse.Namespace) -> None:
    """Prints the figures."""
    organisation, agent = _user("organisation", CEVENNES.organisation.siret), _user("agent", None)
    plans, today = contracts(given.actions, given.trainees), paris_day(now())
    async with portal.opened(place) as opened, finance.opened(place) as paymaster:
        people = People(opened, paymaster, agent, {CEVENNES.organisation.siret: organisation})
        begin = time.perf_counter()
        await people.act(Import(plans), today)
        await all_of(people.act(Prepare(plan), today) for plan in plans)
        await all_of(people.act(Open(plan), today) for plan in plans)
        print(f"{given.actions} actions of {given.trainees} trainees imported, prepared and opened in {time.perf_counter() - begin:.1f} s")  # noqa: T201
        cells = [Cell(plan.number, trainee) for plan in plans for trainee in people.trainees[plan.number].values()]
        users, month = min(given.users, len(cells)), Month.of(today)
        for name, kind in (
            ("one at a time", one_at_a_time(opened, cells, month, min(200, given.entries))),
            (f"{users} users", all_at_once(opened, cells, month, given.entries, users)),
        ):
            begin = time.perf_counter()
            took = await kind
            print(shown(name, took, time.perf_counter() - begin))  # noqa: T201


def main() -> None:
    """Measures the installation that SESAME_FOLDER and SESAME_PORT name, at its own time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actions", type=int, default=4)
    parser.add_argument("--trainees", type=int, default=10, help="on each action")
    parser.add_argument("--users", type=int, default=24, help="at once, at most one a line")
    parser.add_argument("--entries", type=int, default=2000)
    place = Place.from_environment()
    os.environ[timeshift.VARIABLE] = str(place.time_shift)
    asyncio.run(measure(place, parser.parse_args()))


if __name__ == "__main__":
    main()
