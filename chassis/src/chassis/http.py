"""The HTTP of a process: `/live`, `/ready` and `/metrics` for whoever operates it, and a service's own beside them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

import uvicorn
from litestar import Litestar, MediaType, Response, get
from litestar.types import ControllerRouterHandler
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from .doorkeeper import SERVING
from .settings import Settings
from .trouble import Trouble


def application(
    is_live: Callable[[], bool], not_ready: Callable[[], Sequence[str]], handlers: Sequence[ControllerRouterHandler] = ()
) -> Litestar:
    """Answers whether the process must not be restarted (`is_live`), and what it still lacks to work (`not_ready`; nothing: ready)."""

    @get("/live", media_type=MediaType.TEXT, sync_to_thread=False)
    def live() -> Response[str]:
        return Response("", status_code=200 if is_live() else 503)

    @get("/ready", media_type=MediaType.TEXT, sync_to_thread=False)
    def ready() -> Response[str]:
        missing = not_ready()
        return Response("\n".join(missing), status_code=503 if missing else 200)

    @get("/metrics", sync_to_thread=False)
    def metrics() -> Response[bytes]:
        return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})

    return Litestar([live, ready, metrics, *handlers], openapi_config=None, logging_config=None)


@asynccontextmanager
async def serving(app: Litestar, settings: Settings, fail: Callable[[BaseException], None]) -> AsyncIterator[int]:
    """Serves `app` until the block ends; gives the port. `fail` hears when the server stops by itself.

    Raises Trouble when the port cannot be had, or the certificate.
    """
    server = _Server(_configuration(app, settings))
    with _listen(settings) as door:
        task = asyncio.create_task(server.serve([door]))
        task.add_done_callback(lambda _: fail(Trouble("The HTTP server of the process has stopped.")))
        try:
            yield door.getsockname()[1]
        finally:
            server.should_exit = True
            await task


def _configuration(app: Litestar, settings: Settings) -> uvicorn.Config:
    """Loaded here: uvicorn would end the process by itself."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        timeout_graceful_shutdown=5,
        log_config=None,
        **SERVING,
        ssl_certfile=settings.http_certificate or None,
        ssl_keyfile=settings.http_key or None,
    )
    try:
        config.load()
    except OSError as error:
        raise Trouble("The certificates in {file} cannot be read ({error}).", file=settings.http_certificate, error=error) from error
    return config


class _Server(uvicorn.Server):
    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Leaves signals to the process."""
        return nullcontext()


def _listen(settings: Settings) -> socket.socket:
    """The server's socket, made here because uvicorn would end the process by itself."""
    try:
        family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
        return socket.create_server((settings.http_host, settings.http_port), family=family)
    except OSError as error:
        raise Trouble(
            "The port {port} is taken or refused ({error}). Change SESAME_HTTP_PORT or SESAME_HTTP_HOST.",
            port=settings.http_port,
            error=error,
        ) from error
