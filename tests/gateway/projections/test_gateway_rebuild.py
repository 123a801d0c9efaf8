"""`python -m gateway rebuild` on the real Kafka and PostgreSQL: nothing lost, nothing sent, while all goes on."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from chassis.db import Connection, connect
from chassis.reading.catch_up import catch_up
from chassis.trouble import Trouble
from contracts.message import Message
from gateway.settings import SEARCH_PATH
from gateway.worker.rebuild import LOCK, rebuild
from gateway.worker.service import service
from tests.gateway.projections import log_of_an_action, log_of_requests
from tests.gateway.projections.installation import GatewayInstallation
from tests.gateway.projections.log import AGENT, SECRETARY, Log, at, named
from tests.gateway.projections.test_gateway_notifications import sent
from tests.gateway.projections.test_gateway_projections import everything
from tests.log import eventually
from tests.running import running


def many(actions: int) -> Log:
    """Other actions beside the one of the log."""
    log = log_of_requests.answered()
    for number in range(actions):
        key, trainee = f"2007QCB{number:04d}", named(f"trainee {number}")
        for message in (log_of_an_action.award(), log_of_an_action.registered(trainee)):
            log.say(message, at("2007-08-01"), AGENT, key)
        for version in range(1, 21):
            log.say(log_of_an_action.saved(log_of_an_action.OCTOBER, trainee, version), at("2007-11-02"), SECRETARY, key)
    return log


@asynccontextmanager
async def a_reader(installation: GatewayInstallation, seen: list[int]) -> AsyncIterator[None]:
    """A page that is read again and again meanwhile."""
    async with asyncpg.create_pool(
        installation.settings.database, min_size=2, max_size=2, server_settings={"search_path": SEARCH_PATH}
    ) as pool:

        async def read() -> None:
            while True:
                seen.append(await pool.fetchval("SELECT count(*) FROM actions JOIN applied ON applied.key = contract_number"))
                await asyncio.sleep(0.002)

        reading = asyncio.create_task(read())
        yield
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading


async def marks_of(database: Connection) -> dict[str, UUID]:
    return {row["key"]: row["mark"] for row in await database.fetch("SELECT key, mark FROM view.marks")}


async def test_while_the_worker_runs_and_pages_are_read_nothing_is_lost(installation: GatewayInstallation) -> None:
    """The operator's command itself, in its own process; events come before, meanwhile and after."""
    log = many(60)
    await installation.publish(log)
    seen: list[int] = []
    async with running(service, installation.settings):
        await eventually(installation.is_folded, 90)
        before, marks_before = await everything(installation.database), await marks_of(installation.database)
        async with a_reader(installation, seen):
            command = (sys.executable, "-m", "gateway", "rebuild")
            process = await asyncio.create_subprocess_exec(
                *command, env={**os.environ, **installation.environment}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
            )
            meanwhile = len(log.records)
            while process.returncode is None:
                log.say(
                    log_of_an_action.saved(log_of_an_action.OCTOBER, named("trainee 7"), len(log.records)),
                    at("2007-11-03"),
                    SECRETARY,
                    "2007QCB0007",
                )
                await installation.publish(log, len(log.records) - 1)
                await asyncio.sleep(0.02)
            said = (await process.communicate())[0].decode()
        assert process.returncode == 0, said
        assert "(100 %)" in said
        assert "Messages mis de côté : 0" in said
        assert min(seen) == max(seen) == 61, "a page never saw less than there is"
        assert len(log.records) > meanwhile
        await eventually(installation.is_folded, 60)
        after = await everything(installation.database)
    marks_after = await marks_of(installation.database)
    assert marks_after.keys() == marks_before.keys() - {"day"}, "a day is not done again"
    assert not set(marks_after.values()) & set(marks_before.values()), "whatever was made of the old views is made anew"
    unchanged = {table for table in before if before[table] == after[table]}
    assert set(before) - unchanged == {"lines", "history", "applied"}, "only what was said meanwhile"
    assert len(after["history"]) == len(before["history"]) + len(log.records) - meanwhile
    assert await installation.database.fetchval("SELECT count(*) FROM parked") == 0
    assert not await installation.database.fetch("SELECT 1 FROM pg_namespace WHERE nspname IN ('view_next', 'view_old')")


async def test_views_that_were_damaged_are_whole_again_and_nothing_is_sent(installation: GatewayInstallation) -> None:
    """Nobody is told anything twice; answers, read marks, and what a day told stay."""
    command = named("command")
    await sent(installation.database, command)
    log = log_of_an_action.closed()
    log.answer(command, at("2007-11-05"))
    async with running(service, installation.settings):
        await installation.live(log)
    before = await everything(installation.database)
    own = await installation.database.fetch("SELECT * FROM own.commands")
    assert any('"window_opens"' in row for row in before["notifications"])
    await installation.database.execute("TRUNCATE view.lines, view.invoices; UPDATE view.actions SET state = 'opened'")
    await installation.database.execute("DELETE FROM view.notifications WHERE kind = 'invoice_paid'")
    heard: list[object] = []
    for channel in ("answers", "changed", "outbox"):
        await installation.database.add_listener(channel, lambda *what: heard.append(what))
    await rebuild(service, installation.settings, lambda _text: None)
    assert await everything(installation.database) == before
    assert await installation.database.fetch("SELECT * FROM own.commands") == own
    assert heard == []


async def test_what_the_worker_has_not_read_yet_is_in_the_new_views_and_the_worker_goes_on_from_there(
    installation: GatewayInstallation,
) -> None:
    log = log_of_an_action.awarded()
    await installation.publish(log)
    async with running(service, installation.settings):
        await eventually(installation.is_folded, 60)
    more = log_of_an_action.opened()
    await installation.publish(more, len(log.records))
    await rebuild(service, installation.settings, lambda _text: None)
    assert await installation.database.fetchval("SELECT state FROM actions") == "opened"
    last = log_of_an_action.invoiced()
    async with running(service, installation.settings):
        await installation.live(Log(last.records[len(more.records) :]))
    assert await installation.database.fetchval("SELECT standing FROM months WHERE month = $1", log_of_an_action.OCTOBER) == "confirmed"
    assert await installation.database.fetchval("SELECT count(*) FROM notifications WHERE kind = 'window_opens'") == 1


async def test_the_swap_waits_for_the_batch_at_hand_and_the_next_batch_lands_in_the_new_views(installation: GatewayInstallation) -> None:
    """Even one that had begun to wait, with a statement that was prepared for the old ones."""
    await installation.publish(log_of_an_action.awarded())
    await catch_up(service, installation.settings)
    at_hand, following = await connect(installation.settings), await connect(installation.settings)
    lock = await following.prepare("SELECT tableoid FROM positions FOR UPDATE")
    old = {row["tableoid"] for row in await lock.fetch()}
    async with at_hand.transaction():
        await at_hand.execute("SELECT FROM positions FOR UPDATE")
        rebuilding = asyncio.create_task(rebuild(service, installation.settings, lambda _text: None))
        await eventually(
            lambda: installation.database.fetchval(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'view.positions'::regclass"
            )
        )
        next_batch = asyncio.create_task(lock.fetch())
        await asyncio.sleep(0.3)
        assert not rebuilding.done()
        await at_hand.execute("UPDATE actions SET title = 'in the middle of a batch'")
    new = {row["tableoid"] for row in await next_batch}
    await rebuilding
    assert new == {await installation.database.fetchval("SELECT 'view.positions'::regclass::oid")} != old
    for connection in (at_hand, following):
        await connection.close()


async def test_one_rebuilding_at_a_time_and_a_log_that_ends_too_early_changes_nothing(installation: GatewayInstallation) -> None:
    await installation.publish(log_of_an_action.awarded())
    await catch_up(service, installation.settings)
    other = await connect(installation.settings)
    await other.execute("SELECT pg_advisory_lock($1)", LOCK)
    with pytest.raises(Trouble, match="déjà en cours"):
        await rebuild(service, installation.settings, lambda _text: None)
    await other.close()
    await installation.database.execute('UPDATE view.positions SET "offset" = "offset" + 1000')
    before = await everything(installation.database)
    with pytest.raises(Trouble, match="restent en service"):
        await rebuild(service, installation.settings, lambda _text: None)
    assert await everything(installation.database) == before


async def test_a_message_that_cannot_be_folded_is_parked_in_the_new_views_and_said(installation: GatewayInstallation) -> None:
    log = log_of_an_action.awarded()
    stray: Message = log_of_an_action.paid().records and log_of_an_action.confirmed(log_of_an_action.OCTOBER)
    log.say(stray, datetime(2007, 11, 5, tzinfo=UTC))
    broken = log.records[-1]
    await installation.publish(log)
    await installation.kafka.send("events", b"2007QCA0777", broken.headers, b"{}")
    said: list[str] = []
    await rebuild(service, installation.settings, said.append)
    assert said[-1].endswith("Messages mis de côté : 1.")
    assert await installation.database.fetchval("SELECT keys FROM parked") == ["2007QCA0777"]
    assert await installation.database.fetchval("SELECT confirmed IS NOT NULL FROM months WHERE month = $1", log_of_an_action.OCTOBER)
