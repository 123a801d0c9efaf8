"""What many open pages fetch anew after the same change is loaded once, and nobody's fault is everybody's (NOT-1)."""

import asyncio

import pytest

from gateway.web import shared
from gateway.web.shared import Shared

LIST = ("/region/factures?tri=montant", "mark")


class Queue:
    """A list in a database; the connection to it may be away."""

    def __init__(self) -> None:
        self.asked, self.is_away, self.ready = 0, False, asyncio.Event()
        self.ready.set()

    async def load(self) -> int:
        self.asked += 1
        asked, is_away = self.asked, self.is_away
        await self.ready.wait()
        if is_away:
            raise ConnectionError
        return asked


async def begun() -> None:
    """Until what was asked is being loaded."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_not_01_thirty_pages_that_fetch_the_list_after_a_decision_load_it_once() -> None:
    lists, queue = Shared(), Queue()
    assert await asyncio.gather(*(lists.get(LIST, queue.load) for _ in range(30))) == [1] * 30
    assert await lists.get(LIST, queue.load) == 1, "one that comes a little later"
    assert await lists.get(("/region/factures?tri=organisme", "mark"), queue.load) == 2, "another list"


async def test_not_01_a_page_that_knows_of_a_later_decision_waits_for_no_list_from_before_it() -> None:
    lists, queue = Shared(), Queue()
    queue.ready.clear()
    early = asyncio.create_task(lists.get(LIST, queue.load))
    await begun()
    late = asyncio.create_task(lists.get((LIST[0], "another mark"), queue.load))
    await begun()
    queue.ready.set()
    assert (await early, await late) == (1, 2)


async def test_not_01_a_list_that_could_not_be_loaded_for_one_page_is_loaded_for_the_others() -> None:
    lists, queue = Shared(), Queue()
    queue.is_away = True
    queue.ready.clear()
    first, second, third = pages = [asyncio.create_task(lists.get(LIST, queue.load)) for _ in range(3)]
    await begun()
    queue.is_away = False
    queue.ready.set()
    with pytest.raises(ConnectionError):
        await first
    assert {await second, await third} == {2, 3} and all(page.done() for page in pages)
    assert await lists.get(LIST, queue.load) == 4 and await lists.get(LIST, queue.load) == 4, "it is kept again"


async def test_not_01_a_page_that_is_closed_takes_the_list_from_nobody() -> None:
    lists, queue = Shared(), Queue()
    queue.ready.clear()
    first, second = (asyncio.create_task(lists.get(LIST, queue.load)) for _ in range(2))
    await begun()
    first.cancel()
    await begun()
    queue.ready.set()
    assert await second == 1 and first.cancelled()


async def test_nothing_is_kept_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "KEPT", 0.01)
    lists, queue = Shared(), Queue()
    assert await lists.get(LIST, queue.load) == 1
    await asyncio.sleep(0.05)
    assert await lists.get("another list", queue.load) == 2 and len(lists._kept) == 1
    assert await lists.get(LIST, queue.load) == 3


async def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "MOST", 2)
    lists, queue = Shared(), Queue()
    assert [await lists.get(number, queue.load) for number in (1, 2, 3, 3, 2, 1)] == [1, 2, 3, 3, 2, 4]
    assert len(lists._kept) == 2
