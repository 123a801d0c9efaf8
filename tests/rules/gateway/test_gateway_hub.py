"""What an open page hears of: what changed before it was connected, what is its own at once, what a crowd looks at in turn (NOT-1)."""

import asyncio
from contextlib import ExitStack
from statistics import mean
from time import monotonic
from uuid import uuid4

import pytest

from chassis.instant import now
from chassis.settings import Settings
from gateway.web import hub as hubs
from gateway.web import live
from gateway.web.hub import CLOCKS, LATELY, Hub, OpenPage
from gateway.web.session import Viewer
from gateway.web.topics import INVOICES

OURS, THEIRS = {"changed": {"2008QCA0971"}}, {"changed": {"2008QCA0972"}}
AGENT = Viewer(uuid4(), "agent", None, "agent", "Claire BONNET", False)
HOLDER = Viewer(uuid4(), "organisation", "13002526500013", "scenes", "SCENES ET FORMATIONS", False)
CROWD, AT_ONCE = 30, 1.0
"""Pages; and fewer seconds than the last one of so many waits for its turn."""
AN_INVOICE = {"2008QCA0971", INVOICES}
"""What the page of an invoice names: its contract, and the list beside it."""


@pytest.fixture
def hub() -> Hub:
    return Hub(Settings(kafka="", database="postgresql://nowhere/nothing"))


async def until_turn(hub: Hub, page: OpenPage) -> float:
    """Seconds until the page is told."""
    began = monotonic()
    await hub.turn(page)
    return monotonic() - began


def test_not_01_a_page_hears_of_what_changed_between_its_making_and_its_connection(hub: Hub) -> None:
    made = now().timestamp()
    hub._changed('["2008QCA0971"]')
    for topics, since, hears in (
        (OURS, made, ["changed"]),
        (THEIRS, made, []),
        (OURS, now().timestamp() + CLOCKS / 2, ["changed"]),  # another replica made it, whose clock is ahead
        (OURS, now().timestamp() + 2 * CLOCKS, []),
        (OURS, None, []),
        (THEIRS, made - 2 * LATELY, ["changed"]),  # perhaps: nobody knows any more
        (OURS, float("nan"), []),
    ):
        with hub.open_page(uuid4(), topics, since) as page:
            assert page.take() == hears


def test_not_01_another_invoice_that_is_decided_changes_the_list_beside_this_one_and_no_other_part_of_its_page(hub: Hub) -> None:
    with hub.open_page(AGENT.user_id, live.topics(AGENT, AN_INVOICE)) as page:
        hub._changed(f'["2008QCA0972", "{INVOICES}"]')
        assert page.take() == ["listed", "told"]
        hub._changed('["2008QCA0971"]')
        assert page.take() == ["changed"]


async def test_not_01_a_crowd_is_told_of_a_list_one_page_after_the_other(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "EACH", 0.01)
    with ExitStack() as stack:
        pages = [stack.enter_context(hub.open_page(uuid4(), live.topics(AGENT, {INVOICES}))) for _ in range(CROWD)]
        hub._changed(f'["{INVOICES}"]')
        took = await asyncio.gather(*(until_turn(hub, page) for page in pages))
        assert mean(took) > 0.01 * CROWD / 4 and {tuple(page.take()) for page in pages} == {("listed", "told")}


async def test_not_01_what_is_somebodys_own_is_told_at_once_whoever_else_looks(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "uniform", lambda _least, most: most)
    with ExitStack() as stack:
        (page, *_) = [stack.enter_context(hub.open_page(uuid4(), live.topics(AGENT, AN_INVOICE))) for _ in range(CROWD)]
        for own in ("2008QCA0971", f"told:{AGENT.user_id}"):
            hub._changed(f'["{INVOICES}"]')
            waiting = asyncio.create_task(until_turn(hub, page))
            await asyncio.sleep(0.05)
            assert not waiting.done(), "others look at the list"
            hub._changed(f'["{own}"]')
            await asyncio.wait_for(waiting, AT_ONCE)
            page.take()


async def test_not_01_an_organisation_and_a_lone_agent_are_told_at_once(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "uniform", lambda _least, most: most)
    with ExitStack() as stack:
        pages = [stack.enter_context(hub.open_page(uuid4(), live.topics(HOLDER, set()))) for _ in range(CROWD)]
        pages.append(stack.enter_context(hub.open_page(uuid4(), live.topics(AGENT, {INVOICES}))))
        hub._changed(f'["{INVOICES}", "{HOLDER.siret}"]')
        assert max(await asyncio.gather(*(until_turn(hub, page) for page in pages))) < AT_ONCE
