"""Asks pages, as many browsers would that keep their connection; so thin that what is measured is the server."""

import asyncio
from dataclasses import dataclass, field
from statistics import quantiles
from time import monotonic, perf_counter


@dataclass
class Load:
    """What came of it: seconds of each request, and of all."""

    took: list[float] = field(default_factory=list)
    seconds: float = 0.0
    size: int = 0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.took) / self.seconds

    def cut(self, percent: int) -> float:
        """Milliseconds below which so many percent stay."""
        return 1000 * quantiles(self.took, n=100)[percent - 1]


async def ask(port: int, path: str, cookie: str, *, seconds: float, browsers: int = 4) -> Load:
    """One page, again and again, by so many at once."""
    load, began = Load(), monotonic()
    await asyncio.gather(*(_browse(load, port, path, cookie, began + seconds) for _ in range(browsers)))
    load.seconds = monotonic() - began
    return load


async def _browse(load: Load, port: int, path: str, cookie: str, until: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n\r\n".encode()
    while monotonic() < until:
        began = perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith("http/1.1 200"), head
        load.size = len(await reader.readexactly(int(head.partition("content-length:")[2].partition("\r\n")[0])))
        load.took.append(perf_counter() - began)
    writer.close()
