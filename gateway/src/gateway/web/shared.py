"""What many pages fetch anew after the same change: loaded once for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Set
from typing import Any, TypeVar, cast

What = TypeVar("What")
Load = Callable[[], Coroutine[Any, Any, What]]
MOST = 200
"""Things that are kept; what is forgotten too early is loaded once more."""


class Shared:
    """What was loaded since what it shows has last changed; whoever asks while it is being loaded waits for it too."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Set[str], asyncio.Task[Any]]] = {}

    def forget(self, changed: Set[str] | None) -> None:
        """These topics have changed; None: perhaps all."""
        self._kept = {key: kept for key, kept in self._kept.items() if changed is not None and not kept[0] & changed}

    async def get(self, key: Hashable, topics: Set[str], load: Load[What]) -> What:
        """What goes by this key and shows these topics, loaded unless it is kept. Raises what `load` does, to all who wait for it."""
        if key not in self._kept:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = topics, asyncio.create_task(load())
        task = self._kept[key][1]
        try:
            return await asyncio.shield(cast(Awaitable[What], task))  # who waits may go away: others still wait
        except Exception:
            self._kept.pop(key, None)
            raise
