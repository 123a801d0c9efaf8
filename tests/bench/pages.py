"""The portal's web process, as it is deployed, on a database that is filled beforehand: no Kafka, no service."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from sesame_local import timeshift
from tests.gateway.running_portal import RunningPortal, migrated, served
from tests.infra import as_role, free_port, local

from . import cpu


@dataclass(frozen=True)
class Web:
    """Where it answers, what fills its database, and who it is."""

    port: int
    portal: RunningPortal
    pid: int

    def cpu(self) -> float:
        """CPU seconds of the process and of PostgreSQL, so far."""
        server = next(child.pid for child in psutil.Process().children() if child.name() == "postgres")
        return cpu.used([self.pid, server])


@asynccontextmanager
async def pages(fill: Callable[[RunningPortal], Awaitable[None]]) -> AsyncIterator[Web]:
    """The process, until the block ends; it is 6 March 2008."""
    async with AsyncExitStack() as stack:
        infra = stack.enter_context(local(durable=True))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        dsn = await infra.fresh_database("gateway", migrated)
        portal = await stack.enter_async_context(served(dsn, folder))
        portal.it_is("2008-03-06T14:12")
        await fill(portal)
        port = free_port()
        environment = {timeshift.VARIABLE: str(folder / "time"), "SESAME_HTTP_PORT": str(port), "SESAME_GATEWAY_KEY": "x" * 16}
        environment["SESAME_IDENTITY_URL"] = "http://127.0.0.1:1"
        environment |= {"SESAME_DATABASE": as_role(dsn, "gateway_web"), "SESAME_LOG_LEVEL": "error"}
        yield Web(port, portal, await started(stack, ["gateway", "web"], environment))


async def started(stack: AsyncExitStack, line: list[str], environment: Mapping[str, str]) -> int:
    """A Python process that ends with `stack`; its id."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *line, env=os.environ | environment)
    stack.push_async_callback(process.wait)
    stack.callback(process.terminate)
    return process.pid


async def until_shown(port: int, cookie: str, path: str = "/") -> str:
    """The page, once the process answers."""
    async with httpx.AsyncClient() as client:
        for _ in range(300):
            try:
                answer = await client.get(f"http://localhost:{port}{path}", headers={"Cookie": cookie})
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                assert answer.status_code == 200, answer
                return answer.text
        raise TimeoutError("no page")
