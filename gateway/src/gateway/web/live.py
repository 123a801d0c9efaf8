"""Real time (NOT-1): a hint that something changed; each live region of the page then fetches itself anew."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import ServerSentEvent, ServerSentEventMessage

from .portal import Portal
from .session import COOKIE, Viewer, find_viewer

GATHER = 0.15
"""Seconds during which changes are gathered into one hint."""
HEARTBEAT = 25.0


@get("/evenements")
async def events(request: Request[Any, Any, Any], portal: NamedDependency[Portal], viewer: NamedDependency[Viewer]) -> ServerSentEvent:
    """One `changed` per change of what this viewer sees, until the session ends."""
    token = request.cookies[COOKIE]

    async def hints() -> AsyncIterator[ServerSentEventMessage]:
        async with portal.hub.open_page(viewer.audience) as changed:
            yield ServerSentEventMessage(comment="ouvert")
            while await find_viewer(portal.db, token, touch=False):
                try:
                    await asyncio.wait_for(changed.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ServerSentEventMessage(comment="là")
                    continue
                await asyncio.sleep(GATHER)
                changed.clear()
                yield ServerSentEventMessage(event="changed", data="1")

    return ServerSentEvent(hints(), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


@post("/rester-connecte", status_code=204)
async def stay(viewer: NamedDependency[Viewer]) -> None:
    """Somebody is still there: their session goes on (ACC-7)."""


ROUTES = [events, stay]
