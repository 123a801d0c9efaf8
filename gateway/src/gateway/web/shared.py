"""What many pages fetch anew after the same change: loaded once for all of them, and kept as long as they take turns (`Hub.turn`).

It is found by the marks of what it shows alone (`worker.hints.renew_marks`), which each page has read before it asks. Whatever changes a
list gives it another mark, in the same transaction; so nothing is found from before a change that a page could know of, in whichever
replica it asks, whether that hears of changes or not.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from time import monotonic
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
    """What was loaded lately, or is being loaded; the oldest goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[float, asyncio.Task[Any]]] = OrderedDict()

    async def get(self, key: Hashable, load: Load[What]) -> What:
        """What goes by this key, loaded unless it is kept; whoever asks while it is being loaded waits for it. Raises what `load` does."""
        at, kept = self._kept.get(key, (0.0, None))
        if kept and at >= monotonic() - KEPT:
            try:
                found: What = await asyncio.shield(kept)
                return found
            except Exception:
                return await load()  # a connection breaks under one page: others have theirs
        task = asyncio.create_task(load())
        self._keep(key, task)
        return await asyncio.shield(task)  # whoever asked first may go away: others wait for it

    def _keep(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        self._kept[key] = monotonic(), task
        self._kept.move_to_end(key)
        task.add_done_callback(lambda task: self._kept.pop(key, None) if task.cancelled() or task.exception() else None)
        while len(self._kept) > MOST or next(iter(self._kept.values()))[0] < monotonic() - KEPT:
            self._kept.popitem(last=False)
