"""An encrypted way to a database for PostgreSQL's programs, of which not every build can encrypt: that of our images cannot."""

import asyncio
import ssl
import tempfile
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

MODES = ("require", "verify-ca", "verify-full")
"""Of `sslmode`, those that never go without."""
PORT = 5432
"""Part of the socket's name."""
ASKED = bytes.fromhex("0000000804d2162f")
"""PostgreSQL's SSLRequest, which is answered with an S."""
AT_ONCE = 256 * 1024
"""Bytes."""


def context(options: Mapping[str, str]) -> ssl.SSLContext:
    """Who is believed, as an address says (`sslmode`, `sslrootcert`)."""
    authorities = options.get("sslrootcert")
    made = ssl.create_default_context(cafile=authorities)
    made.check_hostname = options["sslmode"] == "verify-full"
    if options["sslmode"] == "require" and not authorities:
        made.verify_mode = ssl.CERT_NONE
    return made


@asynccontextmanager
async def way(host: str, port: int, believed: ssl.SSLContext) -> AsyncIterator[str]:
    """A folder with a socket that its owner alone reaches: who connects to it has an encrypted connection to that server, or none."""

    async def connected(near: StreamReader, back: StreamWriter) -> None:
        try:
            far, forth = await asyncio.open_connection(host, port)
            try:
                forth.write(ASKED)
                if await far.readexactly(1) == b"S":
                    await forth.start_tls(believed, server_hostname=host)
                    await asyncio.gather(_carry(near, forth), _carry(far, back))
            finally:
                forth.close()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the program says that its connection has gone
        finally:
            back.close()

    with tempfile.TemporaryDirectory(prefix="sesame-") as folder:
        server = await asyncio.start_unix_server(connected, Path(folder) / f".s.PGSQL.{PORT}")
        async with server:
            yield folder


async def _carry(reader: StreamReader, writer: StreamWriter) -> None:
    while data := await reader.read(AT_ONCE):
        writer.write(data)
        await writer.drain()
    writer.close()
