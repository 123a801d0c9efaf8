"""Processes of a test, forked from one that has imported everything: a start costs a hundredth of a second instead of two.

They are processes like others: a kill -9 ends one, Kafka and PostgreSQL see it leave. What `python -m` does is tested where it is promised.
"""

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

SERVICES = ("actions", "billing", "declarations", "identity", "surveys")
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload([*(f"{name}.app" for name in SERVICES), "tests.chassis.sample", "tests.identity.silent", __name__])


class Forked:
    """`target(*arguments)` in a process of its own, with these variables added to its environment."""

    def __init__(self, target: Callable[..., None], *arguments: Any, environment: Mapping[str, str]) -> None:
        # A file, not a pipe: a full pipe that nobody reads stops the process.
        with tempfile.NamedTemporaryFile(delete=False) as said:
            self._said = Path(said.name)
        whole = {**os.environ, **environment}
        self._process = FORKED.Process(target=_enter, args=(target, arguments, whole, str(self._said)))
        self._process.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.join()
        self._said.unlink()

    def freeze(self, on: bool) -> None:
        """Stops it as a long pause would, or lets it go on."""
        assert self._process.pid
        os.kill(self._process.pid, signal.SIGSTOP if on else signal.SIGCONT)

    async def ended(self, within: float = 30) -> tuple[int, str]:
        """Waits for its end; its exit code (negative: the signal) and what it said. Raises TimeoutError, and kills it."""
        await asyncio.to_thread(self._process.join, within)
        if self._process.exitcode is None:
            self._process.kill()
            raise TimeoutError(self._read())
        return self._process.exitcode, self._read()

    def _read(self) -> str:
        said = self._said.read_text()
        self._said.unlink()
        return said

    async def stop(self) -> tuple[int, str]:
        """Ends it in good order."""
        if self.is_running:
            self._process.terminate()
        return await self.ended()


def _enter(target: Callable[..., None], arguments: tuple[Any, ...], environment: dict[str, str], said: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a test run that is killed leaves no service behind
    os.environ.clear()
    os.environ.update(environment)
    output = os.open(said, os.O_WRONLY | os.O_APPEND)
    for number in (1, 2):
        os.dup2(output, number)
    target(*arguments)
