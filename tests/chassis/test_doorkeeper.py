"""A client that does not go on is cut off, at whatever it stopped; one that goes on is served."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from time import monotonic

import pytest
import pytest_asyncio
import uvicorn
from litestar import Litestar, Request, get, post

from chassis import doorkeeper
from tests.infra import free_port

SHORT = {"FOR_HEADERS": 0.3, "FOR_A_BODY": 0.6, "FOR_READING": 0.4}
HEAD = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n"


@get("/")
async def large() -> bytes:
    return b"x" * 20_000_000


@post("/")
async def length(request: Request) -> str:  # type: ignore[type-arg]
    return str(len(await request.body()))


@pytest_asyncio.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """Where a process listens that has little patience."""
    for name, seconds in SHORT.items():
        monkeypatch.setattr(doorkeeper, name, seconds)
    port = free_port()
    options = doorkeeper.SERVING | {"timeout_keep_alive": 1}
    server = uvicorn.Server(uvicorn.Config(Litestar([large, length]), port=port, log_config=None, timeout_graceful_shutdown=1, **options))
    server.capture_signals = suppress  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    yield port
    server.should_exit = True
    await task


async def cut_after(port: int, *pieces: bytes, every: float = 0.0) -> float:
    """Seconds until the server hangs up on whoever sends these pieces."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def send() -> None:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(every)

    began, sending = monotonic(), asyncio.create_task(send())
    with suppress(ConnectionError):
        async with asyncio.timeout(5):
            while await reader.read(65_536):
                pass
    sending.cancel()
    writer.close()
    return monotonic() - began


@pytest.mark.parametrize(
    ("stopped_at", "pieces", "every", "seconds"),
    [
        ("nothing at all", [b""], 0, 0.3),
        ("half of the headers", [b"GET / HTTP/1.1\r\nHost: he"], 0, 0.3),
        ("headers, one byte after the other", [bytes([byte]) for byte in HEAD], 0.05, 0.3),
        ("half of a body", [HEAD + b"12345"], 0, 0.6),
        ("a body, one byte after the other", [HEAD, *(b"1" for _ in range(9))], 0.15, 0.6),
        ("the second request's headers", [HEAD + b"1234567890", b"GET / HT"], 0.1, 0.4),
    ],
)
async def test_whoever_stops_is_cut_off(port: int, stopped_at: str, pieces: list[bytes], every: float, seconds: float) -> None:
    assert seconds <= await cut_after(port, *pieces, every=every) + 0.05 < seconds + 1.5, stopped_at


async def test_whoever_reads_nothing_is_cut_off(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_000)
    writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    await asyncio.sleep(1)
    with pytest.raises(ConnectionError):
        for _ in range(50):
            writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)
    writer.close()


async def test_whoever_goes_on_is_served_on_one_connection_however_slowly(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        for piece in (HEAD[:20], HEAD[20:], b"12345", b"67890"):
            writer.write(piece)
            await asyncio.sleep(0.15)
        answer = await reader.readuntil(b"10")
        assert answer.startswith(b"HTTP/1.1 201")
        rest = b"" if answer.endswith(b"\r\n\r\n10") else await reader.readuntil(b"\r\n\r\n10")
        assert (answer + rest).endswith(b"\r\n\r\n10")
    writer.close()
