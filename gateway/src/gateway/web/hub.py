"""Hears that commands were answered and that views changed, on one connection to the portal's own database."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import asyncpg
import structlog

log = structlog.get_logger()

ANSWERS, CHANGED = "answers", "changed"


class Hub:
    """One `LISTEN` for the whole process: wakes pages that wait for an answer, and open pages whose data changed (NOT-1)."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._awaited: dict[UUID, asyncio.Event] = {}
        self._open_pages: dict[str, set[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """End, and let every open page go."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._wake_everybody()

    async def _listen(self) -> None:
        while True:
            try:
                connection = await asyncpg.connect(self._dsn)
                gone = asyncio.Event()
                connection.add_termination_listener(lambda _connection, gone=gone: gone.set())
                await connection.add_listener(ANSWERS, lambda _c, _p, _channel, payload: self._answered(str(payload)))
                await connection.add_listener(CHANGED, lambda _c, _p, _channel, payload: self._changed(str(payload)))
                self._wake_everybody()  # what was said while nobody listened
                try:
                    await gone.wait()
                finally:
                    if not connection.is_closed():
                        await connection.close(timeout=2)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("the portal does not hear of changes", error=str(error))
                await asyncio.sleep(1)

    def _answered(self, payload: str) -> None:
        found = [UUID(text) for text in json.loads(payload)] if payload else list(self._awaited)
        for command_id in found:
            if event := self._awaited.get(command_id):
                event.set()

    def _changed(self, payload: str) -> None:
        for audience in json.loads(payload) if payload else list(self._open_pages):
            for event in self._open_pages.get(audience, ()):
                event.set()

    def _wake_everybody(self) -> None:
        self._answered("")
        self._changed("")

    @asynccontextmanager
    async def waiting(self, command_id: UUID) -> AsyncIterator[asyncio.Event]:
        """An event that is set each time the command may have been answered: enter before the command is committed."""
        event = self._awaited.setdefault(command_id, asyncio.Event())
        try:
            yield event
        finally:
            self._awaited.pop(command_id, None)

    @asynccontextmanager
    async def open_page(self, audience: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever what this audience sees has changed."""
        event = asyncio.Event()
        self._open_pages.setdefault(audience, set()).add(event)
        try:
            yield event
        finally:
            pages = self._open_pages[audience]
            pages.discard(event)
            if not pages:
                del self._open_pages[audience]
