"""What agents' pages share of a list is never other than what each would read by itself: not an old state, not another list's (NOT-1)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.actions import DatesUnlocked, DatesValidated, TraineeRegistered
from contracts.billing import InvoiceAccepted
from contracts.codes import DecidedBy
from contracts.message import Message
from contracts.month import Month
from contracts.personal import TraineeRecord
from gateway.areas.action import region as actions_pages
from gateway.areas.action.queries import region as actions
from gateway.areas.billing import queue
from gateway.areas.billing import region as invoices_pages
from gateway.areas.dashboard import queries as dashboard
from gateway.areas.dashboard import region as dashboard_pages
from gateway.areas.requests import queue as requests
from gateway.areas.surveys import received
from gateway.web.frame import COUNTED, load_counts, load_frame
from gateway.web.topics import REPORTS, REQUESTS
from gateway.worker import hints
from tests.gateway.crowd import TERMS, asked
from tests.gateway.html import regions_of, text_of
from tests.gateway.region_in_march import Told, award, region_in_march
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_lives import lives_on

pytestmark = pytest.mark.asyncio(loop_scope="session")

TODAY = date(2008, 3, 6)
ALL = replace(asked("envoi"), filters={"etat": "toutes", "objet": "", "organisme": ""})
Load = Callable[[Any, Any], Awaitable[object]]
SHARED: dict[str, tuple[Sequence[str], Load]] = {
    "actions": (
        actions_pages.LISTED,
        lambda db, agent: actions.list_actions(db, agent, asked("contrat"), actions.Wanted(), TODAY),
    ),
    "to decide": (invoices_pages.LISTED, lambda db, agent: queue.load_queue(db, agent, asked("recue"), TODAY)),
    "decided": (invoices_pages.LISTED, lambda db, agent: queue.load_queue(db, agent, asked("recue", etat="decidees"), TODAY)),
    "reports": ((REPORTS,), lambda db, agent: received.load_reports(db, agent, asked("envoi", etat="tous"))),
    "requests": ((REQUESTS,), lambda db, agent: requests.load_queue(db, agent, ALL)),
    "counts": (COUNTED, load_counts),
    "awaited": (dashboard_pages.LISTED, lambda db, agent: dashboard.load_waiting(db, agent, TODAY)),
    "late": (dashboard_pages.LISTED, lambda db, agent: actions.count_late(db, agent, TODAY)),
    "money": (dashboard_pages.LISTED, lambda db, agent: dashboard.load_money(db, agent, 2008)),
}
"""What pages share, by the topics whose marks it goes by."""
UNHINTED = {
    ("actions", TraineeRegistered.TYPE),
    *(("requests", kind.TYPE) for kind in (TraineeRecord, DatesUnlocked, DatesValidated)),
}
"""What no open page is told of; whoever is told of something else sees it with that."""


async def seen(portal: RunningPortal) -> dict[str, tuple[list[str | None], object]]:
    """Each list, and before it its marks, as a page reads them."""
    db, agent = portal.db, portal.agent.viewer
    marks = (await load_frame(db, agent)).marks
    return {name: ([marks.get(topic) for topic in topics], await load(db, agent)) for name, (topics, load) in SHARED.items()}


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[tuple[str, str]]]:
    """After each message, every list is compared with the one before; gives what became another under the marks that it had."""
    differed, happen = set[tuple[str, str]](), RunningPortal.happen

    async def compared(portal: RunningPortal, key: str, *messages: Message, **more: Any) -> None:
        for message in messages:
            before = await seen(portal)
            await happen(portal, key, message, **more)
            after = await seen(portal)
            differed.update(
                (name, message.TYPE)
                for name, (marks, rows) in after.items()
                if None not in marks and marks == before[name][0] and rows != before[name][1]
            )

    with monkeypatch.context() as patched:
        patched.setattr(RunningPortal, "happen", compared)
        yield differed


async def test_every_message_that_changes_a_list_gives_it_another_mark(portal: RunningPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(monkeypatch) as differed:
        await lives_on(await region_in_march(portal))
    assert differed == UNHINTED
    marks = await seen(portal)
    assert not [name for name, (found, _) in marks.items() if None in found], "each was told of, so that each is shared"


async def test_without_marks_an_old_list_would_be_found(portal: RunningPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail."""
    action = await invoiced(portal, "2008SHARED0")

    async def nothing(*_: object) -> None: ...

    monkeypatch.setattr(hints, "renew_marks", nothing)
    with watched(monkeypatch) as differed:
        await accept(portal, action)
    assert {("to decide", InvoiceAccepted.TYPE), ("decided", InvoiceAccepted.TYPE), ("counts", InvoiceAccepted.TYPE)} <= differed


async def invoiced(portal: RunningPortal, contract: str) -> Told:
    """An action with an invoice to decide."""
    action = await award(portal, contract, TERMS)
    await action.open(8)
    await action.confirm(Month("2007-09"))
    await action.invoice(Month("2007-09"), on=date(2008, 3, 3))
    return action


async def accept(portal: RunningPortal, action: Told) -> None:
    """The Region accepts it."""
    invoice = await portal.db.fetchval("SELECT invoice_id FROM invoices WHERE contract_number = $1", action.number)
    accepted = InvoiceAccepted(invoice_id=invoice, decided_by=DecidedBy.AGENT, decided_on=TODAY)
    await portal.happen(action.number, accepted, actor=portal.agent.actor)


PATH = "/region/factures?tri=recue&sens=desc"


async def test_not_01_thirty_pages_load_a_list_once_after_a_decision_and_with_it(portal: RunningPortal, queries: list[str]) -> None:
    action, _waits = await invoiced(portal, "2008SHARED1"), await invoiced(portal, "2008SHARED2")
    regions = regions_of(await portal.agent.get(PATH))
    assert {"file", "entete"} <= set(regions)
    for decided in (False, True):
        if decided:
            await accept(portal, action)
        queries.clear()
        fetched = await asyncio.gather(*(portal.agent.region(regions[name], name) for name in ["file", "entete"] * 30))
        assert {answer.status_code for answer in fetched} == {200}
        assert all((action.number in answer.text) is not decided for answer in fetched[::2])
        counting = [query for query in queries if "AS to_decide" in query]
        listing = [query for query in queries if query.startswith("WITH page AS")]
        assert (len(listing), len(counting)) == (1, 1)
        page = await portal.agent.get(PATH)
        assert (action.number in page.text) is not decided
        count = await portal.db.fetchval("SELECT count(*) FROM invoices WHERE state = 'issued'")
        assert all(f"Factures {count} Demandes" in text_of(answer) for answer in (page, *fetched[1::2]))


async def test_not_01_a_list_that_is_filtered_sorted_or_sought_is_another(portal: RunningPortal) -> None:
    sought = str((await portal.agent.post("/recherche", {"page": "/region/factures", "q": "2008SHARED1"})).url.query, "ascii")
    asked = ["", "?etat=decidees", "?tri=montant", "?tri=montant&sens=desc", "?organisme=123", "?page=2", f"?{sought}"]
    for query in [*asked, *asked]:
        path = f"/region/factures{query}"
        page, alone = await portal.agent.get(path), await portal.agent.region(path, "file")
        assert text_of(alone) in text_of(page), query


async def test_acc_06_what_agents_share_no_organisation_gets(portal: RunningPortal) -> None:
    await portal.agent.region(PATH, "file")
    for path, region in ((PATH, "file"), ("/region/actions", "actions"), ("/region/tableau-de-bord", "montants")):
        assert (await portal.secretary.region(path, region)).status_code == 404
    header = text_of(await portal.secretary.region("/entete?page=/", "entete"))
    assert "Factures" not in header


async def test_what_changes_nothing_of_a_list_leaves_its_mark(portal: RunningPortal) -> None:
    before = (await load_frame(portal.db, portal.agent.viewer)).marks
    await portal.happen("2008SHARED1", DatesValidated(periods=(), version=9))
    assert (await load_frame(portal.db, portal.agent.viewer)).marks == before
    assert (await load_frame(portal.db, portal.secretary.viewer)).marks == {}, "an organisation has no lists of agents"
