"""A network path that can be cut without a word: what is sent into it is neither delivered nor refused, and nothing is closed.

    with path_to_postgres(dsn) as path:
        ... path.through(dsn) ...
        path.cut()
        path.heal()

It is a TCP proxy of the tests' own, in a thread, so that it works whatever its user's event loop does. Kafka tells its clients where its
brokers are: on the way that place becomes the path's, so that nobody goes around it.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from urllib.parse import urlsplit

HOST = "127.0.0.1"
ROOM = 65536


class Path:
    """A way to the port `there` of `host`, by a port of its own."""

    def __init__(self, host: str, there: int, port: int = 0) -> None:
        self._host, self._there = host, there
        self._is_cut = False
        self._open: dict[asyncio.Task[None], asyncio.Event] = {}
        """The connections; each forwards while its event is set."""
        self._backs: dict[asyncio.Event, asyncio.StreamWriter] = {}
        """Their ends at the server."""
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, HOST, port), self._loop).result(5)
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def address(self) -> str:
        """`host:port`, for a client of Kafka's."""
        return f"{HOST}:{self.port}"

    def through(self, dsn: str) -> str:
        """The same database, by this path."""
        parts = urlsplit(dsn)
        return parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@{self.address}").geturl()

    def cut(self) -> None:
        """From here on nothing arrives: who is connected hears nothing any more, and who connects gets no answer."""
        self._in_its_thread(self._cut)

    def heal(self, *, failed_over: bool = False) -> None:
        """Forwards again, what was held back too. When it has `failed_over`, who was connected hears nothing for ever."""
        self._in_its_thread(self._fail_over if failed_over else self._heal)

    def close(self) -> None:
        """Ends the proxy, and every connection with it."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _in_its_thread(self, what: Callable[[], None]) -> None:
        async def done() -> None:
            what()

        asyncio.run_coroutine_threadsafe(done(), self._loop).result(5)

    def _cut(self) -> None:
        self._is_cut = True
        for forwards in self._open.values():
            forwards.clear()

    def _heal(self) -> None:
        self._is_cut = False
        for forwards in self._open.values():
            forwards.set()

    def _fail_over(self) -> None:
        self._is_cut = False
        # The server that was there is gone, and what its sessions had locked: else one between two messages keeps its locks for ever.
        for forwards, back in self._backs.items():
            if not forwards.is_set():
                back.close()

    async def _end(self) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task, forwards = asyncio.current_task(), asyncio.Event()
        assert task
        self._open[task] = forwards
        if not self._is_cut:
            forwards.set()
        try:
            await forwards.wait()
            there, back = await asyncio.open_connection(self._host, self._there)
            self._backs[forwards] = back
            ways = [asyncio.create_task(_forward(reader, back, forwards)), asyncio.create_task(self._answer(there, writer, forwards))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                back.close()
                for way in ways:
                    way.cancel()
        except (OSError, asyncio.CancelledError):
            return  # asyncio's server complains of a connection that was cancelled
        finally:
            writer.close()
            self._open.pop(task)
            self._backs.pop(forwards, None)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, forwards: asyncio.Event) -> None:
        await _forward(reader, writer, forwards)


class PathToKafka(Path):
    """A way to a broker that names itself as the broker's place."""

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, forwards: asyncio.Event) -> None:
        """Answer by answer, each with its length before it."""
        host = self._host.encode()
        place, ours = host + self._there.to_bytes(4), host + self.port.to_bytes(4)
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                length = await reader.readexactly(4)
                answer = await reader.readexactly(int.from_bytes(length))
                await forwards.wait()
                writer.write(length + answer.replace(place, ours))
                await writer.drain()
        await forwards.wait()  # as in `_forward`


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, forwards: asyncio.Event) -> None:
    """Until one side closes."""
    with suppress(OSError):
        while data := await reader.read(ROOM):
            await forwards.wait()
            writer.write(data)
            await writer.drain()
        await forwards.wait()  # what is closed behind a cut is not heard of


@contextmanager
def path_to_postgres(dsn: str, port: int = 0) -> Iterator[Path]:
    """An open path to the server of `dsn`, until the block ends."""
    where = urlsplit(dsn)
    with _ending(Path(where.hostname or HOST, where.port or 5432, port)) as path:
        yield path


@contextmanager
def path_to_kafka(bootstrap: str) -> Iterator[Path]:
    """An open path to the one broker, until the block ends."""
    host, _, port = bootstrap.rpartition(":")
    with _ending(PathToKafka(host, int(port))) as path:
        yield path


@contextmanager
def _ending(path: Path) -> Iterator[Path]:
    try:
        yield path
    finally:
        path.close()
