"""`/live`, `/ready`, `/metrics`, and the service's own HTTP beside them."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from . import metrics
from .db import connect
from .settings import Settings
from .trouble import Trouble

if TYPE_CHECKING:
    from .runtime import Runtime
    from .service import ASGIApp


class Health:
    """What the process says of itself."""

    def __init__(self, runtime: Runtime, inner: ASGIApp | None) -> None:
        self._runtime, self._inner = runtime, inner
        self.database_answers = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """An ASGI application."""
        if scope["type"] == "http" and scope["path"] in ("/live", "/ready", "/metrics"):
            await self._answer(scope["path"], send)
        elif self._inner:
            await self._inner(scope, receive, send)
        elif scope["type"] == "http":
            await _send(send, 404, b"")

    async def _answer(self, path: str, send: Any) -> None:
        if path == "/metrics":
            await _send(send, 200, generate_latest(), CONTENT_TYPE_LATEST)
            return
        missing = [f"{consumer.topic}: not joined" for consumer in self._runtime.consumers if not consumer.joined]
        if not self.database_answers:
            missing.append("the database does not answer")
        # A stalled consumer ends the process by itself: alive is who answers.
        ready = path == "/live" or (self._runtime.started and not missing)
        await _send(send, 200 if ready else 503, "\n".join(missing).encode() if path == "/ready" else b"")

    async def measure(self) -> None:
        """Every two seconds: is the database there, what is parked, how long has the outbox been waiting."""
        name = self._runtime.service.name
        while True:
            try:
                connection = await connect(self._runtime.settings)
                try:
                    while True:
                        row = await connection.fetchrow(
                            """
                            SELECT (SELECT count(*) FROM parked) AS parked, count(*) AS rows,
                                   coalesce(extract(epoch FROM now() - min(created_at)), 0) AS age
                            FROM outbox
                            """,
                            timeout=5,
                        )
                        self.database_answers = True
                        metrics.PARKED.labels(name).set(row["parked"] if row else 0)
                        metrics.OUTBOX_ROWS.labels(name).set(row["rows"] if row else 0)
                        metrics.OUTBOX_AGE.labels(name).set(float(row["age"]) if row else 0)
                        await asyncio.sleep(2)
                finally:
                    self.database_answers = False
                    connection.terminate()
            except Exception:
                await asyncio.sleep(1)


class Server(uvicorn.Server):
    """An HTTP server that leaves signals to the process."""

    def __init__(self, app: ASGIApp, *, lifespan: bool) -> None:
        options: Any = {"lifespan": "auto" if lifespan else "off", "log_config": None, "access_log": False}
        super().__init__(uvicorn.Config(app, timeout_graceful_shutdown=5, **options))

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """None."""
        return nullcontext()


def listen(settings: Settings) -> socket.socket:
    """The socket of the process's HTTP; uvicorn would end the process by itself. Raises Trouble when the port cannot be had."""
    try:
        family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
        return socket.create_server((settings.http_host, settings.http_port), family=family)
    except OSError as error:
        raise Trouble(
            f"Le port {settings.http_port} est occupé ou refusé ({error}). Changez SESAME_HTTP_PORT ou SESAME_HTTP_HOST."
        ) from error


async def _send(send: Any, status: int, body: bytes, kind: str = "text/plain; charset=utf-8") -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
