"""`make backup` and `make restore`: `python -m backup` with this installation's settings, and its processes stopped where they must be."""

import os
import runpy
import sys
from collections.abc import Iterable
from pathlib import Path

from sesame_local.place import Place
from sesame_local.supervise import PROCESSES, Installation, Supervisor


def take(place: Place, folder: Path) -> None:
    """A backup of all databases and of the log into `folder`, while everything runs."""
    Supervisor(Installation(place)).must_run()
    _run(Installation(place).backed_up(), "take", str(folder), "--log")


def restore(place: Place, folder: Path, databases: Iterable[str]) -> None:
    """These databases, or all, as the backup has them; their processes stop meanwhile, and start again whatever became of it."""
    supervisor = Supervisor(Installation(place))
    supervisor.must_run()
    names = tuple(databases)
    stopped = [process for process in PROCESSES if not names or process.partition("-")[0] in names]
    supervisor.stop_processes(stopped)
    try:
        _run(Installation(place).backed_up(restored=True), "restore", str(folder), *(names or ("--all",)))
    finally:
        supervisor.run(stopped)


def _run(environment: dict[str, str], *arguments: str) -> None:
    os.environ |= environment
    sys.argv = ["backup", *arguments]
    runpy.run_module("backup", run_name="__main__", alter_sys=True)
