"""How long a process runs: until it is told to stop, or one of its parts cannot go on; and the sentence with which it then ends."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from . import logs
from .settings import Settings
from .trouble import AWAY, Trouble, explain
from .words import Words

log = structlog.get_logger()


class Lifetime:
    """What runs in the background of a process, and what ends it. As a context manager it cancels, at its end, what still runs."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

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
        async with Lifetime() as lifetime:
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, lifetime.stop)
            await start(lifetime)

    def cannot_go_on(sentence: str) -> None:
        log.critical("cannot go on", why=sentence)
        sys.exit(1)

    logs.set_up(name, settings)
    with ending_with_a_sentence(words, cannot_go_on):
        asyncio.run(run())


@contextmanager
def ending_with_a_sentence(words: Words, end: Callable[[str], None] = sys.exit) -> Iterator[None]:
    """What trying again does not help ends the process with one sentence, in the installation's words, instead of a stack trace."""
    try:
        yield
    except (Trouble, *AWAY) as error:
        if not (trouble := explain(error)):
            raise
        end(trouble.told(words))
