"""Takes a backup while everything runs; only who changes or drops a table waits until it was read."""

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from chassis.trouble import Trouble

from . import databases, log, programs, records
from .manifest import Database, Manifest, part
from .settings import BackupSettings

UNFINISHED = ".{name}.unfinished"
"""Where a backup is written until it is whole."""
TRIES = 5
"""Of a database from which a table goes while it is read: the portal throws some away (`known_on`, `rebuild`)."""


async def take(settings: BackupSettings, folder: Path, *, with_log: bool = False) -> Manifest:
    """Every database of the settings, one after the other, into `folder`, which is made; then where the log stands, or all of it.

    The folder is there when all of it is: what is interrupted leaves `.<name>.unfinished`, which the next try throws away. Raises Trouble,
    and what database and Kafka raise.
    """
    unfinished = _begun(folder)
    try:
        taken = {name: await _take_patiently(settings, name, unfinished) for name in sorted(settings.databases)}
        # Last: so the log is ahead of each database, never the other way round, and can tell each what it lacks.
        begins, ends = await log.stands(settings)
        kept = await records.take(settings, unfinished, ends) if with_log else {}
        manifest = Manifest(taken_at=datetime.now(UTC), databases=taken, begins=begins, ends=ends, log=kept)
        manifest.write(unfinished)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return manifest


def _begun(folder: Path) -> Path:
    """Where it is written until it is whole; what this process writes from here on is its user's alone."""
    if folder.exists():
        raise Trouble("{folder} existe déjà : une sauvegarde n’en remplace pas une autre, donnez un nouveau nom.", folder=folder)
    unfinished = folder.with_name(UNFINISHED.format(name=folder.name))
    shutil.rmtree(unfinished, ignore_errors=True)
    os.umask(0o077)
    unfinished.mkdir(parents=True)
    return unfinished


async def _take_patiently(settings: BackupSettings, name: str, folder: Path) -> Database:
    for left in reversed(range(TRIES)):
        try:
            return await _take(settings, name, folder)
        except _TableGone as error:
            if not left:
                raise Trouble("{name} ne se sauvegarde pas : {complaint}", name=name, complaint=error) from error
            await asyncio.sleep(1)
    raise AssertionError


class _TableGone(Exception):
    """A table went between two looks."""


async def _take(settings: BackupSettings, name: str, folder: Path) -> Database:
    file = folder / f"{name}.dump"
    async with databases.opened(settings, name) as connection, databases.one_moment(connection) as (moment, at):
        known = await databases.migrations(connection)
        if not known:
            raise Trouble("La base {name} est vide : il n’y a rien à sauvegarder. Vérifiez SESAME_DATABASES.", name=name)
        stands = await databases.positions(connection, settings.topic_prefix)
        try:
            held = await databases.rows(connection)
        except asyncpg.UndefinedTableError as error:
            raise _TableGone(str(error)) from error
        arguments = ("--format=custom", "--no-owner", f"--snapshot={moment}", f"--file={file}")
        async with programs.reached(databases.named(settings, name)) as there:
            process = await programs.start(settings, "pg_dump", *arguments, at=there, reads=DEVNULL)
            code, complaint = await programs.said(process)
    if code and "does not exist" in complaint:
        raise _TableGone(complaint)
    if code:
        raise Trouble("{name} ne se sauvegarde pas : {complaint}", name=name, complaint=complaint)
    written = part(file)
    return Database(**written.model_dump(), at=at, migrations=known, positions=stands, rows=held)
