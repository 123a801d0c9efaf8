"""The web process has a role of its own in the database: it owns nothing, and cannot write what the worker writes."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from gateway.settings import SEARCH_PATH
from tests.gateway.running_portal import migrated
from tests.infra import Infra, as_role

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def web(infra: Infra) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the web process has it."""
    dsn = as_role(await infra.fresh_database("gateway", migrated), "gateway_web")
    connection = await asyncpg.connect(dsn, server_settings={"search_path": SEARCH_PATH})
    yield connection
    await connection.close()


async def test_it_owns_nothing(web: asyncpg.Connection) -> None:
    assert await web.fetchval("SELECT count(*) FROM pg_class JOIN pg_roles ON relowner = pg_roles.oid WHERE rolname = current_user") == 0
    assert (
        await web.fetchval("SELECT count(*) FROM pg_auth_members JOIN pg_roles ON member = pg_roles.oid WHERE rolname = current_user") == 0
    )


async def test_it_reads_every_table_of_the_views_and_writes_none(web: asyncpg.Connection) -> None:
    rows = await web.fetch(
        """
        SELECT relname, has_table_privilege(pg_class.oid, 'SELECT') AS reads,
               has_any_column_privilege(pg_class.oid, 'INSERT, UPDATE') OR has_table_privilege(pg_class.oid, 'DELETE, TRUNCATE') AS writes
        FROM pg_class JOIN pg_namespace ON relnamespace = pg_namespace.oid WHERE nspname = 'view' AND relkind = 'r'
        """
    )
    assert {row["relname"] for row in rows if not row["reads"]} == {"aggregates", "migrations", "parked", "positions", "seen", "ticked"}
    assert not [row["relname"] for row in rows if row["writes"]] and len(rows) > 15


REFUSED = [
    "UPDATE invoices SET state = 'paid'",
    "DELETE FROM notifications",
    "UPDATE invoice_documents SET content = ''",
    "INSERT INTO invoice_documents VALUES ('2007QCA0266', gen_random_uuid(), '', '')",
    "INSERT INTO view.applied VALUES ('2007QCA0266', 'events', 0, 1)",
    "UPDATE commands SET faults = '[]'",
    "UPDATE commands SET answered_at = now()",
    "UPDATE commands SET siret = '73282932000074'",
    "DELETE FROM commands",
    "DELETE FROM read_marks",
    "SELECT body FROM outbox",
    "DELETE FROM outbox",
    "SELECT * FROM parked",
    "TRUNCATE sessions",
    "DROP TABLE drafts",
    "CREATE TABLE own.mine ()",
    "CREATE TABLE view.mine ()",
    "CREATE TABLE public.mine ()",
    "CREATE TEMPORARY TABLE mine ()",
    "ALTER SCHEMA view RENAME TO views",
    "SET ROLE gateway",
    "SELECT * FROM own.migrations",
]


@pytest.mark.parametrize("statement", REFUSED)
async def test_what_is_not_its_own_is_refused(web: asyncpg.Connection, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await web.execute(statement)


async def test_it_can_ask_and_say_nothing_else(web: asyncpg.Connection) -> None:
    put = "INSERT INTO outbox (topic, key, headers, body) VALUES ($1, 'k', '{}', '')"
    await web.execute(put, "actions.commands")
    for topic in ("events", "personal", "actions.commands.events", "region.decisions"):
        with pytest.raises(asyncpg.CheckViolationError):
            await web.execute(put, topic)


async def test_another_service_s_database_is_closed_to_it(infra: Infra) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(as_role(await infra.fresh_database("billing"), "gateway_web"))
