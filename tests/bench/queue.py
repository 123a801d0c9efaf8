"""The agents' queue: 20,000 invoices, 30 agents with open pages, 100 decisions a minute; and what the hint of one decision costs."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from statistics import quantiles
from time import perf_counter
from uuid import UUID, uuid4

import httpx

from contracts.billing import InvoiceAccepted
from contracts.codes import DecidedBy
from gateway.web.rendering import REGION
from gateway.web.session import COOKIE, Viewer
from gateway.web.topics import INVOICES, REPORTS
from tests.gateway import crowd
from tests.gateway.running_portal import OURS, RunningPortal

from .pages import Web, pages, until_shown
from .row import Result

AGENTS, A_MINUTE, QUEUE = 30, 100, "/region/factures"


@dataclass
class Measured:
    """Milliseconds of every page, and CPU milliseconds of the web process and PostgreSQL for each decision."""

    took: list[float] = field(default_factory=list)
    each: float = 0.0

    def cut(self, percent: int) -> float:
        """Milliseconds below which so many percent stay."""
        return quantiles(self.took, n=100)[percent - 1]


async def measure(short: bool) -> list[Result]:
    """Among few invoices, then among many."""
    minutes = 0.25 if short else 1.0
    few, many = await _among(crowd.MANY // 20, minutes), await _among(crowd.MANY, minutes)
    growth = many.each / few.each - 1
    return [
        Result(
            "agents' queue",
            f"p99 {many.cut(99):.0f} ms; hint {growth:+.0%}",
            "p99 ≤ 200 ms; flat",
            many.cut(99) <= 200 and growth <= 0.1,
            f"p50 {many.cut(50):.0f} ms of {len(many.took)} pages; CPU of a decision's hints {many.each:.0f} ms, "
            f"{few.each:.0f} among {crowd.MANY // 20:,}",
            f"{crowd.MANY:,} invoices, {AGENTS} pages that fetch what a hint names, {A_MINUTE} decisions a minute for {60 * minutes:.0f} s",
        )
    ]


async def _among(invoices: int, minutes: float) -> Measured:
    measured = Measured()
    async with pages(lambda portal: crowd.fill(portal, invoices)) as web:
        agents = [await web.portal.person(Viewer(uuid4(), "agent", None, f"agent{n}", f"Agent {n}", False)) for n in range(AGENTS)]
        await until_shown(web.port, f"{COOKIE}={agents[0].token}", QUEUE)
        looking = [asyncio.create_task(_look(web.port, agent.token, measured)) for agent in agents]
        await asyncio.sleep(5)
        measured.took.clear()
        before, decided = web.cpu(), await _decide(web, round(A_MINUTE * minutes))
        measured.each = 1000 * (web.cpu() - before) / decided
        for task in looking:
            task.cancel()
        for task in looking:
            with suppress(asyncio.CancelledError):
                await task
        for agent in agents:
            await agent.client.aclose()
    return measured


async def _look(port: int, token: str, measured: Measured) -> None:
    """An agent's open queue: the page, then whatever its hints name."""
    headers = OURS | {"Cookie": f"{COOKIE}={token}"}
    async with httpx.AsyncClient(base_url=f"http://localhost:{port}", headers=headers, timeout=60) as client:
        await _ask(client, QUEUE, measured)
        follows = f"/evenements?suit={INVOICES}&suit={REPORTS}"
        async with client.stream("GET", follows) as hints:
            async for line in hints.aiter_lines():
                if line == "event: listed":
                    await _ask(client, QUEUE, measured, "file")
                elif line == "event: told":
                    await _ask(client, f"/entete?page={QUEUE}", measured, "entete")


async def _ask(client: httpx.AsyncClient, path: str, measured: Measured, region: str = "") -> None:
    began = perf_counter()
    answer = await client.get(path, headers={"HX-Request": "true", REGION: region} if region else {})
    measured.took.append(1000 * (perf_counter() - began))
    assert answer.status_code == 200, answer


async def _decide(web: Web, number: int) -> int:
    """As the worker would project them, one after the other."""
    rows = await web.portal.db.fetch(
        "SELECT contract_number, invoice_id FROM invoices WHERE state = 'issued' ORDER BY issued_at LIMIT $1", number
    )
    for row in rows:
        await _accept(web.portal, row["contract_number"], row["invoice_id"])
        await asyncio.sleep(60 / A_MINUTE)
    return len(rows)


async def _accept(portal: RunningPortal, contract: str, invoice: UUID) -> None:
    accepted = InvoiceAccepted(invoice_id=invoice, decided_by=DecidedBy.AGENT, decided_on=date(2008, 3, 6))
    await portal.happen(contract, accepted, actor=portal.agent.actor)
