"""Puts databases back as a backup holds them: each whole, in one transaction, or not at all."""

import asyncio
import os
from asyncio.subprocess import DEVNULL
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from chassis.db import Connection
from chassis.migrate import LOCK
from chassis.trouble import Trouble

from . import databases, log, programs, records
from .manifest import Database, Manifest, Offsets, read, verify
from .settings import BackupSettings

LEAVING = 10.0
"""Seconds that whoever is just ending has to be gone."""
OTHERS = """
    SELECT DISTINCT usename || ' (' || coalesce(nullif(application_name, ''), '?') || ')' FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


async def restore(settings: BackupSettings, folder: Path, names: Iterable[str], say: Callable[[str], None]) -> None:
    """Puts these databases back, one after the other, once all is found in order; `say` is told what was done.

    Raises Trouble: the backup is damaged, or another service's, or newer than the database, or a process runs, or the log is behind.
    """
    manifest = read(folder)
    chosen = {name: _of(manifest, folder, name) for name in names}
    for taken in chosen.values():
        verify(folder, taken)
    begins, ends = await log.stands(settings)
    for name, taken in chosen.items():
        _held_against_log(name, taken, ends)
        say(_what_is_gone(name, taken, begins) or f"{name} : le journal a tout ce qui est venu depuis {taken.at:%d/%m/%Y %H:%M:%S} UTC.")
        async with databases.opened(settings, name) as connection:
            await _fits(connection, name, taken)
    for name, taken in chosen.items():
        async with databases.opened(settings, name) as connection:
            # A process that starts now waits in its migrations until it is over.
            await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
            await _alone(connection, name)
            await _put_back(settings, connection, name, taken, folder)
        say(f"{name} : restaurée telle qu’elle était le {taken.at:%d/%m/%Y à %H:%M:%S} UTC ({_ago(taken.at)}) ; relancez ses processus.")


async def restore_log(settings: BackupSettings, folder: Path, say: Callable[[str], None]) -> None:
    """Puts the log back into a cluster whose topics are new. Raises Trouble when the backup has none or is damaged, or they are not."""
    manifest = read(folder)
    if not manifest.log:
        raise Trouble("{folder} n’a que les bases : le journal y est quand on sauvegarde avec --log.", folder=folder)
    for part in manifest.log.values():
        verify(folder, part)
    await records.put_back(settings, manifest, folder)
    say(f"Le journal est remis tel qu’il était le {manifest.taken_at:%d/%m/%Y à %H:%M:%S} UTC ; restaurez maintenant toutes les bases.")


def _of(manifest: Manifest, folder: Path, name: str) -> Database:
    try:
        return manifest.databases[name]
    except KeyError:
        known = ", ".join(sorted(manifest.databases))
        raise Trouble("{folder} n’a rien de {name}, mais : {known}.", folder=folder, name=name, known=known) from None


def _held_against_log(name: str, taken: Database, ends: Offsets) -> None:
    """Raises Trouble when the log lacks what the backup has read of it."""
    for topic, offsets in taken.positions.items():
        for partition, offset in offsets.items():
            end = ends.get(topic, {}).get(partition, 0)
            if offset >= end:
                raise Trouble(
                    "La sauvegarde de {name} a lu {topic}-{partition} jusqu’à {offset}, et ce journal s’arrête à {end} : il a été perdu ou "
                    "recréé. Remettez d’abord le journal. Rien n’a été changé.",
                    name=name,
                    topic=topic,
                    partition=partition,
                    offset=offset,
                    end=end,
                )


def _what_is_gone(name: str, taken: Database, begins: Offsets) -> str:
    """A warning: what came after the backup and is no longer on the log, since commands are kept for a week."""
    gone = {
        topic: missing
        for topic, offsets in taken.positions.items()
        if (missing := sum(max(0, begins.get(topic, {}).get(partition, 0) - offset - 1) for partition, offset in offsets.items()))
    }
    told = ", ".join(f"{count} de {topic}" for topic, count in gone.items())
    return told and (
        f"ATTENTION, {name} : des messages venus depuis ne sont plus au journal ({told}). Si le service a décidé d’après eux, il "
        "s’arrêtera avec une phrase au démarrage : prenez alors une sauvegarde plus récente."
    )


async def _fits(connection: Connection, name: str, taken: Database) -> None:
    """Raises Trouble when the backup is not for this database, or not for this role."""
    if not await connection.fetchval(
        "SELECT pg_has_role(current_user, datdba, 'USAGE') AND NOT current_setting('transaction_read_only')::bool FROM pg_database "
        "WHERE datname = current_database()"
    ):
        raise Trouble("Pour restaurer {name}, SESAME_DATABASES doit donner le rôle à qui la base appartient.", name=name)
    known = await databases.migrations(connection)
    if known and (kinds := _packages(known)) != (theirs := _packages(taken.migrations)):
        raise Trouble(
            "L’adresse de {name} mène à la base d’un autre service ({kinds}), et la sauvegarde est de {theirs}. Vérifiez SESAME_DATABASES. "
            "Rien n’a été changé.",
            name=name,
            kinds=", ".join(sorted(kinds - theirs)),
            theirs=", ".join(sorted(theirs - kinds)),
        )
    if known and (newer := sorted(taken.migrations.keys() - known.keys())):
        raise Trouble(
            "La sauvegarde de {name} vient d’une version plus récente que celle qui a tourné ici (elle a {newer}). Lancez d’abord cette "
            "version-là. Rien n’a été changé.",
            name=name,
            newer=", ".join(newer),
        )


def _packages(migrations: Iterable[str]) -> set[str]:
    return {name.rpartition("/")[0] for name in migrations}


async def _alone(connection: Connection, name: str) -> None:
    """Raises Trouble when anybody else is connected, once whoever is ending has had the time to."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + LEAVING
    while others := [row[0] for row in await connection.fetch(OTHERS)]:
        if loop.time() > give_up:
            raise Trouble(
                "La base {name} est utilisée par {others} : arrêtez d’abord tous les processus de {name}. Rien n’a été changé.",
                name=name,
                others=", ".join(sorted(others)),
            )
        await asyncio.sleep(0.2)


async def _put_back(settings: BackupSettings, connection: Connection, name: str, taken: Database, folder: Path) -> None:
    """All that is there goes and the backup comes, in one transaction, which ends well only when every table has its rows."""
    quoted = [row[0] for row in await connection.fetch(f"SELECT quote_ident(nspname) FROM ({databases.SCHEMAS}) AS known")]
    first = f"DROP SCHEMA {', '.join(quoted)} CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"
    counted = " AND ".join(f"(SELECT count(*) FROM {table}) = {count}" for table, count in taken.rows.items())
    last = f"DO $$ BEGIN IF NOT ({counted}) THEN RAISE EXCEPTION 'not every row came back'; END IF; END $$"
    async with programs.reached(databases.named(settings, name)) as there:
        results = await _piped(settings, there, folder / taken.file, first, last)
    for code, complaint in results:
        if code:
            raise Trouble("{name} ne se restaure pas, et reste comme elle était : {complaint}", name=name, complaint=complaint)


async def _piped(settings: BackupSettings, at: Mapping[str, str], file: Path, first: str, last: str) -> Sequence[tuple[int, str]]:
    """`first`, what `pg_restore` makes of `file`, and `last`, as one transaction of `psql`: how both programs ended, `psql` first."""
    read_end, write_end = os.pipe()
    try:
        reading = await programs.start(settings, "pg_restore", "--no-owner", "--file=-", str(file), reads=DEVNULL, writes=write_end)
        os.close(write_end)
        write_end = -1
        steps = ("--command=SET client_min_messages = warning", f"--command={first}", "--file=-", f"--command={last}")
        options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
        with os.fdopen(read_end, "rb", closefd=False) as script:
            writing = await programs.start(settings, "psql", *options, *steps, at=at, reads=script)
        os.close(read_end)
        read_end = -1
        return await asyncio.gather(programs.said(writing), programs.said(reading))
    finally:
        for end in (read_end, write_end):
            if end >= 0:
                os.close(end)


def _ago(at: datetime) -> str:
    minutes = int((datetime.now(UTC) - at).total_seconds() / 60)
    days, hours = divmod(minutes // 60, 24)
    return f"il y a {days} j {hours} h" if days else f"il y a {hours} h {minutes % 60} min" if hours else f"il y a {minutes} min"
