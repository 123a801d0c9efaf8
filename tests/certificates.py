"""Certificates that are made for a test: an authority, a server's certificate of it, and one of a stranger's for the same name."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization

NAMES = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Certificates:
    """Files in PEM."""

    ca: str
    """The authority's, which clients are told to believe."""
    chain: str
    """The server's."""
    key: str
    both: str
    """The server's key and certificates in one file."""
    strangers_ca: str
    """Another authority's: who believes it alone does not believe the server."""

    def serving(self) -> ssl.SSLContext:
        """A server's side."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.chain, self.key)
        return context

    def believing(self) -> ssl.SSLContext:
        """A client's side."""
        return ssl.create_default_context(cafile=self.ca)


def make(folder: Path, names: tuple[str, ...] = NAMES) -> Certificates:
    """A server's certificate for `names`, and all that goes with it."""
    authority, stranger = trustme.CA(), trustme.CA()
    certificate = authority.issue_cert(*names)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    stranger.cert_pem.write_to_path(str(folder / "strangers-ca.pem"))
    chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
    key = serialization.load_pem_private_key(certificate.private_key_pem.bytes(), None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,  # the only one that Kafka reads
        serialization.NoEncryption(),
    )
    for name, content in {"chain": chain, "key": key, "both": key + chain}.items():
        (folder / f"{name}.pem").write_bytes(content)
    return Certificates(*(str(folder / f"{name}.pem") for name in ("ca", "chain", "key", "both", "strangers-ca")))


@asynccontextmanager
async def encrypted_end(port: int, made: Certificates) -> AsyncIterator[int]:
    """A TLS end before PostgreSQL, as PostgreSQL itself does it: the wheel's has none. Its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # SSLRequest
        writer.write(b"S")
        await writer.drain()
        try:
            await writer.start_tls(made.serving())
        except OSError:
            writer.close()
            return
        answers, forth = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pipe(reader, forth), pipe(answers, writer, first=offer))

    def offer(data: bytes) -> bytes:
        """A server that encrypts offers to bind the password to it, before what it offers anyway."""
        plain, more = b"SCRAM-SHA-256\0\0", b"SCRAM-SHA-256-PLUS\0"
        if not data.startswith(b"R") or plain not in data:
            return data
        return struct.pack("!ci", b"R", struct.unpack("!i", data[1:5])[0] + len(more)) + data[5:].replace(plain, more + plain)

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: Callable[[bytes], bytes] = bytes) -> None:
        change = first
        while data := await reader.read(65_536):
            writer.write(change(data))
            await writer.drain()
            change = bytes
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
