"""How long a page of the agents' lists takes among 20,000, in every order, and a search.

.venv/bin/python -m pytest tests/bench/lists.py -s
"""

from collections.abc import Awaitable, Callable
from statistics import median
from time import perf_counter

import pytest

from tests.gateway.crowd import LISTS, asked, many
from tests.gateway.running_portal import RunningPortal, portal

__all__ = ["many", "portal"]
pytestmark = pytest.mark.asyncio(loop_scope="session")
SEARCHES = ("electricien 777", "organisme 123", "nothing like this")


async def milliseconds(load: Callable[[], Awaitable[object]]) -> float:
    times = []
    for _ in range(5):
        begun = perf_counter()
        await load()
        times.append(1000 * (perf_counter() - begun))
    return median(times)


@pytest.mark.parametrize("name", LISTS)
async def test_a_list(many: RunningPortal, name: str) -> None:
    orders, load = LISTS[name]
    print()  # noqa: T201
    for order in orders:
        for number in (1, 50):
            what = asked(order, number=number)
            print(f"{name:10} {order:12} page {number:2} {await milliseconds(lambda what=what: load(many, what)):8.1f} ms")  # noqa: T201
    for search in SEARCHES:
        what = asked(next(iter(orders)), search=search)
        print(f"{name:10} {search!r:32} {await milliseconds(lambda what=what: load(many, what)):8.1f} ms")  # noqa: T201
