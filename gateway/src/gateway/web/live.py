"""Real time (NOT-1): a hint that something changed; each live region of the page that it is about then fetches itself anew.

A page hears three kinds of hint. `changed`: of what it shows. An organisation's pages follow all of its actions; an agent's follow what
the page names (`follows`): an action, an import. `listed`: of the agents' lists that it names; beside an invoice, its list alone is then
fetched anew. `told`: of what stands on top of every page, unread notifications and, for agents, what waits for them. Of what all agents
look at their pages are told in turn (`Hub.turn`), of everything else at once. What is changed by which message is in the worker's `hints`.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Set
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import TooManyRequestsException
from litestar.params import FromQuery, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from chassis.waits import is_set

from .portal import Portal
from .rendering import fragment
from .security import safe_path
from .session import COOKIE, Viewer, find_viewer
from .topics import ACCOUNTS, INVOICES, LISTS, REPORTS, REQUESTS, holder, told
from .visit import Visit

GATHER = 0.15
"""Seconds during which changes are gathered into one hint."""
REST = 2.0
"""Seconds between two hints: however much happens, a page asks no more often."""
HEARTBEAT = 25.0
MOST_OPEN = 50
"""Pages of one account, open at once in one web process: whoever has more looks at them without being told of changes."""


def topics(viewer: Viewer, follows: Set[str]) -> Mapping[str, Set[str]]:
    """What each kind of hint is about, on a page of the viewer's that names what it `follows`; what an organisation names is not heard."""
    news = {told(viewer.audience), told(str(viewer.user_id))}
    if viewer.siret:
        return {"changed": {viewer.siret, holder(viewer.siret)}, "told": news}
    news |= {INVOICES, REPORTS, REQUESTS, ACCOUNTS}
    return {"changed": follows - LISTS if follows else news, "listed": follows & LISTS, "told": news}


@get("/evenements")
async def events(
    request: Request[Any, Any, Any],
    portal: NamedDependency[Portal],
    viewer: NamedDependency[Viewer],
    suit: FromQuery[list[str] | None] = None,
    depuis: FromQuery[float | None] = None,
) -> ServerSentEvent:
    """The hints for one open page, made at `depuis` (seconds), until the session ends.

    Raises TooManyRequestsException when the account has too many open.
    """
    token = request.cookies[COOKIE]
    if portal.hub.count_open(viewer.user_id) >= MOST_OPEN:
        raise TooManyRequestsException

    async def hints() -> AsyncIterator[ServerSentEventMessage]:
        with portal.hub.open_page(viewer.user_id, topics(viewer, set(suit or ())), depuis) as page:
            yield ServerSentEventMessage(comment="ouvert")
            while portal.hub.count_open(viewer.user_id) <= MOST_OPEN and await find_viewer(portal.db, token, touch=False):
                if not await is_set(page.woken, HEARTBEAT):
                    yield ServerSentEventMessage(comment="là")
                    continue
                await asyncio.sleep(GATHER)
                await portal.hub.turn(page)
                for hint in page.take():
                    yield ServerSentEventMessage(event=hint, data="1")
                await asyncio.sleep(REST)

    return ServerSentEvent(hints(), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


@get("/entete", sync_to_thread=False)
def header(visit: NamedDependency[Visit], asked: Annotated[str, QueryParameter(name="page")] = "/") -> Response[str]:
    """What stands on top of the page at that address."""
    region = visit.portal.settings.region
    return fragment("_header.html", viewer=visit.viewer, frame=visit.frame, path=safe_path(asked), region_name=region)


@post("/rester-connecte", status_code=204)
async def stay(viewer: NamedDependency[Viewer]) -> None:
    """Somebody is still there: their session goes on (ACC-7)."""


ROUTES = [events, header, stay]
