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
    try:
        async with asyncio.timeout(PATIENCE):  # for a connection, too
            await app.state.portal.db.fetchval("SELECT count(*) FROM (SELECT FROM actions, commands LIMIT 1) AS any_row")
    except Exception as error:
        if not (is_transient(error) or isinstance(error, OSError)):
            raise
        return ["the database does not answer"]
    return [] if app.state.portal.hub.hears else ["not told of answers and changes"]
