"""The connection of a handler that may refuse: what it wrote is taken back when it does, whatever the order of its lines."""

from collections.abc import Awaitable, Callable
from typing import Any

from ..db import Connection


class Revocable:
    """Stands for a connection, and opens a savepoint before its first statement: a handler that touches no table pays nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._is_open = connection, False

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        """The connection's own `execute`, `fetch`, …: whatever is awaited."""

        async def statement(*arguments: Any, **options: Any) -> Any:
            if not self._is_open:
                await self._connection.execute("SAVEPOINT handler")
                self._is_open = True
            return await getattr(self._connection, name)(*arguments, **options)

        return statement

    async def keep(self) -> None:
        """The handler has decided: what it wrote is the transaction's."""
        if self._is_open:
            await self._connection.execute("RELEASE SAVEPOINT handler")

    async def take_back(self) -> None:
        """The handler has refused: what it wrote is undone."""
        if self._is_open:
            await self._connection.execute("ROLLBACK TO SAVEPOINT handler; RELEASE SAVEPOINT handler")
