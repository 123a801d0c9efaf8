"""Backups night after night in one folder: each is taken and read again, and only then do those go that have had their days."""

import asyncio
import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chassis.trouble import Trouble

from .manifest import Manifest, whole
from .settings import BackupSettings
from .taking import UNFINISHED, take

FORM = "%Y-%m-%dT%H%M%SZ"
"""When it was begun: what a backup is called here."""


def keep(settings: BackupSettings, folder: Path, days: int, say: Callable[[str], None], *, with_log: bool = False) -> Manifest:
    """Takes a backup into a folder of `folder` and checks it; then those of more than `days` days ago are thrown away, which `say` is told.

    What is called otherwise is nobody's business here and stays. Raises what `take` raises, and Trouble when the backup is not read as it
    was written, or another is just being taken into `folder`; then none is thrown away.
    """
    with alone(folder):
        for left in folder.glob(UNFINISHED.format(name="*Z")):
            shutil.rmtree(left)
        begun = datetime.now(UTC)
        taken = folder / begun.strftime(FORM)
        asyncio.run(take(settings, taken, with_log=with_log))
        manifest = whole(taken)
        for name in outlived((path.name for path in folder.iterdir()), begun, days):
            # What is interrupted leaves nothing that looks like a backup.
            going = (folder / name).rename(folder / UNFINISHED.format(name=name))
            shutil.rmtree(going)
            say(f"{name} : jetée, elle avait plus de {days} jours.")
    return manifest


def outlived(names: Iterable[str], now: datetime, days: int) -> list[str]:
    """Those of the backups that are of more than `days` days ago, the oldest first."""
    return sorted(name for name in names if (begun := _begun(name)) and now - begun > timedelta(days=days))


def _begun(name: str) -> datetime | None:
    return datetime.strptime(name, FORM).replace(tzinfo=UTC) if re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}Z", name) else None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else takes a backup into `folder` meanwhile. Raises Trouble when somebody does."""
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Trouble("Une autre sauvegarde se fait dans {folder} : attendez qu’elle soit finie.", folder=folder) from error
        yield
    finally:
        os.close(held)
