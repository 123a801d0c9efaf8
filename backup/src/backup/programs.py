"""PostgreSQL's own programs: what they write, anybody can read back by hand."""

import asyncio
import os
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import IO
from urllib.parse import parse_qsl, unquote, urlsplit

from chassis.trouble import Trouble

from . import encrypted
from .settings import BackupSettings


async def start(
    settings: BackupSettings,
    program: str,
    *arguments: str,
    at: Mapping[str, str] = MappingProxyType({}),
    reads: int | IO[bytes] | None = None,
    writes: int | None = None,
) -> Process:
    """Starts `program`, for the database `at` an address as `reached` tells it. Raises Trouble when the machine has no such program."""
    path = shutil.which(program, path=settings.postgres_programs or None)
    if path is None:
        raise Trouble(
            "Le programme {program} de PostgreSQL n’est pas sur cette machine : installez-le (postgresql-client), ou dites où il est dans "
            "SESAME_POSTGRES_PROGRAMS.",
            program=program,
        )
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", **at}
    return await asyncio.create_subprocess_exec(path, *arguments, stdin=reads, stdout=writes, stderr=PIPE, env=environment)


async def said(process: Process) -> tuple[int, str]:
    """Waits for its end: its exit code, and the last that it complained of."""
    assert process.stderr
    lines = [line for line in (await process.stderr.read()).decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line.lower() or "ERROR" in line or "FATAL" in line] or lines
    return await process.wait(), errors[0].strip() if errors else ""


@asynccontextmanager
async def reached(dsn: str) -> AsyncIterator[Mapping[str, str]]:
    """A database's address as variables: on a command line everybody on the machine could read the password.

    One that asks for encryption (`sslmode`) is reached through `encrypted.way`, whatever the programs themselves can do.
    """
    try:
        parts = urlsplit(dsn)
        host, port, options = parts.hostname or "", parts.port or 5432, dict(parse_qsl(parts.query))
    except ValueError as error:
        raise Trouble("SESAME_DATABASES ne donne pas que des adresses PostgreSQL (postgresql://…@hôte:port/base).") from error
    told = {
        "PGHOST": host,
        "PGPORT": str(port),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.removeprefix("/")),
        "PGCONNECT_TIMEOUT": "10",
    }
    if options.get("sslmode", "") in encrypted.MODES:
        async with encrypted.way(host, port, encrypted.context(options)) as folder:
            yield _given(told | {"PGHOST": folder, "PGPORT": str(encrypted.PORT)})
    else:
        yield _given(told)


def _given(told: Mapping[str, str]) -> Mapping[str, str]:
    """Without what the address leaves out."""
    return {name: value for name, value in told.items() if value}
