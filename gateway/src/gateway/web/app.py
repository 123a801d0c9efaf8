"""The web process: Litestar over the portal's own database. It never touches Kafka."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import structlog
from litestar import Litestar, Request, Response
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotFoundException, PermissionDeniedException
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.response import Redirect
from litestar.static_files import create_static_files_router
from litestar.types import Scope
from pydantic import ValidationError

from chassis.db import Connection, options
from chassis.ids import uuid7
from chassis.trouble import where
from gateway.documents.printers import NotPrinted, Printers
from gateway.settings import WebSettings

from .commands import Commands
from .hub import Hub
from .identity_client import IdentityAway, IdentityClient
from .papers import InPreparation
from .portal import Portal
from .posted import LARGEST_BODY, MOST_PARTS, refuse_addresses
from .rendering import AnyRequest, environment
from .routes import DOCUMENTS, ROUTES, provide_visit, to_log_in
from .security import protecting, refuse_other_sites, told
from .security_log import SecurityLog, What
from .session import Viewer
from .visit import FACTOR_PAGE, ChooseFirst, NotLoggedIn, TurnOnFirst, provide_portal, provide_viewer

log = structlog.get_logger()


async def begin(request: AnyRequest) -> None:
    """What is logged of a request has an id of its own, until a form gives its command's. Raises HTTPException."""
    structlog.contextvars.bind_contextvars(correlation=str(uuid7()))
    refuse_addresses(request)
    refuse_other_sites(request)


def to_first_login(_request: AnyRequest, _error: ChooseFirst) -> Response[Any]:
    """The page on which a password is chosen."""
    return Redirect("/premiere-connexion", status_code=303)


def to_factor(_request: AnyRequest, _error: TurnOnFirst) -> Response[Any]:
    """The page on which a second factor is turned on."""
    return Redirect(FACTOR_PAGE, status_code=303)


def in_preparation(request: AnyRequest, error: InPreparation) -> Response[Any]:
    """A page that says that the document can be had in a moment."""
    said = {"path": request.url.path, "preparing": str(error), "viewer": None, "notice": None, "has_errors": False}
    html = environment().get_template("error.html").render(status=202, **said)
    return Response(html, media_type="text/html", status_code=202, headers={"Cache-Control": "no-store", "Retry-After": "5"})


def error_page(request: AnyRequest, error: Exception) -> Response[Any]:
    """A page that says what happened and what to do; never a stack trace."""
    status = error.status_code if isinstance(error, HTTPException) else 503 if isinstance(error, AWAY) else 500
    if isinstance(error, ValidationError):  # what no field of ours lets anybody type
        status = 400
    if status >= 500:
        log.error("a page failed", path=told(request.url.path), error=type(error).__name__, where=where(error))
    html = (
        environment()
        .get_template("error.html")
        .render(status=status, path=request.url.path, viewer=None, notice=None, has_errors=False, not_printed=isinstance(error, NotPrinted))
    )
    return Response(html, media_type="text/html", status_code=status, headers={"Cache-Control": "no-store"})


async def note_refusal(error: Exception, scope: Scope) -> None:
    """A form of another site, and what somebody who is logged in asks that is not theirs or not there, stand in the security log."""
    request: AnyRequest = Request(scope)
    portal: Portal | None = request.app.state.get("portal")
    viewer: Viewer | None = request.state.get("viewer")
    if portal and isinstance(error, PermissionDeniedException):
        await portal.security.note(request, What.FORM_OF_ANOTHER_SITE, None, told(request.url.path))
    elif portal and viewer and isinstance(error, NotFoundException):
        await portal.security.note(request, What.NOT_THEIRS, viewer.user_id, told(request.url.path))


STATEMENT = 15.0
"""Seconds that one of a page's may take."""
AWAY = (
    *(OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.OperatorInterventionError),
    *(asyncpg.LockNotAvailableError, IdentityAway, NotPrinted),
    asyncpg.InternalClientError,  # a connection that was killed while it was given back
)


async def leave_as_it_is(_session: Connection) -> None:
    """Between two requests: no page leaves anything in its session. asyncpg would go to the database once more after each query."""


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    """What pages work with, while they are served."""
    settings: WebSettings = app.state.settings
    # No connection beforehand: while the database is away, pages say so, and the process waits for it where it is.
    database = asyncpg.create_pool(**options(settings, STATEMENT), min_size=0, max_size=10, reset=leave_as_it_is)
    async with database as db, Printers.open() as printers:
        hub = Hub(settings)
        identity = IdentityClient(settings.identity_url, settings.key, settings.identity_ca)
        await hub.start()
        commands = Commands(db, hub, settings.topic_prefix)
        app.state.portal = Portal(settings, db, hub, commands, identity, SecurityLog(db), printers, DOCUMENTS)
        try:
            yield
        finally:
            await hub.stop()
            await identity.close()


def create_app(settings: WebSettings) -> Litestar:
    """The portal, on these settings."""

    # Pages are not packed: they hold secrets beside what strangers may have typed, and their length would tell (BREACH).
    packed = DefineMiddleware(CompressionMiddleware, config=CompressionConfig("gzip", gzip_compress_level=6, exclude=r"\.woff2$"))
    return Litestar(
        route_handlers=[
            *ROUTES,
            create_static_files_router(
                path="/static", directories=[Path(__file__).parents[1] / "static"], cache_control=None, middleware=[packed]
            ),
        ],
        dependencies={
            "portal": Provide(provide_portal, sync_to_thread=False),
            "viewer": Provide(provide_viewer),
            "visit": Provide(provide_visit),
        },
        before_request=begin,
        exception_handlers={
            NotLoggedIn: to_log_in,
            ChooseFirst: to_first_login,
            TurnOnFirst: to_factor,
            InPreparation: in_preparation,
            HTTPException: error_page,
            Exception: error_page,
        },
        after_exception=[note_refusal],
        before_send=[protecting(https=settings.https)],
        request_max_body_size=LARGEST_BODY,
        multipart_form_part_limit=MOST_PARTS,
        state=State({"settings": settings}),
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
    )
