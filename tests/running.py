"""A service in this process, or in one of its own that can be told to die between any two steps of a batch and of the relay."""

import asyncio
import importlib
import os
import signal
from collections.abc import AsyncIterator, Mapping
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
from tests.forks import Forked

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


class Process(Forked):
    """A service in a process of its own: `at` is `module:name` of its Service. It dies at the n-th time of a step when told to."""

    def __init__(self, at: str, environment: Mapping[str, str], die_at: Step | None = None, times: int = 1) -> None:
        super().__init__(_run, at, die_at, times, environment=environment)


def _run(at: str, step: Step | None, times: int) -> None:
    module, _, name = at.partition(":")
    if step:
        die_at(step, times)
    process.run(getattr(importlib.import_module(module), name), FRENCH, [])


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
