"""The portal's database, empty and migrated, a pool as the web process has it, and a whole installation with Kafka."""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from chassis.db import Connection, connect
from chassis.migrate import migrate
from gateway.settings import SEARCH_PATH, GatewaySettings
from gateway.worker.service import service
from tests.gateway.projections.installation import GatewayInstallation
from tests.infra import Infra
from tests.log import Log as Kafka


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


@pytest_asyncio.fixture
async def installation(infra: Infra) -> AsyncIterator[GatewayInstallation]:
    prefix = infra.fresh_topics("gateway")
    dsn = await infra.fresh_database("gateway", _migrate)
    environment = infra.environment("gateway", prefix, dsn) | {"SESAME_LOG_LEVEL": "warning"}
    names = {name.removeprefix("SESAME_").lower(): value for name, value in environment.items()}
    settings = GatewaySettings.model_validate(names)
    admin = GatewaySettings.model_validate(names | {"kafka_user": "admin", "kafka_password": infra.kafka.passwords["admin"]})
    database = await connect(settings)
    async with Kafka(admin) as kafka:
        yield GatewayInstallation(environment, settings, kafka, database)
    await database.close()
