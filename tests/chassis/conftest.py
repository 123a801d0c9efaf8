"""A fresh installation per test module: topics, a database for the sample service, the log."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest_asyncio

from chassis.migrate import migrate
from chassis.settings import Settings
from chassis.testing import Log
from tests.chassis.sample import SERVICE
from tests.infra import Infra


@dataclass(frozen=True)
class Place:
    """One installation of the sample service."""

    settings: Settings
    environment: dict[str, str]
    log: Log


def settings_of(environment: dict[str, str]) -> Settings:
    names = {name.removeprefix("SESAME_").lower(): value for name, value in environment.items()}
    return Settings.model_validate({"log_level": "warning", **names})


@pytest_asyncio.fixture
async def install(infra: Infra) -> AsyncIterator[Callable[[], Awaitable[Place]]]:
    logs: list[Log] = []

    async def fresh() -> Place:
        prefix = infra.fresh_topics()
        dsn = await infra.fresh_database("billing", lambda dsn: migrate(SERVICE, settings_of(infra.environment("billing", prefix, dsn))))
        environment = infra.environment("billing", prefix, dsn) | {"SESAME_LOG_LEVEL": "info"}
        admin = settings_of(
            infra.environment("billing", prefix, dsn)
            | {"SESAME_KAFKA_USER": "admin", "SESAME_KAFKA_PASSWORD": infra.kafka.passwords["admin"]}
        )
        log = await Log(admin).__aenter__()
        logs.append(log)
        return Place(settings_of(environment), environment, log)

    yield fresh
    for log in logs:
        await log.__aexit__()


@pytest_asyncio.fixture
async def place(install: Callable[[], Awaitable[Place]]) -> Place:
    return await install()
