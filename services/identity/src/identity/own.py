"""What this service decides by itself, no message having asked: a password chosen over HTTP, a mail sent, an agent made."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from asyncpg import Pool

from chassis import instant
from chassis.db import Connection
from chassis.engine.batch import Engine
from chassis.work import Work
from contracts.envelope import Actor


@asynccontextmanager
async def own_transaction(pool: Pool, engine: Engine, key: str, actor: Actor) -> AsyncIterator[Work[Any]]:
    """A transaction that holds `key`; `work.connection` is in it, and what is saved and emitted goes out when it is committed."""
    async with pool.acquire() as connection, engine.direct(cast(Connection, connection), key, instant.now(), actor) as work:
        yield work
