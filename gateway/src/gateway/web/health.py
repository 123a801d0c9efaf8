"""Whether the web process can serve: it needs its database, and to be told of what changes there; nothing else."""

import asyncio

from litestar import Litestar

from chassis.trouble import is_transient

PATIENCE = 3.0
"""Seconds that the database has to answer."""


async def missing(app: Litestar) -> list[str]:
    """What it still lacks: it has not started, or the database does not answer with the tables that pages need."""
    if "portal" not in app.state:
        return ["starting"]
    asked = asyncio.create_task(app.state.portal.db.fetchval("SELECT count(*) FROM (SELECT FROM actions, commands LIMIT 1) AS any_row"))
    # Not awaited once it is cancelled: asyncpg first tells the server, and one that says nothing takes its time.
    await asyncio.wait({asked}, timeout=PATIENCE)
    if not asked.done():
        asked.add_done_callback(lambda late: late.cancelled() or late.exception())
        asked.cancel()
        return ["the database does not answer"]
    error = asked.exception()
    if error and not (is_transient(error) or isinstance(error, OSError)):
        raise error
    if error:
        return ["the database does not answer"]
    return [] if app.state.portal.hub.hears else ["not told of answers and changes"]
