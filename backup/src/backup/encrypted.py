"""An encrypted way to a database for PostgreSQL's programs, of which not every build can encrypt: that of our images cannot."""

import asyncio
import ssl
import struct
import tempfile
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from chassis.tls import trusting

MODES = ("require", "verify-ca", "verify-full")
"""Of `sslmode`, those that never go without."""
PORT = 5432
"""Part of the socket's name."""
ASKED = bytes.fromhex("0000000804d2162f")
"""PostgreSQL's SSLRequest, which is answered with an S."""
SASL = struct.pack("!i", 10)
"""What an authentication by SCRAM begins with."""
AT_ONCE = 256 * 1024
"""Bytes."""


def context(options: Mapping[str, str]) -> ssl.SSLContext:
    """Who is believed, as an address says (`sslmode`, `sslrootcert`). Raises Trouble as `trusting`."""
    authorities = options.get("sslrootcert", "")
    made = trusting(authorities)
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
                    await asyncio.gather(_carry(near, forth), _answer(far, back))
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


async def _answer(far: StreamReader, back: StreamWriter) -> None:
    kind = b""
    while kind != b"R":
        kind, size = struct.unpack("!ci", await far.readexactly(5))
        body = unbound(kind, await far.readexactly(size - 4))
        back.write(struct.pack("!ci", kind, len(body) + 4) + body)
    await _carry(far, back)


def unbound(kind: bytes, body: bytes) -> bytes:
    """A message of the server's, without an offer to bind the password to the encryption: a program that sees none takes that for a fraud.

    Whom it comes to was checked by its certificate, here.
    """
    if kind != b"R" or not body.startswith(SASL):
        return body
    names = [name for name in body.removeprefix(SASL).split(b"\0") if name and not name.endswith(b"-PLUS")]
    return SASL + b"".join(name + b"\0" for name in names) + b"\0"


async def _carry(reader: StreamReader, writer: StreamWriter) -> None:
    while data := await reader.read(AT_ONCE):
        writer.write(data)
        await writer.drain()
    writer.close()
