"""What many pages fetch anew after the same change: loaded once for all of them, and kept as long as they take turns (`Hub.turn`).

It is found by the marks of what it shows alone (`worker.hints.renew_marks`), which each page has read before it asks. Whatever changes a
list gives it another mark, in the same transaction; so nothing is found from before a change that a page could know of, in whichever
replica it asks, whether that hears of changes or not.
"""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar

What = TypeVar("What")
Load = Callable[[], Coroutine[Any, Any, What]]
KEPT = 10.0
"""Seconds: longer than the last of a crowd waits until it is told, or rests. What no list says of itself, a name that was erased, is shown
no longer than that.
"""
MOST = 200
"""Things that a process keeps, some 50 kB each; what is forgotten too early is loaded once more."""


class Shared:
    """What was loaded lately, or is being loaded."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, asyncio.Task[Any]] = {}

    async def get(self, key: Hashable, load: Load[What]) -> What:
        """What goes by this key, loaded unless it is kept; whoever asks while it is being loaded waits for it. Raises what `load` does."""
        if kept := self._kept.get(key):
            try:
                found: What = await asyncio.shield(kept)
                return found
            except Exception:
                return await load()  # a connection breaks under one page: others have theirs
        task = asyncio.create_task(load())
        self._keep(key, task)
        return await asyncio.shield(task)  # whoever asked first may go away: others wait for it

    def _keep(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        if len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]  # the oldest
        self._kept[key] = task
        asyncio.get_running_loop().call_later(KEPT, self._forget, key, task)
        task.add_done_callback(lambda task: self._forget(key, task) if task.cancelled() or task.exception() else None)

    def _forget(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        if self._kept.get(key) is task:
            del self._kept[key]
