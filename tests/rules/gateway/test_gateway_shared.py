"""What many open pages fetch anew after the same change is loaded once, and never without what the hint was about (NOT-1)."""

import asyncio

import pytest

from gateway.settings import WebSettings
from gateway.web.hub import Hub
from gateway.web.topics import INVOICES, REPORTS

LIST, TOPICS = "?tri=montant", {INVOICES}


class Queue:
    """A list in a database; the connection to it may be away."""

    def __init__(self) -> None:
        self.invoices, self.asked, self.is_away, self.ready = 3, 0, False, asyncio.Event()
        self.ready.set()

    async def load(self) -> int:
        self.asked += 1
        invoices = self.invoices
        await self.ready.wait()
        if self.is_away:
            raise ConnectionError
        return invoices


@pytest.fixture
def hub() -> Hub:
    return Hub(WebSettings(database="postgresql://nowhere/nothing"))


async def test_not_01_thirty_pages_that_fetch_the_list_after_a_decision_load_it_once(hub: Hub) -> None:
    queue = Queue()
    assert await asyncio.gather(*(hub.shared.get(LIST, TOPICS, queue.load) for _ in range(30))) == [3] * 30
    hub._changed(f'["{REPORTS}"]')
    assert await hub.shared.get(LIST, TOPICS, queue.load) == 3 and queue.asked == 1
    assert await hub.shared.get("?tri=organisme", TOPICS, queue.load) == 3 and queue.asked == 2


@pytest.mark.parametrize("said", [f'["{INVOICES}"]', ""])
async def test_not_01_a_page_that_is_hinted_of_a_decision_gets_the_list_with_it(hub: Hub, said: str) -> None:
    queue = Queue()
    await hub.shared.get(LIST, TOPICS, queue.load)
    queue.ready.clear()
    queue.invoices = 2
    hub._changed(said)
    early = asyncio.create_task(hub.shared.get(LIST, TOPICS, queue.load))
    await asyncio.sleep(0.01)  # it has begun
    queue.invoices = 1  # while it is still being loaded for another page
    hub._changed(said)
    late = asyncio.create_task(hub.shared.get(LIST, TOPICS, queue.load))
    await asyncio.sleep(0.01)  # it has begun
    queue.ready.set()
    assert (await early, await late) == (2, 1)


async def test_not_01_a_list_that_could_not_be_loaded_is_tried_again_and_whoever_leaves_takes_it_from_nobody(hub: Hub) -> None:
    queue = Queue()
    queue.is_away = True
    with pytest.raises(ConnectionError):
        await hub.shared.get(LIST, TOPICS, queue.load)
    queue.is_away = False
    queue.ready.clear()
    leaving, staying = (asyncio.create_task(hub.shared.get(LIST, TOPICS, queue.load)) for _ in range(2))
    await asyncio.sleep(0.01)  # it has begun
    leaving.cancel()
    queue.ready.set()
    assert await staying == 3 and queue.asked == 2
