"""How long a page of the agents' lists takes among 20,000, in every order, and a search; their filters, the next one, the dashboard.

.venv/bin/python -m pytest tests/bench/lists.py -s
"""

from collections.abc import Awaitable, Callable
from statistics import median
from tempfile import TemporaryFile
from time import perf_counter

import pytest

from gateway.areas.action.exporting import COLUMNS
from gateway.areas.action.queries import region as actions
from gateway.areas.action.queries.region import Exported
from gateway.areas.billing import queue
from gateway.areas.dashboard import queries as dashboard
from gateway.web.downloads import Parts, write
from tests.gateway.crowd import LISTS, TODAY, asked, many
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


async def write_all(actions: Parts[Exported]) -> None:
    with TemporaryFile() as file:
        await write(file, "xlsx", "actions", COLUMNS, actions)


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


async def test_what_an_agent_asks_besides(many: RunningPortal) -> None:
    db, viewer = many.db, many.agent.viewer
    (holder, _), first = (await actions.load_holders(db, viewer))[7], asked("recue")
    invoice = (await queue.load_queue(db, viewer, first, TODAY)).rows[20].invoice.invoice_id
    late = actions.Wanted("tout")
    questions: dict[str, Callable[[], Awaitable[object]]] = {
        "invoices of an organisation": lambda: queue.load_queue(db, viewer, asked("recue", organisme=holder), TODAY),
        "invoices that are late": lambda: queue.load_queue(db, viewer, asked("recue", etat="retard"), TODAY),
        "invoices that were rejected": lambda: queue.load_queue(db, viewer, asked("decision", down=True, etat="rejetees"), TODAY),
        "the next invoice": lambda: queue.find_after(db, viewer, first, TODAY, invoice),
        "the next one by title": lambda: queue.find_after(db, viewer, asked("action"), TODAY, invoice),
        "the organisations to choose from": lambda: actions.load_holders(db, viewer),
        "actions that are late": lambda: actions.list_actions(db, viewer, asked("debut", down=True), late, TODAY),
        "all actions, as a workbook": lambda: write_all(actions.read_exported(db, viewer, asked("debut"), actions.Wanted(), TODAY, {})),
        "dashboard: what waits": lambda: dashboard.load_waiting(db, viewer, TODAY),
        "dashboard: what is late": lambda: actions.count_late(db, viewer, TODAY),
        "dashboard: money": lambda: dashboard.load_money(db, viewer, 2008),
    }
    print()  # noqa: T201
    for name, ask in questions.items():
        print(f"{name:36} {await milliseconds(ask):8.1f} ms")  # noqa: T201
