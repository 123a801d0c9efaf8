"""The connection of a handler that may refuse: what it wrote is taken back when it does, whatever the order of its lines."""

from typing import Any

from .db import Connection


class Revocable:
    """A connection that opens a savepoint before its first statement: a handler that touches no table pays nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._is_open = connection, False

    async def execute(self, *arguments: Any) -> Any:
        """As asyncpg's own, like the four below."""
        return await (await self._opened()).execute(*arguments)

    async def executemany(self, *arguments: Any) -> Any:
        """As asyncpg's."""
        return await (await self._opened()).executemany(*arguments)

    async def fetch(self, *arguments: Any) -> Any:
        """As asyncpg's."""
        return await (await self._opened()).fetch(*arguments)

    async def fetchrow(self, *arguments: Any) -> Any:
        """As asyncpg's."""
        return await (await self._opened()).fetchrow(*arguments)

    async def fetchval(self, *arguments: Any) -> Any:
        """As asyncpg's."""
        return await (await self._opened()).fetchval(*arguments)

    async def keep(self) -> None:
        """The handler has decided: what it wrote is the transaction's."""
        if self._is_open:
            await self._connection.execute("RELEASE SAVEPOINT handler")

    async def take_back(self) -> None:
        """The handler has refused: what it wrote is undone."""
        if self._is_open:
            await self._connection.execute("ROLLBACK TO SAVEPOINT handler; RELEASE SAVEPOINT handler")

    async def _opened(self) -> Connection:
        if not self._is_open:
            await self._connection.execute("SAVEPOINT handler")
            self._is_open = True
        return self._connection
