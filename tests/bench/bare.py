"""A handler that returns a page's bytes from one row: Litestar and asyncpg, as they come, in the server that the portal uses.

python -m tests.bench.bare <dsn> <port>
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from litestar import Litestar, MediaType, Request, get

from chassis.doorkeeper import SERVING

SCHEMA = "CREATE TABLE own.bare_pages (id int PRIMARY KEY, html text NOT NULL)"


@get("/", media_type=MediaType.HTML)
async def page(request: Request) -> str:  # type: ignore[type-arg]
    """The row."""
    html: str = await request.app.state.db.fetchval("SELECT html FROM own.bare_pages WHERE id = 1")
    return html


def app(dsn: str) -> Litestar:
    """The page, and the pool that it reads with."""

    @asynccontextmanager
    async def connected(app: Litestar) -> AsyncIterator[None]:
        async with asyncpg.create_pool(dsn, min_size=4, max_size=8) as app.state.db:
            yield

    return Litestar([page], lifespan=[connected], openapi_config=None, logging_config=None)


if __name__ == "__main__":
    uvicorn.run(app(sys.argv[1]), port=int(sys.argv[2]), log_config=None, **SERVING)
