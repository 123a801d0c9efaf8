"""Migrations; work that no message caused; a database filled from the log without a group."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from chassis import migrate
from chassis.db import connect
from chassis.engine.batch import Engine
from chassis.reading.catch_up import catch_up
from chassis.trouble import Trouble
from contracts.envelope import Actor
from tests.chassis.conftest import Install, settings_of
from tests.chassis.sample import SERVICE, Add, Added, Purse
from tests.infra import Infra
from tests.log import eventually
from tests.running import running


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An importable package for .sql files."""
    folder = tmp_path / "migrations_of_a_test"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


async def applied(dsn: str, package: Path, schema: str = "") -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await migrate.apply(connection, schema, [package.name])
    finally:
        await connection.close()


async def test_migrations_are_applied_once_in_order_and_only_forward(infra: Infra, package: Path) -> None:
    dsn = await infra.fresh_database("billing")
    (package / "0002_more.sql").write_text("ALTER TABLE things ADD COLUMN b int;")
    (package / "0001_things.sql").write_text("CREATE TABLE things (a int);")
    await applied(dsn, package)
    await applied(dsn, package)
    (package / "0003_wrong.sql").write_text("ALTER TABLE things ADD COLUMN c int; SELECT nonsense;")
    with pytest.raises(Trouble, match=r"0003_wrong\.sql failed"):
        await applied(dsn, package)
    (package / "0003_wrong.sql").write_text("ALTER TABLE things ADD COLUMN c int;")
    await applied(dsn, package)
    (package / "0001_things.sql").write_text("CREATE TABLE others (a int);")
    with pytest.raises(Trouble, match="has changed since it was applied"):
        await applied(dsn, package)


async def test_an_older_version_goes_on_with_what_a_newer_one_added_and_ends_where_it_took_away(infra: Infra, package: Path) -> None:
    dsn = await infra.fresh_database("billing")
    (package / "0001_things.sql").write_text("CREATE TABLE things (a int, b int);")
    second, third = package / "0002_more.sql", package / "0003_less.sql"
    second.write_text("ALTER TABLE things ADD COLUMN c int;")
    await applied(dsn, package)
    second.unlink()
    await applied(dsn, package)
    second.write_text("ALTER TABLE things ADD COLUMN c int;")
    third.write_text("-- needs: 0002_more.sql\nALTER TABLE things DROP COLUMN b;")
    await applied(dsn, package)
    third.unlink()
    await applied(dsn, package)
    second.unlink()
    with pytest.raises(Trouble, match=r"later version \(0003_less\.sql\).* has 0002_more\.sql"):
        await applied(dsn, package)


async def test_replicas_that_start_together_migrate_once(infra: Infra) -> None:
    settings = settings_of(infra.environment("billing", "", await infra.fresh_database("billing")))
    await asyncio.gather(*(migrate.migrate(SERVICE, settings) for _ in range(4)))


async def test_schemas_have_their_own_migrations(infra: Infra, package: Path) -> None:
    dsn = await infra.fresh_database("billing")
    (package / "0001_things.sql").write_text("CREATE TABLE things (a int);")
    for schema in ("one", "two", "two"):
        await applied(dsn, package, schema)
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT schemaname FROM pg_tables WHERE tablename = 'things' ORDER BY 1")
    await connection.close()
    assert [row["schemaname"] for row in rows] == ["one", "two"]


async def test_work_that_no_message_caused_is_written_whole_or_not_at_all(install: Install) -> None:
    installation, actor = await install(), Actor("operator", "operator")
    engine = Engine(SERVICE, installation.settings)
    async with running(SERVICE, installation.settings) as process:
        connection = await process.connect()
        async with engine.direct(connection, "a", datetime.now(UTC), actor) as work:
            work.save(Purse(total=5), Added(amount=5, total=5))
        with pytest.raises(ZeroDivisionError):
            async with engine.direct(connection, "a", datetime.now(UTC), actor) as work:
                work.save(Purse(total=9), Added(amount=9, total=9))
                raise ZeroDivisionError
        await connection.close()
        await installation.log.answer(await installation.log.command("billing", "a", Add(amount=1)))
    events = [
        (envelope.version, Added.parse(body).total)
        for envelope, body in await installation.log.messages(key="a")
        if envelope.type == Added.TYPE
    ]
    assert events == [(1, 5), (2, 6)]


async def test_a_second_database_catches_up_with_the_log_and_then_goes_on(install: Install, infra: Infra) -> None:
    installation = await install()
    for number in range(300):
        last = await installation.log.command("billing", f"k{number % 9}", Add(amount=1))
    async with running(SERVICE, installation.settings):
        await installation.log.answer(last)
        await eventually(lambda: installation.fetch("SELECT 1 FROM aggregates HAVING sum((state->>'total')::int) = 300"))
    other = settings_of(installation.environment | {"SESAME_DATABASE": await infra.fresh_database("billing")})
    await migrate.migrate(SERVICE, other)
    told: list[tuple[int, int]] = []
    read = await catch_up(SERVICE, other, lambda done, total: told.append((done, total)))
    assert read == 300 + 600  # commands, and this service's own events, which it skips
    assert told[-1] == (900, 900)
    assert await catch_up(SERVICE, other) == 0
    assert await states(other) == await states(installation.settings)


async def states(settings: Any) -> list[asyncpg.Record]:
    connection = await connect(settings)
    try:
        return await connection.fetch("SELECT key, version, state FROM aggregates ORDER BY key")
    finally:
        await connection.close()
