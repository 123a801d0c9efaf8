"""Whose list is written into a file: few at once in a process, and few of one account's, so that nobody's keep the others' waiting."""

from asyncio import Semaphore
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from litestar.exceptions import TooManyRequestsException

AT_ONCE = 2
"""Files that one web process writes at once: a thread and a connection each."""
MOST_OF_ONE = 4
"""Files of one account, being written or waiting for their turn."""


class Turns:
    """Who writes, and who waits."""

    def __init__(self) -> None:
        self._free, self._asked = Semaphore(AT_ONCE), Counter[UUID]()

    @asynccontextmanager
    async def turn(self, user_id: UUID) -> AsyncIterator[None]:
        """Wait for a turn, and keep it. Raises TooManyRequestsException when the account has too many."""
        if self._asked[user_id] >= MOST_OF_ONE:
            raise TooManyRequestsException
        self._asked[user_id] += 1
        try:
            async with self._free:
                yield
        finally:
            self._asked[user_id] -= 1
            if not self._asked[user_id]:
                del self._asked[user_id]
