"""The portal's database, empty and migrated, and a pool as the web process has it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from chassis.db import Connection, connect
from chassis.migrate import migrate
from gateway.settings import SEARCH_PATH, GatewaySettings
from gateway.worker import service
from tests.infra import Infra


async def _migrate(dsn: str) -> None:
    await migrate(service, GatewaySettings(kafka="", database=dsn))


@pytest_asyncio.fixture
async def dsn(infra: Infra) -> str:
    return await infra.fresh_database("gateway", _migrate)


@pytest_asyncio.fixture
async def database(dsn: str) -> AsyncIterator[Connection]:
    connection = await connect(GatewaySettings(kafka="", database=dsn))
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(dsn, min_size=1, max_size=2, server_settings={"search_path": SEARCH_PATH}) as made:
        yield made
