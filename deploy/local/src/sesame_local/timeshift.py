"""The installation's own time: the wall clock and an offset that a file keeps. Installed as chassis' clock (`sesame.clock`)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

VARIABLE = "SESAME_TIME_SHIFT"


def now() -> datetime:
    """UTC; the wall clock when SESAME_TIME_SHIFT names no file."""
    file = os.environ.get(VARIABLE)
    return datetime.now(UTC) + (offset(Path(file)) if file else timedelta())


def offset(file: Path) -> timedelta:
    """How far the installation is from the wall clock; zero without a file."""
    try:
        return timedelta(seconds=float(file.read_text()))
    except FileNotFoundError:
        return timedelta()


@contextmanager
def followed(file: Path) -> Iterator[None]:
    """Until the block ends this process is in an installation's time: the commands that it writes are stamped with it."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(file)
    try:
        yield
    finally:
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before


def write(file: Path, instant: datetime) -> None:
    """From here on it is `instant`. Whoever reads the file sees the old offset or the new one, never half of it."""
    fresh = file.with_suffix(".new")
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.write_text(str((instant - datetime.now(UTC)).total_seconds()))
    fresh.replace(file)
