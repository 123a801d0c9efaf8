"""An action as it was known on a day, on the real Kafka and PostgreSQL: the same fold, the same rows, thrown away afterwards (ACC-8)."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest

from chassis.db import Connection
from chassis.reading.catch_up import catch_up
from gateway.areas.history.past import load_past
from gateway.settings import SEARCH_PATH
from gateway.told import table
from gateway.web.known_on import MOST_OF_ONE, Gone, Known, ask_for, find_known
from gateway.web.session import Viewer
from gateway.worker import known_on
from gateway.worker.service import service
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.installation import GatewayInstallation
from tests.gateway.projections.log import AGENT, HOLDER, SECRETARY, Log, at, named
from tests.gateway.projections.test_gateway_rebuild import many
from tests.guide import CONTRACT, OTHER_SIRET
from tests.infra import as_role
from tests.log import eventually
from tests.running import running

TABLES = (
    *("actions", "trainees", "months", "lines", "offers", "invoices", "payments", "reports", "notes", "shares", "invoice_shares"),
    *("history", "last_told", "applied", "notifications"),
)
SECRETARYS = Viewer(UUID(SECRETARY.subject), "organisation", HOLDER, "s", "SCENES", False)
RIVAL = Viewer(named("rival"), "organisation", OTHER_SIRET, "autre", "CEVENNES-GESTION", False)


async def of_the_action(database: Connection, schema: str = "view") -> dict[str, list[str]]:
    """Every row about the action, but for what the days told."""
    keys = {"history": "key", "last_told": "key", "applied": "key"}
    rows = {
        name: await database.fetch(
            f"SELECT to_jsonb(one) AS row FROM {schema}.{name} AS one WHERE {keys.get(name, 'contract_number')} = $1", CONTRACT
        )
        for name in TABLES
    }
    of_days = {notice.kind for notice in table.OF_DAYS}
    return {name: sorted(row["row"] for row in of if json.loads(row["row"]).get("kind") not in of_days) for name, of in rows.items()}


@asynccontextmanager
async def web(installation: GatewayInstallation) -> AsyncIterator[asyncpg.Pool]:
    """A pool as the pages' process has it."""
    dsn = as_role(installation.settings.database, "gateway_web")
    async with asyncpg.create_pool(dsn, min_size=1, max_size=2, server_settings={"search_path": SEARCH_PATH}) as pool:
        yield pool


async def folded(pool: asyncpg.Pool, day: date) -> Known:
    """The action on that day, once it is folded or given up."""

    async def done() -> Known | None:
        known = await find_known(pool, SECRETARYS, CONTRACT, day)
        return known if known and (known.is_ready or known.is_given_up) else None

    assert await ask_for(pool, SECRETARYS, CONTRACT, day)
    known: Known = await eventually(done, 60)
    return known


async def test_acc_08_on_a_past_day_every_row_is_what_the_views_held_at_its_end(installation: GatewayInstallation) -> None:
    """At the border of the day too: what was said at midnight is not in it."""
    story, at_the_end = log_of_an_action.closed(), {}
    await installation.publish(Log([record for record in many(3).records if (record.key or b"").startswith(b"2007QCB")]))
    done = 0
    for day, log in (
        (date(2007, 7, 4), log_of_an_action.awarded()),
        (date(2007, 11, 11), log_of_an_action.invoiced()),
        (date(2007, 11, 28), log_of_an_action.paid()),
    ):
        await installation.publish(log, done)
        done = len(log.records)
        await catch_up(service, installation.settings)
        at_the_end[day] = await of_the_action(installation.database)
    await installation.publish(story, done)
    async with running(service, installation.settings), web(installation) as pool:
        await eventually(installation.is_folded, 60)
        for day, rows in at_the_end.items():
            known = await folded(pool, day)
            assert known.is_ready and await of_the_action(installation.database, f"known_{known.number}") == rows, day
        latest = await folded(pool, date(2008, 1, 10))
        now = await of_the_action(installation.database)
        assert await of_the_action(installation.database, f"known_{latest.number}") == now
        others_rows = await installation.database.fetchval(f"SELECT count(*) FROM known_{latest.number}.actions")
        assert others_rows == 1, "only what is said of the action is read"
        assert now["invoices"] != at_the_end[date(2007, 11, 11)]["invoices"]


async def test_acc_08_the_pages_process_reads_it_as_it_reads_today_and_no_more(installation: GatewayInstallation) -> None:
    await installation.publish(log_of_an_action.closed())
    async with running(service, installation.settings), web(installation) as pool:
        await eventually(installation.is_folded, 60)
        known = await folded(pool, date(2007, 11, 11))
        past = await load_past(pool, SECRETARYS, known, CONTRACT, date(2007, 11, 11))
        assert past and past.life.action.state == "opened" and past.account.invoiced == Decimal("2445.00") and past.account.accepted == 0
        assert [hours.name for _, lines in past.hours for hours in lines] == ["CHOMBIER Gisele", "DELMAS Paul"]
        assert await load_past(pool, RIVAL, known, CONTRACT, date(2007, 11, 11)) is None and not await find_known(
            pool, RIVAL, CONTRACT, date(2007, 11, 11)
        )
        schema = f"known_{known.number}"
        for statement in (f"DELETE FROM {schema}.actions", f"DROP SCHEMA {schema} CASCADE", f"CREATE TABLE {schema}.mine ()"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(statement)
        for statement in ("UPDATE known_on SET ready_at = now()", "DELETE FROM known_on", f"SELECT FROM {schema}.parked"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(statement)
        # PRV-1: whoever is erased now is erased then too.
        await installation.kafka.send("personal", f"{CONTRACT}/{log_of_an_action.FIRST}".encode(), [], None)
        await eventually(installation.is_folded, 60)
        erased = await load_past(pool, SECRETARYS, known, CONTRACT, date(2007, 11, 11))
        assert erased and [hours.name for _, lines in erased.hours for hours in lines] == ["DELMAS Paul", "Stagiaire"]
        await installation.database.execute("UPDATE own.known_on SET asked_at = now() - interval '2 hours'")
        await known_on.throw_away(installation.database)
        with pytest.raises(Gone):
            await load_past(pool, SECRETARYS, known, CONTRACT, date(2007, 11, 11))


async def test_what_a_process_left_in_the_middle_is_folded_again_or_thrown_away(installation: GatewayInstallation) -> None:
    await installation.publish(log_of_an_action.invoiced())
    await catch_up(service, installation.settings)
    await installation.database.execute("CREATE SCHEMA known_77; CREATE TABLE known_77.actions (); CREATE SCHEMA known_1")
    await installation.database.execute("CREATE TABLE known_1.actions ()")
    async with web(installation) as pool:
        assert await ask_for(pool, SECRETARYS, CONTRACT, date(2007, 11, 11))
        await installation.database.execute("UPDATE own.known_on SET attempts = 1")
        async with running(service, installation.settings):
            known = await folded(pool, date(2007, 11, 11))
            assert known.is_ready and known.number == 1
            assert await load_past(pool, SECRETARYS, known, CONTRACT, date(2007, 11, 11))
            schemas = await installation.database.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'known_%'")
            assert [row["nspname"] for row in schemas] == ["known_1"]


async def test_what_cannot_be_folded_is_given_up_and_may_be_asked_for_again(installation: GatewayInstallation) -> None:
    log = log_of_an_action.invoiced()
    log.say(log_of_an_action.saved(log_of_an_action.OCTOBER, log_of_an_action.FIRST, 2), at("2007-11-08"), SECRETARY)
    log.records[-1] = replace(log.records[-1], body=b"{}")
    await installation.publish(log)
    async with running(service, installation.settings), web(installation) as pool:
        await eventually(lambda: installation.database.fetchval("DELETE FROM parked RETURNING 1"), 60)  # the operator has given it up
        log.say(log_of_an_action.saved(log_of_an_action.OCTOBER, log_of_an_action.FIRST, 3), at("2007-11-09"), SECRETARY)
        await installation.publish(log, len(log.records) - 1)
        await eventually(installation.is_folded, 60)
        assert (await folded(pool, date(2007, 11, 11))).is_given_up
        assert (await folded(pool, date(2007, 7, 4))).is_ready, "until then, all could be read"
        await installation.database.execute("UPDATE own.known_on SET asked_at = now() - interval '6 minutes'")
        await known_on.throw_away(installation.database)
        assert await find_known(pool, SECRETARYS, CONTRACT, date(2007, 11, 11)) is None
        assert await find_known(pool, SECRETARYS, CONTRACT, date(2007, 7, 4))


async def test_nobody_asks_for_more_than_is_kept_nor_for_what_is_anothers(installation: GatewayInstallation) -> None:
    await installation.publish(log_of_an_action.awarded())
    await catch_up(service, installation.settings)
    async with web(installation) as pool:
        assert not await ask_for(pool, RIVAL, CONTRACT, date(2007, 7, 4))
        asked = [await ask_for(pool, SECRETARYS, CONTRACT, date(2007, 8, day)) for day in range(1, MOST_OF_ONE + 2)]
        assert asked == [True] * MOST_OF_ONE + [False]
        assert await ask_for(pool, SECRETARYS, CONTRACT, date(2007, 8, 1)), "what is there already is not asked for twice"
        agent = Viewer(UUID(AGENT.subject), "agent", None, "agent", "Claire BONNET", False)
        assert await ask_for(pool, agent, CONTRACT, date(2007, 9, 1))
