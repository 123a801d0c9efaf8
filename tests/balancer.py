"""A server in front of replicas, as an installation has one: each connection goes to the next replica that takes it."""

import asyncio
from contextlib import suppress

HOST = "127.0.0.1"
ROOM = 65536


class Balancer:
    """Listens on `port`; `ports` are those of the replicas, which join and leave."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.ports: list[int] = []
        self._server: asyncio.Server | None = None
        self._turn = 0
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Takes connections from here on."""
        self._server = await asyncio.start_server(self._serve, HOST, self.port)

    async def close(self) -> None:
        """Ends with all its connections."""
        if self._server:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._serving.add(task)
        try:
            if (there := await self._next()) is None:
                return
            back, forth = there
            ways = [asyncio.create_task(_pass(reader, forth)), asyncio.create_task(_pass(back, writer))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
                forth.close()
        finally:
            self._serving.discard(task)
            writer.close()

    async def _next(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A connection to the next replica that takes one; None when none does."""
        for _ in range(len(self.ports)):
            self._turn += 1
            with suppress(OSError):
                return await asyncio.open_connection(HOST, self.ports[self._turn % len(self.ports)])
        return None


async def _pass(here: asyncio.StreamReader, there: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await here.read(ROOM):
            there.write(data)
            await there.drain()
