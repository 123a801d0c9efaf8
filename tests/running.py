"""A service in this process, or in one of its own that can be told to die between any two steps of a batch and of the relay."""

import argparse
import asyncio
import ctypes
import importlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal

from chassis import outbox, process
from chassis.engine import tables
from chassis.engine.batch import Engine
from chassis.engine.transaction import Transaction
from chassis.lifetime import Lifetime
from chassis.service import Service
from chassis.settings import Settings
from contracts.operators import FRENCH

Step = Literal["positions-locked", "keys-locked", "handled", "written", "committed", "relay-read", "relay-sent", "relay-deleted"]
STEPS: Mapping[Step, tuple[str, Any, str]] = {
    "positions-locked": ("after", tables, "lock_positions"),
    "keys-locked": ("after", tables, "lock_aggregates"),
    "handled": ("before", Transaction, "write"),
    "written": ("after", Transaction, "write"),
    "committed": ("after", Engine, "apply"),
    "relay-read": ("after", outbox, "waiting"),
    "relay-sent": ("before", outbox, "delete"),
    "relay-deleted": ("after", outbox, "delete"),
}
"""When each step is reached: before or after which function."""


@asynccontextmanager
async def running(service: Service, settings: Settings) -> AsyncIterator[process.Process]:
    """The service in this process, ready, until the block ends. Raises what ended it."""
    async with Lifetime() as lifetime:
        started = process.Process(service, settings, lifetime)
        ready = asyncio.Event()
        task = asyncio.create_task(started.run(ready.set))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if task.done():
            await task
        try:
            yield started
        finally:
            lifetime.stop()
            await task


class Child:
    """A Python process of a test: `arguments` are the interpreter's."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        path = os.pathsep.join(entry for entry in (os.getcwd(), os.environ.get("PYTHONPATH", "")) if entry)  # noqa: PTH109
        # A file, not a pipe: a full pipe that nobody reads stops the process.
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._child = subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, **environment, "PYTHONPATH": path},
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._child.poll() is None

    def kill(self) -> None:
        """kill -9."""
        self._child.kill()
        self._child.wait()
        self._said.close()

    def freeze(self, on: bool) -> None:
        """Stops it as a long pause would, or lets it go on."""
        self._child.send_signal(signal.SIGSTOP if on else signal.SIGCONT)

    async def ended(self, within: float = 30) -> tuple[int, str]:
        """Waits for its end; its exit code (negative: the signal) and what it said. Raises TimeoutError, and kills it."""
        try:
            await asyncio.to_thread(self._child.wait, within)
        except subprocess.TimeoutExpired as error:
            self._child.kill()
            raise TimeoutError(self._read()) from error
        return self._child.returncode, self._read()

    def _read(self) -> str:
        self._said.seek(0)
        said = self._said.read()
        self._said.close()
        return said

    async def stop(self) -> tuple[int, str]:
        """Ends it in good order."""
        if self.is_running:
            self._child.terminate()
        return await self.ended()


class Process(Child):
    """A service in a process of its own: `at` is `module:name` of its Service. It dies at the n-th time of a step when told to."""

    def __init__(self, at: str, environment: Mapping[str, str], die_at: Step | None = None, times: int = 1) -> None:
        super().__init__(["-m", "tests.running", at, *(["--die-at", die_at, "--times", str(times)] if die_at else [])], environment)


def die_at(step: Step, times: int) -> None:
    """From here on, this process ends as by kill -9 when it reaches `step` for the `times`-th time."""
    when, owner, name = STEPS[step]
    original, left = getattr(owner, name), times

    def reached() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async def watched(*arguments: Any, **options: Any) -> Any:
        if when == "before":
            reached()
        result = await original(*arguments, **options)
        if when == "after" and (step != "relay-read" or result[0]):  # there was something to read
            reached()
        return result

    setattr(owner, name, watched)


def main() -> None:
    """`python -m tests.running module:SERVICE`: runs it, and dies at the n-th time of a step when told to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("service")
    parser.add_argument("--die-at")
    parser.add_argument("--times", type=int, default=1)
    chosen = parser.parse_args()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a test run that is killed leaves no service behind
    module, _, name = chosen.service.partition(":")
    if chosen.die_at:
        die_at(chosen.die_at, chosen.times)
    process.run(getattr(importlib.import_module(module), name), FRENCH, [])


if __name__ == "__main__":
    main()
