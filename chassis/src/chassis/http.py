"""The HTTP of a process: `/live`, `/ready` and `/metrics` for whoever operates it, and its own, each on its port."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, nullcontext
from time import monotonic
from typing import Any

import uvicorn
from litestar import Litestar, MediaType, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from . import metrics
from .doorkeeper import SERVING
from .settings import Settings
from .tracing import App, served
from .trouble import Trouble


def health(name: str, is_live: Callable[[], bool], not_ready: Callable[[], Awaitable[Sequence[str]]]) -> Litestar:
    """What the operator asks of the process `name`: whether it must not be restarted (`is_live`), what it still lacks (`not_ready`)."""
    metrics.begin(name)

    @get("/live", media_type=MediaType.TEXT, sync_to_thread=False)
    def live() -> Response[str]:
        return Response("", status_code=200 if is_live() else 503)

    @get("/ready", media_type=MediaType.TEXT)
    async def ready() -> Response[str]:
        missing = await look()
        return Response("\n".join(missing), status_code=503 if missing else 200)

    async def look() -> Sequence[str]:
        missing = await not_ready()
        metrics.READY.labels(name).set(not missing)
        return missing

    @get("/metrics")
    async def measured() -> Response[bytes]:
        await look()
        return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})

    return Litestar([live, ready, measured], openapi_config=None, logging_config=None)


def serving_health(app: Litestar, settings: Settings, fail: Callable[[BaseException], None]) -> AbstractAsyncContextManager[int]:
    """Serves what `health` makes, where nobody comes but the operator. As `serving`."""
    return _serving(app, settings, fail, "HEALTH", settings.health_host, settings.health_port)


def serving(
    app: Litestar, settings: Settings, fail: Callable[[BaseException], None], name: str, *, believes: bool = False, **more: Any
) -> AbstractAsyncContextManager[int]:
    """Serves `app` of the process `name` until the block ends; gives the port. `fail` hears when the server stops by itself; `more` is
    uvicorn's. Whose caller is one of our processes `believes` it: its requests are a part of that one's traces.

    Raises Trouble when the port cannot be had, or the certificate.
    """
    return _serving(_measured(served(app, believes=believes), name), settings, fail, "HTTP", settings.http_host, settings.http_port, **more)


METHODS = frozenset({"GET", "HEAD", "POST"})


def _measured(app: App, name: str) -> App:
    """`app`, whose requests are measured; what a stranger makes up as a method is `other`, or each would have measures of its own."""

    async def measured(scope: Any, receive: Any, send: Any) -> None:
        began = monotonic()

        async def told(message: Any) -> None:
            if message["type"] == "http.response.start":
                method = scope["method"] if scope["method"] in METHODS else "other"
                labels = (name, method, scope.get("path_template", ""), message["status"])
                metrics.REQUEST_SECONDS.labels(*labels).observe(monotonic() - began)
            await send(message)

        await app(scope, receive, told)

    return measured


@asynccontextmanager
async def _serving(
    app: App, settings: Settings, fail: Callable[[BaseException], None], name: str, host: str, port: int, **more: Any
) -> AsyncIterator[int]:
    server = _Server(_configuration(app, settings, **more))
    with _listen(name, host, port) as door:
        task = asyncio.create_task(server.serve([door]))
        task.add_done_callback(lambda _: fail(Trouble("The HTTP server of the process has stopped.")))
        try:
            yield door.getsockname()[1]
        finally:
            server.should_exit = True
            await task


def _configuration(app: App, settings: Settings, **more: Any) -> uvicorn.Config:
    """Loaded here: uvicorn would end the process by itself. No header says where a request came from, unless `more` says whose may."""
    always = {"timeout_graceful_shutdown": 5, "log_config": None, **SERVING}
    files = {"ssl_certfile": settings.http_certificate or None, "ssl_keyfile": settings.http_key or None}
    config = uvicorn.Config(app, **{"lifespan": "off", "proxy_headers": False, **always, **files, **more})
    try:
        config.load()
    except OSError as error:
        raise Trouble("The certificates in {file} cannot be read ({error}).", file=settings.http_certificate, error=error) from error
    return config


class _Server(uvicorn.Server):
    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Leaves signals to the process."""
        return nullcontext()


def _listen(name: str, host: str, port: int) -> socket.socket:
    """The server's socket, made here because uvicorn would end the process by itself."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        door = socket.create_server((host, port), family=family)
        # What it accepts inherits this; asyncio sets it on sockets of its own making alone. Without it the second piece of an answer, its
        # body, waits until the client has said that it has the first: 40 ms for every page.
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return door
    except OSError as error:
        raise Trouble(
            "The port {port} is taken or refused ({error}). Change SESAME_{name}_PORT or SESAME_{name}_HOST.",
            port=port,
            error=error,
            name=name,
        ) from error
