"""A database: what stands in it at one moment."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from chassis.db import Connection, connect
from chassis.trouble import Trouble

from .manifest import Offsets
from .settings import BackupSettings

TABLES = """
    SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r' AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1
"""
SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1"
OF_A_DAY = re.compile(r"known_\d+\.|view_(next|old)\.")
"""What the portal makes beside its tables and throws away again: no migration of it counts."""


def named(settings: BackupSettings, name: str) -> str:
    """A database's address. Raises Trouble when the settings name none of it."""
    try:
        return settings.databases[name]
    except KeyError:
        known = ", ".join(sorted(settings.databases))
        raise Trouble("SESAME_DATABASES ne nomme pas {name}, mais : {known}.", name=name, known=known) from None


@asynccontextmanager
async def opened(settings: BackupSettings, name: str) -> AsyncIterator[Connection]:
    """A connection, whose statements may take as long as they need."""
    connection = await connect(settings.model_copy(update={"database": named(settings, name), "search_path": ""}), statement=None)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def one_moment(connection: Connection) -> AsyncIterator[tuple[str, datetime]]:
    """Everything that is read inside is of one moment: its name, by which others read it too, and when it is."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        yield await connection.fetchval("SELECT pg_export_snapshot()"), await connection.fetchval("SELECT now()")


async def migrations(connection: Connection) -> Mapping[str, str]:
    """The checksum of every migration that it had, by `schema.package/file`; none in a database that nobody has used."""
    found: dict[str, str] = {}
    for schema in await _schemas_with(connection, "migrations"):
        for row in await connection.fetch(f"SELECT package, file, checksum FROM {schema}.migrations"):
            found[f"{schema}.{row['package']}/{row['file']}"] = row["checksum"]
    return {name: checksum for name, checksum in sorted(found.items()) if not OF_A_DAY.match(name)}


async def positions(connection: Connection, prefix: str) -> Offsets:
    """Where it stands in each partition of each topic, named without `prefix`."""
    found: dict[str, dict[int, int]] = {}
    for schema in await _schemas_with(connection, "positions"):
        if OF_A_DAY.match(f"{schema}."):
            continue
        for row in await connection.fetch(f'SELECT topic, partition, "offset" FROM {schema}.positions ORDER BY topic, partition'):
            found.setdefault(row["topic"].removeprefix(prefix), {})[row["partition"]] = row["offset"]
    return found


async def rows(connection: Connection) -> Mapping[str, int]:
    """How many rows each table has."""
    return {row[0]: await connection.fetchval(f"SELECT count(*) FROM {row[0]}") for row in await connection.fetch(TABLES)}


async def _schemas_with(connection: Connection, table: str) -> list[str]:
    found = await connection.fetch(
        "SELECT quote_ident(schemaname) FROM pg_tables WHERE tablename = $1 AND schemaname !~ '^pg_' ORDER BY 1", table
    )
    return [row[0] for row in found]
