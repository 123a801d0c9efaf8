"""Migrations: NNNN_words.sql files, forward only, each in its own transaction, noted with its checksum."""

import hashlib
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
    for package in packages:
        known = {
            row["file"]: row["checksum"]
            for row in await connection.fetch("SELECT file, checksum FROM migrations WHERE package = $1", package)
        }
        for file in sorted((path for path in files(package).iterdir() if path.name.endswith(".sql")), key=lambda path: path.name):
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
        await connection.execute("INSERT INTO migrations (package, file, checksum) VALUES ($1, $2, $3)", package, file, checksum)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
