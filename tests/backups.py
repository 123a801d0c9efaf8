"""Real backups of a service's database, taken while it is written to, and put into another one."""

import asyncio
import os
from pathlib import Path

import pytest

from chassis import process
from sesame_local.postgres import BINARIES, ENVIRONMENT
from tests.infra import Infra


async def back_up(dsn: str, to: Path) -> Path:
    """What `pg_dump` makes of the database at this moment, whoever writes to it."""
    await _run("pg_dump", "--format=custom", f"--file={to}", dsn)
    return to


async def restored(infra: Infra, service: str, backup: Path) -> str:
    """The address of a new database, the service's own, in which the backup is."""
    dsn = await infra.fresh_database(service)
    await _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={dsn}", str(backup))
    return dsn


async def put_back(dsn: str, backup: Path) -> None:
    """Fills an empty database, for the administrator, with what a backup holds: owners and rights as they were."""
    await _run("pg_restore", "--exit-on-error", f"--dbname={dsn}", str(backup))


def without_recovery(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, services that start in this process do nothing about a restored database: a control that must fail."""

    async def look_away(*_: object) -> None:
        return

    monkeypatch.setattr(process, "recover", look_away)


async def _run(program: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(BINARIES / program, *arguments, env={**os.environ, **ENVIRONMENT})
    if await process.wait():
        raise AssertionError(f"{program} failed")
