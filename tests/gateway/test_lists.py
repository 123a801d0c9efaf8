"""The agents' lists on the first of a month: 20,000 of each, searched, sorted and paged by the database (ACT-1, BIL-7, SUR-2)."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from contracts.billing import InvoiceIssued
from contracts.codes import Frequency
from contracts.month import Month
from gateway.areas.action.queries import region as actions
from gateway.areas.billing import queue
from gateway.areas.surveys import received
from gateway.web import live
from gateway.web.listing import PER_PAGE, Asked
from gateway.words.french import money, plural
from tests.gateway.html import links_of, text_of
from tests.gateway.pieces import terms
from tests.gateway.stage import Stage
from tests.gateway.story import award

pytestmark = pytest.mark.asyncio(loop_scope="session")
MANY = 20_000
TERMS = terms("ACTION", date(2007, 9, 3), date(2008, 6, 27))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def many(stage: Stage) -> AsyncIterator[Stage]:
    """20,000 actions of 500 organisations, each with an invoice, one in two decided, and a report, nine in ten acknowledged."""
    await stage.db.execute(
        """
        INSERT INTO actions (contract_number, siret, programme_year, title, state, terms, agent_id, trainers, planned_start, planned_end,
            periods, frequency, actual_start, awarded_at)
        SELECT '2007M' || lpad(n::text, 6, '0'), lpad((n % 500)::text, 14, '1'), 2000 + n % 8, 'ÉLECTRICIEN ' || n, 'opened',
            jsonb_set($1::jsonb, '{organisation,name}', to_jsonb('ORGANISME ' || lpad((n % 500)::text, 3, '0'))),
            'agent', '{}', date '2007-01-01' + n % 365, date '2008-06-27', '[]', $2, date '2007-09-03', now()
        FROM generate_series(1, $3) AS n
        """,
        TERMS.model_dump_json(),
        Frequency.MONTHLY,
        MANY,
    )
    await stage.db.execute(
        """
        INSERT INTO invoices (invoice_id, contract_number, siret, body, kind, number, legal_number, excluding_tax, including_tax, state,
            issued_at, issued_on, decided_by, decided_at, decided_on)
        SELECT gen_random_uuid(), contract_number, siret,
            jsonb_build_object('months', '["2008-01"]'::jsonb, 'ordinal', null, 'replaces', null, 'shares', repeat('x', 4000)),
            'monthly', 1, '2008-' || lpad(n::text, 6, '0'), n, n, CASE WHEN n % 2 = 0 THEN 'issued' ELSE 'accepted' END,
            timestamptz '2008-02-01 08:00+01' + n * interval '1 minute', date '2008-02-01',
            CASE WHEN n % 2 = 1 THEN 'agent' END, CASE WHEN n % 2 = 1 THEN timestamptz '2008-02-20 08:00+01' + n * interval '1 minute' END,
            CASE WHEN n % 2 = 1 THEN date '2008-02-20' END
        FROM (SELECT contract_number, siret, row_number() OVER (ORDER BY contract_number) AS n FROM actions) AS of_actions
        """
    )
    await stage.db.execute(
        """
        INSERT INTO reports (contract_number, figures, missing, can_be_submitted, submitted_at, acknowledged_at)
        SELECT contract_number, '{}', '{}', false, timestamptz '2008-02-01 08:00+01' + n * interval '1 minute',
            CASE WHEN n % 10 > 0 THEN timestamptz '2008-03-01 08:00+01' END
        FROM (SELECT contract_number, row_number() OVER (ORDER BY contract_number) AS n FROM actions) AS of_actions
        """
    )
    await stage.db.execute("ANALYZE actions, invoices, reports")
    yield stage


def asked(order: str, *, down: bool = False, number: int = 1, search: str = "") -> Asked:
    return Asked(order=order, down=down, number=number, search=search, filters={})


async def milliseconds(load: Any) -> float:
    times = []
    for _ in range(5):
        begun = perf_counter()
        await load()
        times.append(1000 * (perf_counter() - begun))
    return median(times)


LISTS: dict[str, tuple[Any, Any]] = {
    "actions": (actions.ORDERS, lambda stage, what: actions.list_actions(stage.db, stage.agent.viewer, what, state=None, year=None)),
    "to decide": (
        [order for order in queue.ORDERS if order != "decision"],
        lambda stage, what: queue.load_queue(stage.db, stage.agent.viewer, what, decided=False),
    ),
    "decided": (
        [order for order in queue.ORDERS if order != "recue"],
        lambda stage, what: queue.load_queue(stage.db, stage.agent.viewer, what, decided=True),
    ),
    "reports": (received.ORDERS, lambda stage, what: received.load_reports(stage.db, stage.agent.viewer, what)),
}
EVERY = [(name, order) for name, (orders, _) in LISTS.items() for order in orders]


@pytest.mark.parametrize(("name", "order"), EVERY)
async def test_a_page_of_twenty_thousand_takes_less_than_100_ms_in_any_order(many: Stage, name: str, order: str) -> None:
    load = LISTS[name][1]
    for down in (False, True):
        for number in (1, 50):
            what = asked(order, down=down, number=number)
            assert await milliseconds(lambda what=what: load(many, what)) < 100, (down, number)


@pytest.mark.parametrize("name", ["actions", "to decide", "decided"])
async def test_a_search_among_twenty_thousand_takes_less_than_100_ms(many: Stage, name: str) -> None:
    order, load = next(iter(LISTS[name][0])), LISTS[name][1]
    for search in ("electricien 777", "organisme 123", "nothing like this"):
        assert await milliseconds(lambda search=search: load(many, asked(order, search=search))) < 100, search


@pytest.mark.parametrize("name", LISTS)
async def test_each_page_goes_on_where_the_one_before_ended(many: Stage, name: str) -> None:
    orders, load = LISTS[name]
    for order in orders:
        up = [await load(many, asked(order, number=number)) for number in (1, 2)]
        assert [len(found.rows) for found in up] == [PER_PAGE, PER_PAGE]
        assert len({getattr(row, "contract_number") for found in up for row in found.rows}) == 2 * PER_PAGE  # noqa: B009
        last = await load(many, asked(order, down=True, number=up[0].last))
        assert last.rows[-1] == up[0].rows[0], "the other way round, the first row is the last"
        assert not (await load(many, asked(order, number=up[0].last + 1))).rows


async def plan(stage: Stage, statement: str, *arguments: object) -> list[dict[str, Any]]:
    """The steps of a statement's plan."""
    (found,) = json.loads(await stage.db.fetchval("EXPLAIN (FORMAT JSON) " + statement, *arguments))
    steps, left = [], [found["Plan"]]
    while left:
        step = left.pop()
        steps.append(step)
        left += step.get("Plans", [])
    return steps


@pytest.mark.parametrize("name", LISTS)
async def test_the_first_page_is_read_without_going_through_the_whole_table(many: Stage, name: str) -> None:
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


async def test_a_list_is_sorted_and_paged_by_links_alone(many: Stage) -> None:
    first = await many.agent.get("/region/factures")
    assert plural(MANY // 2, "facture").replace("\u00a0", " ") in text_of(first)
    assert "Page 1 sur 200" in text_of(first) and "?tri=recue&page=2" in links_of(first)
    second = await many.agent.get("/region/factures?tri=recue&page=2")
    assert "Page 2 sur 200" in text_of(second) and "?tri=recue" in links_of(second)
    assert not {link for link in links_of(first) & links_of(second) if link.startswith("/region/factures/")}
    dear = await many.agent.get("/region/factures?tri=montant&sens=desc")
    assert money(Decimal(MANY)).replace("\u00a0", " ") in text_of(dear) and 'aria-sort="descending"' in dear.text
    found = await many.agent.get("/region/actions?q=electricien+777&tri=intitule&etat=opened&annee=2001")
    assert "ÉLECTRICIEN 777" in text_of(found) and 'value="electricien 777"' in found.text
    nobody = await many.agent.get("/region/factures?page=99999999999&tri=nothing&sens=x")
    assert nobody.status_code == 200 and "Page 1 sur 200" in text_of(nobody)


@pytest.mark.parametrize("path", ["/region/factures", "/region/factures?decidees=1", "/region/actions", "/region/bilans"])
async def test_acc_06_an_organisation_sees_none_of_the_lists(many: Stage, path: str) -> None:
    assert (await many.secretary.get(path)).status_code == 404


async def watch(stage: Stage, hints: list[str]) -> None:
    """An agent's open queue: whatever it hears of, it fetches anew."""
    regions = {"changed": ("/region/factures", "file"), "told": ("/entete?page=/region/factures", "entete")}
    agent = await stage.person(stage.agent.viewer)
    agent.client.timeout = httpx.Timeout(60)
    async with agent.client.stream("GET", "/evenements?suit=invoices&suit=reports") as events:
        async for line in events.aiter_lines():
            kind = line.removeprefix("event:").strip()
            if kind in regions:
                hints.append(kind)
                assert (await agent.region(*regions[kind])).status_code == 200


async def test_thirty_open_queues_do_not_load_the_database_on_the_first_of_a_month(many: Stage, queries: list[str]) -> None:
    action = await award(many, "2008LISTS01", TERMS)
    await action.open(8)
    await action.confirm(Month("2007-09"))
    heard: list[list[str]] = [[] for _ in range(30)]
    open_pages = [asyncio.create_task(watch(many, hints)) for hints in heard]
    while not all(heard):  # a page that has just connected may have missed something
        await many.db.execute("SELECT pg_notify('changed', '')")
        await asyncio.sleep(0.5)
    await asyncio.sleep(5)
    for hints in heard:
        hints.clear()
    queries.clear()
    for _ in range(5):
        await action.declare(Month("2007-10"))  # 40 lines of hours: no queue shows them
    await asyncio.sleep(2)
    assert not queries and not any(heard)
    begun = perf_counter()
    invoice = await action.invoice(Month("2007-09"), on=date(2008, 3, 3))
    for _ in range(100):
        await action.say(InvoiceIssued(invoice=invoice.model_copy(update={"invoice_id": uuid4()})))
        await asyncio.sleep(0.05)
    await asyncio.sleep(5)
    most = (perf_counter() - begun) / live.REST + 1
    assert not any(task.done() for task in open_pages)
    for task in open_pages:
        task.cancel()
    await asyncio.gather(*open_pages, return_exceptions=True)
    assert all(0 < hints.count(kind) <= most for hints in heard for kind in ("changed", "told")), [len(hints) for hints in heard]
    # For each pair of hints: the session, thrice; the frame, twice; a page of the list, and how many there are.
    assert len(queries) <= 30 * most * 7
