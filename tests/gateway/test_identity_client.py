"""A process of identity that ends while the portal still holds a connection to it, as each does in its turn when one is replaced."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.web.identity_client import IdentityAway, IdentityClient

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"requests":[]}'


@asynccontextmanager
async def ends_after_an_answer(asked: list[bytes]) -> AsyncIterator[str]:
    """Identity, each of whose connections answers once, and is closed when it is asked again; notes what came. Gives its address."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n")).strip())
        writer.write(ANSWER)
        await reader.readuntil(b"\r\n\r\n")
        asked.append((await reader.readuntil(b"\r\n")).strip())
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_what_is_only_read_is_asked_again_of_another_process_and_nobody_notices():
    asked: list[bytes] = []
    async with ends_after_an_answer(asked) as address:
        identity = IdentityClient(address, "key")
        for _ in range(2):
            assert await identity.account_requests() == ()
        await identity.close()
    assert len(asked) == 3


async def test_acc_7_a_password_is_sent_once_since_nobody_knows_whether_the_try_was_counted():
    asked: list[bytes] = []
    async with ends_after_an_answer(asked) as address:
        identity = IdentityClient(address, "key")
        assert await identity.account_requests() == ()
        with pytest.raises(IdentityAway):
            await identity.log_in("login", "password", "127.0.0.1", None)
        await identity.close()
    assert len(asked) == 2 and asked[1].startswith(b"POST")
