"""Installations of the sample service: topics, a database, the log. One a module (`place`), or as many as a test asks for (`install`)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from prometheus_client import REGISTRY

from auditor import Finding
from chassis.migrate import migrate
from chassis.process import run
from chassis.settings import Settings
from contracts.operators import FRENCH
from tests.chassis.sample import SERVICE
from tests.infra import Infra
from tests.log import Log
from tests.messages.auditing import findings
from tests.running import running


@dataclass(frozen=True)
class SampleInstallation:
    """One installation of the sample service."""

    settings: Settings
    environment: dict[str, str]
    log: Log

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """What the service's database says."""
        connection = await asyncpg.connect(self.settings.database)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def state(self, key: str) -> Any:
        """The state of `key`, as JSON text."""
        return (await self.fetch("SELECT state FROM aggregates WHERE key = $1", key))[0]["state"]

    async def parked(self, key: str) -> list[str]:
        """The types of what is parked for `key`, in order."""
        rows = await self.fetch("SELECT header_names, header_values FROM parked WHERE keys @> ARRAY[$1] ORDER BY id", key)
        headers = [dict(zip(row["header_names"], row["header_values"], strict=True)) for row in rows]
        return [(header.get(b"ce_type") or b"?").decode(errors="replace") for header in headers]

    async def operate(self, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
        """Runs `python -m billing parked …`. Raises SystemExit when it ends with an error."""
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)
        await asyncio.to_thread(run, SERVICE, FRENCH, ["parked", *arguments])

    async def auditing(self, infra: Infra) -> list[Finding]:
        """What the auditor finds in its messages."""
        return await findings(infra, SERVICE, self.settings, of_messages_alone=True)


Install = Callable[[], Awaitable[SampleInstallation]]


def settings_of(environment: dict[str, str]) -> Settings:
    """The settings that a process with this environment would have."""
    return Settings.model_validate({name.removeprefix("SESAME_").lower(): value for name, value in environment.items()})


def alarms(kind: str) -> float:
    """How many alarms of that kind the service in this process has given."""
    return REGISTRY.get_sample_value("sesame_alarms_total", {"service": "billing", "kind": kind}) or 0


@pytest_asyncio.fixture(scope="session")
async def install(infra: Infra) -> AsyncIterator[Install]:
    logs: list[Log] = []

    async def fresh() -> SampleInstallation:
        prefix = infra.fresh_topics("billing")
        dsn = await infra.fresh_database("billing", lambda dsn: migrate(SERVICE, settings_of(infra.environment("billing", prefix, dsn))))
        environment = infra.environment("billing", prefix, dsn)
        log = Log(settings_of(infra.environment("admin", prefix, dsn)))
        logs.append(await log.__aenter__())
        return SampleInstallation(settings_of(environment), environment, log)

    yield fresh
    for log in logs:
        await log.__aexit__()


@pytest_asyncio.fixture(scope="module")
async def installation(install: Install) -> SampleInstallation:
    return await install()


@pytest_asyncio.fixture(scope="module")
async def served(installation: SampleInstallation) -> AsyncIterator[SampleInstallation]:
    """The module's installation, its service running."""
    async with running(SERVICE, installation.settings):
        yield installation
