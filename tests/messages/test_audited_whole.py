"""The auditor reads every database and every topic, with its own rights alone."""

import importlib

import asyncpg
import pytest

from auditor import audit
from chassis.migrate import migrate
from chassis.service import Service
from chassis.settings import Settings
from gateway.settings import GatewaySettings
from gateway.worker.service import service as gateway
from sesame_local.place import SERVICES
from tests.infra import Infra, as_role
from tests.messages.auditing import audit_settings

OWNERS: dict[str, Service] = {name: importlib.import_module(f"{name}.app").service for name in SERVICES} | {"gateway": gateway}


@pytest.fixture
async def databases(infra: Infra) -> dict[str, str]:
    """Of an installation in which nothing has happened yet; the prefix of its topics is under the empty name."""
    prefix = infra.fresh_topics(*OWNERS, "finance")
    made = {"": prefix}
    for name, service in OWNERS.items():
        made[name] = await infra.fresh_database(name)
        told = infra.environment(name, prefix, made[name])
        kind = GatewaySettings if name == "gateway" else Settings
        await migrate(service, kind.model_validate({key.removeprefix("SESAME_").lower(): value for key, value in told.items()}))
    return made


async def test_where_nothing_has_happened_every_promise_is_kept_and_the_auditor_can_write_nothing(
    infra: Infra, databases: dict[str, str]
) -> None:
    prefix = databases.pop("")
    assert await audit(audit_settings(infra, prefix, databases)) == []
    connection = await asyncpg.connect(as_role(databases["billing"], "auditor"))
    try:
        for wish in ("read write", "read only"):
            await connection.execute(f"SET default_transaction_read_only = {'off' if wish == 'read write' else 'on'}")
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)):
                await connection.execute("DELETE FROM payments")
    finally:
        await connection.close()
