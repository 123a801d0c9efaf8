"""Commands are counted in an epoch: who commits one while another epoch begins waits, and counts in the new one."""

import asyncio
import json
from uuid import uuid4

import pytest

from contracts.actions import ConfirmTrainers
from gateway.settings import GatewaySettings
from gateway.web.commands import Commands
from gateway.web.hub import Hub
from gateway.worker import epochs
from tests.gateway.running_portal import RunningPortal
from tests.log import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
KEY = "2008EPO0001"


async def test_act_1_a_command_that_is_committed_while_an_epoch_begins_counts_in_it(portal: RunningPortal) -> None:
    commands, asking = Commands(portal.db, Hub(GatewaySettings(kafka="", database=portal.dsn))), []

    def ask() -> None:
        asking.append(asyncio.create_task(commands.send(portal.secretary.viewer, KEY, ConfirmTrainers(), form_id=uuid4(), path="/")))

    async def sources() -> list[tuple[str, str]]:
        rows = await portal.db.fetch("SELECT headers FROM outbox WHERE key = $1 ORDER BY seq", KEY)
        headers = [json.loads(row["headers"]) for row in rows]
        return [(each["ce_source"], each["ce_version"]) for each in headers]

    first = await portal.db.fetchval("SELECT source FROM epochs")
    ask()
    assert await eventually(sources) == [(first, "1")]
    await portal.db.execute("DELETE FROM outbox")
    async with portal.db.acquire() as connection, connection.transaction():
        await epochs.begin(connection, epochs.Comparison())
        ask()
        await eventually(
            lambda: portal.db.fetchval("SELECT count(*) FROM pg_locks WHERE relation = 'command_keys'::regclass AND NOT granted")
        )
    second = await portal.db.fetchval("SELECT source FROM epochs ORDER BY number DESC LIMIT 1")
    assert await eventually(sources) == [(second, "1")] and first != second
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
