"""PostgreSQL's own programs: what they write, anybody can read back by hand."""

import asyncio
import os
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from typing import IO
from urllib.parse import parse_qs, unquote, urlsplit

from chassis.trouble import Trouble

from .settings import BackupSettings


async def start(
    settings: BackupSettings, program: str, *arguments: str, of: str = "", reads: int | IO[bytes] | None = None, writes: int | None = None
) -> Process:
    """Starts `program`, for the database at the address `of`. Raises Trouble when the machine has no such program."""
    path = shutil.which(program, path=settings.postgres_programs or None)
    if path is None:
        raise Trouble(
            "Le programme {program} de PostgreSQL n’est pas sur cette machine : installez-le (postgresql-client), ou dites où il est dans "
            "SESAME_POSTGRES_PROGRAMS.",
            program=program,
        )
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", **(_address(of) if of else {})}
    return await asyncio.create_subprocess_exec(path, *arguments, stdin=reads, stdout=writes, stderr=PIPE, env=environment)


async def said(process: Process) -> tuple[int, str]:
    """Waits for its end: its exit code, and the last that it complained of."""
    assert process.stderr
    lines = [line for line in (await process.stderr.read()).decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line.lower() or "ERROR" in line or "FATAL" in line] or lines
    return await process.wait(), errors[0].strip() if errors else ""


def _address(dsn: str) -> Mapping[str, str]:
    """An address as variables: on a command line everybody on the machine could read the password."""
    try:
        parts = urlsplit(dsn)
        told = {
            "PGHOST": parts.hostname or "",
            "PGPORT": str(parts.port or ""),
            "PGUSER": unquote(parts.username or ""),
            "PGPASSWORD": unquote(parts.password or ""),
            "PGDATABASE": unquote(parts.path.removeprefix("/")),
        }
    except ValueError as error:
        raise Trouble("SESAME_DATABASES ne donne pas que des adresses PostgreSQL (postgresql://…@hôte:port/base).") from error
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    told |= {"PGSSLMODE": options.get("sslmode", ""), "PGSSLROOTCERT": options.get("sslrootcert", ""), "PGCONNECT_TIMEOUT": "10"}
    return {name: value for name, value in told.items() if value}
