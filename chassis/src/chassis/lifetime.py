"""How long a process runs: until it is told to stop, or one of its parts cannot go on; and the sentence with which it then ends."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any

import structlog

from . import logs, tracing
from .settings import Settings
from .trouble import AWAY, Trouble, explain
from .words import Words

log = structlog.get_logger()


GRACE = 15.0
"""Seconds that a process has to end in good order; less than a supervisor gives it."""


class Lifetime:
    """What runs in the background of a process, and what ends it. As a context manager it cancels, at its end, what still runs."""

    def __init__(self, ending: Callable[[], None] = lambda: None) -> None:
        """`ending` is called when it begins to end."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._end.add_done_callback(lambda _: ending())

    async def __aenter__(self) -> "Lifetime":
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def background(self, routine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs `routine` until the process stops; what it raises ends the process."""
        task = asyncio.create_task(routine)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def stop(self) -> None:
        """Ends the process in good order."""
        if not self._end.done():
            self._end.set_result(None)

    @property
    def has_failed(self) -> bool:
        """Whether it ends because one of its parts cannot go on."""
        return self._end.done() and not self._end.cancelled() and self._end.exception() is not None

    async def outlasts(self, routine: Coroutine[Any, Any, None]) -> bool:
        """Awaits `routine`. False when the process was told to stop before its end, which then is cut short.

        Raises what it raises, and what the process failed with meanwhile.
        """
        task = asyncio.create_task(routine)
        try:
            await asyncio.wait({task, self._end}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                await task
                return True
            await self._end
            return False
        finally:
            task.cancel()
            await asyncio.wait({task})

    def fail(self, error: BaseException) -> None:
        """Ends the process because of `error`."""
        if not self._end.done():
            self._end.set_exception(error)
            self._end.exception()  # looked at, even when the process is ending for another reason already

    async def ended(self) -> None:
        """Until `stop` or `fail`. Raises what the process failed with."""
        await self._end

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.fail(error)


def run_until_signal(name: str, settings: Settings, words: Words, start: Callable[[Lifetime], Awaitable[None]]) -> None:
    """Runs `start` in an event loop, as the process `name`; SIGINT and SIGTERM stop its lifetime.

    What trying again does not help is logged in one line, and ends the process with an error.
    """

    async def run() -> None:
        # In a thread, which waits for nobody: what hangs must not keep a process that has given up from being started anew.
        by_force = Timer(GRACE, _end_by_force)
        by_force.daemon = True
        async with Lifetime(by_force.start) as lifetime:
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, lifetime.stop)
            await start(lifetime)

    def cannot_go_on(sentence: str) -> None:
        log.critical("cannot go on", why=sentence)
        sys.exit(1)

    logs.set_up(name, settings)
    with ending_with_a_sentence(words, cannot_go_on):
        send_the_rest = tracing.set_up(name)
        try:
            asyncio.run(run())
        finally:
            send_the_rest()


def _end_by_force() -> None:
    log.critical("did not end in time: ends by force")
    os._exit(1)


@contextmanager
def ending_with_a_sentence(words: Words, end: Callable[[str], None] = sys.exit) -> Iterator[None]:
    """What trying again does not help ends the process with one sentence, in the installation's words, instead of a stack trace."""
    try:
        yield
    except (Trouble, *AWAY) as error:
        if not (trouble := explain(error)):
            raise
        end(trouble.told(words))
