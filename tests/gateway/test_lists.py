"""The agents' lists on the first of a month: 20,000 of each, searched, sorted and paged by the database (ACT-1, BIL-7, SUR-2)."""

import asyncio
import json
from datetime import date
from decimal import Decimal
from time import perf_counter
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.billing import InvoiceIssued
from contracts.month import Month
from gateway.web import hub, live, visit
from gateway.web.frame import Counts, load_counts
from gateway.web.listing import PER_PAGE
from gateway.words.french import money, plural
from tests.gateway.crowd import LISTS, MANY, TERMS, asked, many
from tests.gateway.files import sheet_rows
from tests.gateway.html import links_of, text_of
from tests.gateway.region_in_march import award
from tests.gateway.running_portal import RunningPortal

__all__ = ["many"]
pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("name", LISTS)
async def test_each_page_goes_on_where_the_one_before_ended(many: RunningPortal, name: str) -> None:
    orders, load = LISTS[name]
    for order in orders:
        up = [await load(many, asked(order, number=number)) for number in (1, 2)]
        assert [len(page.rows) for page in up] == [PER_PAGE, PER_PAGE]
        assert len({getattr(row, "contract_number") for page in up for row in page.rows}) == 2 * PER_PAGE  # noqa: B009
        last = await load(many, asked(order, down=True, number=up[0].last))
        assert last.rows[-1] == up[0].rows[0], "the other way round, the first row is the last"
        assert not (await load(many, asked(order, number=up[0].last + 1))).rows


async def plan(portal: RunningPortal, statement: str, *arguments: object) -> list[dict[str, Any]]:
    """The steps of a statement's plan."""
    (explained,) = json.loads(await portal.db.fetchval("EXPLAIN (FORMAT JSON) " + statement, *arguments))
    steps, left = [], [explained["Plan"]]
    while left:
        step = left.pop()
        steps.append(step)
        left += step.get("Plans", [])
    return steps


@pytest.mark.parametrize("name", LISTS)
async def test_the_first_page_is_read_without_going_through_the_whole_table(many: RunningPortal, name: str) -> None:
    said: list[tuple[str, tuple[object, ...]]] = []

    class Spy:
        async def fetch(self, statement: str, *arguments: object) -> Any:
            said.append((statement, arguments))
            return await many.db.fetch(statement, *arguments)

        async def fetchrow(self, statement: str, *arguments: object) -> Any:
            return await many.db.fetchrow(statement, *arguments)

        async def fetchval(self, statement: str, *arguments: object) -> Any:
            return await many.db.fetchval(statement, *arguments)

    spied = type("Spied", (), {"db": Spy(), "agent": many.agent})()
    await LISTS[name][1](spied, asked(next(iter(LISTS[name][0])), down=name in {"actions", "decided"}))
    ((statement, arguments),) = said
    whole = {"actions", "invoices", "reports"}
    assert not [
        step for step in await plan(many, statement, *arguments) if step["Node Type"] == "Seq Scan" and step["Relation Name"] in whole
    ]


async def test_a_list_is_sorted_and_paged_by_links_alone(many: RunningPortal) -> None:
    first = await many.agent.get("/region/factures")
    assert plural(MANY // 2, "facture").replace("\u00a0", " ") in text_of(first)
    assert "Page 1 sur 200" in text_of(first) and "?tri=echeance&page=2" in links_of(first)
    second = await many.agent.get("/region/factures?tri=echeance&page=2")
    assert "Page 2 sur 200" in text_of(second) and "?tri=echeance" in links_of(second)
    assert not {link for link in links_of(first) & links_of(second) if link.startswith("/region/factures/")}
    dear = await many.agent.get("/region/factures?tri=montant&sens=desc")
    assert money(Decimal(MANY)).replace("\u00a0", " ") in text_of(dear) and 'aria-sort="descending"' in dear.text
    form = {"page": "/region/actions", "q": "electricien 777", "tri": "intitule", "etat": "opened", "annee": "2001"}
    answer = await many.agent.post("/recherche", form)
    assert "ÉLECTRICIEN 777" in text_of(answer) and 'value="electricien 777"' in answer.text
    assert answer.url.path == "/region/actions" and answer.url.params["etat"] == "opened"
    nobody = await many.agent.get("/region/factures?page=99999999999&tri=nothing&sens=x")
    assert nobody.status_code == 200 and "Page 1 sur 200" in text_of(nobody)


@pytest.mark.parametrize("path", ["/region/factures", "/region/factures?etat=decidees", "/region/actions", "/region/bilans"])
async def test_acc_06_an_organisation_sees_none_of_the_lists(many: RunningPortal, path: str) -> None:
    assert (await many.secretary.get(path)).status_code == 404


async def test_pages_are_answered_while_the_whole_list_is_written_into_a_file(many: RunningPortal) -> None:
    taking = asyncio.create_task(many.agent.client.get("/region/factures.xlsx", timeout=60))
    other, answered = await many.person(many.agent.viewer), 0
    while not taking.done():
        assert (await other.get("/entete")).status_code == 200
        answered += 1
    await other.client.aclose()
    assert len(sheet_rows((await taking).content)) == 1 + MANY // 2
    assert answered >= 10


async def test_what_waits_for_agents_is_counted_for_whoever_shows_it(many: RunningPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    async def load(*arguments: Any) -> Counts:
        counts = await load_counts(*arguments)
        counted.append(counts.to_decide)
        return counts

    monkeypatch.setattr(visit, "load_counts", load)
    await many.agent.get("/region/factures")
    await many.agent.region("/entete?page=/region/factures", "entete")
    await many.agent.region("/region/factures", "file")
    assert counted == [MANY // 2, MANY // 2]


async def watch(portal: RunningPortal, hints: list[str]) -> None:
    """An agent's open queue: whatever it hears of, it fetches anew."""
    regions = {"listed": ("/region/factures", "file"), "told": ("/entete?page=/region/factures", "entete")}
    agent = await portal.person(portal.agent.viewer)
    agent.client.timeout = httpx.Timeout(60)
    async with agent.client.stream("GET", "/evenements?suit=invoices&suit=reports") as events:
        async for line in events.aiter_lines():
            kind = line.removeprefix("event:").strip()
            if kind in regions:
                hints.append(kind)
                assert (await agent.region(*regions[kind])).status_code == 200


async def test_a_dozen_open_queues_do_not_load_the_database_on_the_first_of_a_month(many: RunningPortal, queries: list[str]) -> None:
    action = await award(many, "2008LISTS01", TERMS)
    await action.open(8)
    await action.confirm(Month("2007-09"))
    heard: list[list[str]] = [[] for _ in range(12)]
    open_pages = [asyncio.create_task(watch(many, hints)) for hints in heard]
    while not all(heard):  # a page that has just connected may have missed something
        await many.db.execute("SELECT pg_notify('changed', '')")
        await asyncio.sleep(0.5)
    while queries:  # until all pages are quiet
        queries.clear()
        await asyncio.sleep(live.REST + hub.LATEST)
    for hints in heard:
        hints.clear()
    for _ in range(5):
        await action.declare(Month("2007-10"))  # 40 lines of hours: no queue shows them
    await asyncio.sleep(2)
    assert not queries and not any(heard)
    begun = perf_counter()
    invoice = await action.invoice(Month("2007-09"), on=date(2008, 3, 3))
    for _ in range(60):
        await action.say(InvoiceIssued(invoice=invoice.model_copy(update={"invoice_id": uuid4()})))
        await asyncio.sleep(0.05)
    await asyncio.sleep(live.REST + hub.LATEST)
    # On average; more would come if each page asked at every hint that its rest allows.
    most = (perf_counter() - begun) / (live.REST + hub.EACH * len(heard) / 2) + 1
    assert not any(task.done() for task in open_pages)
    for task in open_pages:
        task.cancel()
    await asyncio.gather(*open_pages, return_exceptions=True)
    hinted = [[hints.count(kind) for hints in heard] for kind in ("listed", "told")]
    assert all(min(counts) > 0 and sum(counts) <= len(heard) * most for counts in hinted), hinted
    # For each pair of hints: the session, thrice; the frame, twice. And once for each of 63 batches, at most: what waits, a page of the
    # list, and how many there are.
    assert len(queries) <= 12 * most * 5 + 63 * 3
