"""Migrations: NNNN_words.sql files, forward only, each in its own transaction, noted with its checksum.

The version before goes on beside the new one, on a database that is migrated already: a migration only adds. One that takes something away
names, in a line `-- needs: NNNN_words.sql`, an earlier one of its package: versions that have that one no longer use what goes. One that
does not have it says so and ends, whenever it meets such a database.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files

import asyncpg

from .db import Connection, connect
from .service import Service
from .settings import Settings
from .trouble import Trouble

READING, OUTBOX = "chassis.migrations.reading", "chassis.migrations.outbox"
"""Chassis' own: where a reader stands and what it parked; what is to be sent."""
LOCK = 0x5E5A3D
NEEDS = re.compile(r"^-- needs: (\d{4}_\w+\.sql)$", re.MULTILINE)


async def migrate(service: Service, settings: Settings) -> None:
    """Brings the service's database to what its packages say. Replicas that start together take turns. Raises Trouble."""
    if isinstance(service.migrations, str):
        wanted: Mapping[str, Sequence[str]] = {"": (READING, OUTBOX, service.migrations)}
    else:
        wanted = service.migrations
    connection = await connect(settings, statement=None)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        for schema, packages in wanted.items():
            await apply(connection, schema, packages)
    finally:
        await connection.close()


async def apply(connection: Connection, schema: str, packages: Sequence[str]) -> None:
    """Applies what is not applied yet, in `schema` (made when it is not there; the connection's own when empty). Raises Trouble."""
    if schema:
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(schema)}")
        await connection.execute("SELECT set_config('search_path', $1, false)", _quoted(schema))
    await connection.execute(
        """
        CREATE TABLE IF NOT EXISTS migrations (
            package text, file text, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (package, file)
        )
        """
    )
    if not await connection.fetchval("SELECT 1 FROM pg_attribute WHERE attrelid = 'migrations'::regclass AND attname = 'needs'"):
        await connection.execute("ALTER TABLE migrations ADD COLUMN needs text")
    for package in packages:
        rows = await connection.fetch("SELECT file, checksum, needs FROM migrations WHERE package = $1", package)
        known = {row["file"]: row["checksum"] for row in rows}
        ours = sorted((path for path in files(package).iterdir() if path.name.endswith(".sql")), key=lambda path: path.name)
        if too_new := [row for row in rows if row["needs"] and row["needs"] not in {file.name for file in ours}]:
            raise Trouble(
                "This database belongs to a later version ({file}), which has taken away what this one uses. "
                "Start a version that has {needs}.",
                file=too_new[0]["file"],
                needs=too_new[0]["needs"],
            )
        for file in ours:
            sql = file.read_text()
            checksum = hashlib.sha256(sql.encode()).hexdigest()
            if known.get(file.name, checksum) != checksum:
                raise Trouble(
                    "The migration {file} has changed since it was applied: restore it, and add another.", file=f"{package}/{file.name}"
                )
            if file.name not in known:
                await _run(connection, package, file.name, sql, checksum)


async def _run(connection: Connection, package: str, file: str, sql: str, checksum: str) -> None:
    async with connection.transaction():
        try:
            await connection.execute(sql)
        except asyncpg.PostgresError as error:
            raise Trouble("The migration {file} failed: {error}", file=f"{package}/{file}", error=error) from error
        needs = NEEDS.search(sql)
        await connection.execute(
            "INSERT INTO migrations (package, file, checksum, needs) VALUES ($1, $2, $3, $4)", package, file, checksum, needs and needs[1]
        )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
