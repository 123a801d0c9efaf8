"""From a command to the page that shows it, at low load, against a bare chain of the same three commits and two Kafka hops."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter

import asyncpg
import httpx
from confluent_kafka.admin import NewTopic

from chassis.ids import uuid7
from chassis.instant import now
from contracts.month import Month, paris_day
from gateway.web.session import COOKIE, Viewer, open_session
from sesame_local import timeshift
from sesame_local.demo import finance, portal
from sesame_local.demo.people import People
from sesame_local.demo.plan import Plan
from sesame_local.demo.region import CEVENNES
from sesame_local.demo.timeline import Import, Open, Prepare
from sesame_local.place import Place
from sesame_local.supervise import Installation
from tests.gateway.running_portal import OURS
from tests.gateway.test_declarations import fields
from tests.log import eventually

from . import chain
from .hours import contracts
from .installed import installed
from .row import Result

TOPICS = ("bench.asked", "bench.decided")


async def measure(short: bool) -> list[Result]:
    """One row saved by the grid, then one message through the bare chain, in turn."""
    times = 40 if short else 240  # nobody may send 300 commands a minute
    async with installed() as place:
        with timeshift.followed(place.time_shift):
            ours, bare = await _in_turn(place, times)
    (p50, p99), (bare50, bare99) = (_cuts(times) for times in (ours, bare))
    return [
        Result(
            "command → visible",
            f"{p50 / bare50:.1f} ×",
            "p50 ≤ 2 ×",
            p50 <= 2 * bare50,
            f"p50 {p50:.0f} ms against {bare50:.0f}; p99 {p99:.0f} against {bare99:.0f}",
            f"a line of the grid is posted, and its answer shows it as stored; {times} in turn with the chain, nobody else at work",
        )
    ]


def _cuts(took: list[float]) -> tuple[float, float]:
    cuts = quantiles([1000 * seconds for seconds in took[5:]], n=100)
    return cuts[49], cuts[98]


async def _in_turn(place: Place, times: int) -> tuple[list[float], list[float]]:
    ours, bare = [], []
    async with _grid(place) as grid, _chain(place) as bare_chain:
        for number in range(times):
            ours.append(await grid.save(number))
            await asyncio.sleep(0.02)
            bare.append(await bare_chain.send(number + 1))
            await asyncio.sleep(0.02)
    return ours, bare


@dataclass
class Grid:
    """A secretary's page of a month."""

    client: httpx.AsyncClient
    path: str
    form: dict[str, str | list[str]]
    row: str

    async def save(self, number: int) -> float:
        """Seconds from the post of a line to the answer that shows it as stored."""
        hours = f"{1 + number % 90},25"
        mine = {name: value for name, value in self.form.items() if name.startswith(f"{self.row}.")}
        mine |= {f"{self.row}.centre.attended": hours, f"{self.row}.version": str(number), "_commande": str(uuid7())}
        began = perf_counter()
        answer = await self.client.post(f"{self.path}/lignes", data=mine)
        took = perf_counter() - began
        assert answer.status_code == 200 and f'{self.row}.version" value="{number + 1}"' in answer.text, answer.text
        return took


@asynccontextmanager
async def _grid(place: Place) -> AsyncIterator[Grid]:
    siret = CEVENNES.organisation.siret
    secretary, colleague = (Viewer(uuid7(), "organisation", siret, "mesure", "Mesure", must_choose_password=False) for _ in range(2))
    agent = Viewer(uuid7(), "agent", None, "mesure", "Mesure", must_choose_password=False)
    today = paris_day(now())
    (plan,) = contracts(1, 10)
    async with portal.opened(place) as opened, finance.opened(place) as paymaster:
        await _open(People(opened, paymaster, agent, {siret: colleague}), plan)
        token = await open_session(opened.db, secretary)
        address = place.portal_url
        async with httpx.AsyncClient(base_url=address, cookies={COOKIE: token}, headers=OURS | {"HX-Request": "true"}) as client:
            path = f"/actions/{plan.number}/declarations/{Month.of(today)}"
            form = fields(await eventually(lambda: _month(client, path)))  # another service says, a moment later, that it can be filled
            row = next(name for name in form if name.endswith(".version")).partition(".")[0]
            yield Grid(client, path, form, row)


async def _month(client: httpx.AsyncClient, path: str) -> httpx.Response | None:
    page = await client.get(path, headers={"HX-Request": "false"})
    return page if page.is_success else None


async def _open(people: People, plan: Plan) -> None:
    today = paris_day(now())
    for act in (Import((plan,)), Prepare(plan), Open(plan)):
        await people.act(act, today)


@dataclass
class Chain:
    """The client of the bare chain."""

    connection: asyncpg.Connection
    answered: asyncio.Event

    async def send(self, number: int) -> float:
        """Seconds until the answer can be read."""
        began = perf_counter()
        self.answered.clear()
        async with self.connection.transaction():
            await self.connection.execute("INSERT INTO asked VALUES ($1, $2)", number, "x" * 400)
            await self.connection.execute("SELECT pg_notify('asked', '')")
        await asyncio.wait_for(self.answered.wait(), 20)
        assert await self.connection.fetchval("SELECT body FROM answered WHERE id = $1", number)
        return perf_counter() - began


@asynccontextmanager
async def _chain(place: Place) -> AsyncIterator[Chain]:
    running = Installation(place)
    admin = running.broker.kafka.admin()  # held on to: with it goes what it was asked
    for future in admin.create_topics([NewTopic(name, 12, 1) for name in TOPICS]).values():
        future.result(20)
    dsn = await running.server.postgres.create_database("bench", "bench", "bench")
    connection = await asyncpg.connect(dsn)
    await connection.execute(chain.SCHEMA)
    answered = asyncio.Event()
    await connection.add_listener("answered", lambda *_: answered.set())
    environment = os.environ | running.environment("declarations")
    environment |= {"SESAME_KAFKA_USER": "admin", "SESAME_KAFKA_PASSWORD": place.secrets["kafka.admin"]}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.bench.chain", dsn, *TOPICS, env=environment)
    try:
        await asyncio.sleep(3)
        yield Chain(connection, answered)
    finally:
        process.terminate()
        await process.wait()
        await connection.close()
