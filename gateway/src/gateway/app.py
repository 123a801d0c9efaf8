"""The web process: Litestar over the portal's own database. It never touches Kafka."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import structlog
from litestar import Litestar, Response
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, NotFoundException, PermissionDeniedException
from litestar.response import Redirect
from litestar.static_files import create_static_files_router
from pydantic import ValidationError

from chassis.ids import uuid7
from chassis.trouble import where

from .answers import Hub
from .commands import Commands, NotYours
from .identity_client import IdentityAway, IdentityClient
from .pages import ROUTES
from .portal import Portal
from .rendering import AnyRequest, environment
from .session import COOKIE, Viewer, find_lapsed, find_viewer, keep_draft
from .settings import WebSettings

log = structlog.get_logger()

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
KEPT_UNDER = ("/actions/", "/region/", "/compte/adresse")
"""What is posted there after a session has lapsed is kept; passwords and who logs in are posted elsewhere."""
LARGEST_BODY = 12 * 1024 * 1024


class NotLoggedIn(Exception):
    """Nobody is logged in; `kept` says that what was sent is kept as a draft."""

    def __init__(self, back: str, kept: bool) -> None:
        self.back, self.kept = back, kept


class ChooseFirst(Exception):
    """The temporary password must be replaced before anything else (ACC-2)."""


def provide_portal(request: AnyRequest) -> Portal:
    """What every page needs."""
    portal: Portal = request.app.state.portal
    return portal


async def provide_viewer(request: AnyRequest, portal: NamedDependency[Portal]) -> Viewer:
    """Who is logged in. Raises NotLoggedIn (what was sent is kept as its owner's draft) or ChooseFirst."""
    token = request.cookies.get(COOKIE, "")
    viewer = await find_viewer(portal.db, token, touch=not is_by_itself(request)) if token else None
    if viewer is None:
        raise NotLoggedIn(*await _kept(request, portal, token))
    request.scope["viewer"] = viewer  # type: ignore[typeddict-unknown-key]
    if viewer.must_choose_password and request.url.path not in {"/premiere-connexion", "/deconnexion"}:
        raise ChooseFirst
    return viewer


def is_by_itself(request: AnyRequest) -> bool:
    """Whether the page asks, its user perhaps away: the live connection, and live regions, which htmx cuts out of whole pages."""
    return request.url.path == "/evenements" or (request.method == "GET" and request.headers.get("HX-Request-Type") == "full")


async def _kept(request: AnyRequest, portal: Portal, token: str) -> tuple[str, bool]:
    """Where to come back to, and whether what was posted is kept: it is never carried out by itself (no password is ever kept)."""
    path = request.url.path
    back = path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "GET":
        return back, False
    lapsed = await find_lapsed(portal.db, token) if token and path.startswith(KEPT_UNDER) else None
    if lapsed is None:
        return "/", False
    form = await request.form()
    typed: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            typed.setdefault(name, []).append(value)
    typed.pop("_commande", None)
    await keep_draft(portal.db, lapsed, path, {"typed": typed, "lapsed": True})
    return back, True


def provide_organisation(viewer: NamedDependency[Viewer]) -> Viewer:
    """Somebody of a training organisation; for anybody else the page does not exist (ACC-6)."""
    if viewer.is_agent:
        raise NotFoundException
    return viewer


def provide_agent(viewer: NamedDependency[Viewer]) -> Viewer:
    """An agent of the Region; for anybody else the page does not exist (ACC-6)."""
    if not viewer.is_agent:
        raise NotFoundException
    return viewer


async def begin(request: AnyRequest) -> None:
    """What is logged of a request has an id of its own, until a form gives its command's. Raises PermissionDeniedException."""
    structlog.contextvars.bind_contextvars(correlation=str(uuid7()))
    refuse_other_sites(request)


def refuse_other_sites(request: AnyRequest) -> None:
    """A form is sent from our own pages only: the browser says from where (the cookie is SameSite besides)."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site in {"same-origin", "none"} or (site is None and origin in {None, f"{request.url.scheme}://{request.headers.get('Host')}"}):
        return
    raise PermissionDeniedException


def to_log_in(request: AnyRequest, error: NotLoggedIn) -> Response[Any]:
    """The login page, and the way back.

    htmx would follow, and put that page into this one: it is told 401, which it swaps nowhere (`noSwap` in the layout), and to leave
    the page only when what was sent is kept.
    """
    inside = request.headers.get("HX-Request") == "true"
    back = _page(request) if inside else error.back
    log_in = f"/connexion?suite={quote(back)}{'&gardee=1' if error.kept else ''}"
    if inside:
        return Response("", status_code=401, headers={"HX-Redirect": log_in} if error.kept else {})
    return Redirect(log_in, status_code=303)


def _page(request: AnyRequest) -> str:
    """The page on which htmx asks."""
    url = urlsplit(request.headers.get("HX-Current-URL", "/"))
    return url.path + (f"?{url.query}" if url.query else "")


def to_first_login(_request: AnyRequest, _error: ChooseFirst) -> Response[Any]:
    """The page on which a password is chosen."""
    return Redirect("/premiere-connexion", status_code=303)


def error_page(request: AnyRequest, error: Exception) -> Response[Any]:
    """A page that says what happened and what to do; never a stack trace."""
    status = error.status_code if isinstance(error, HTTPException) else 503 if isinstance(error, AWAY) else 500
    if isinstance(error, NotYours):
        status = 404
    elif isinstance(error, ValidationError):  # what no field of ours lets anybody type
        status = 400
    if status >= 500:
        log.error("a page failed", path=request.url.path, error=type(error).__name__, where=where(error))
    html = environment().get_template("error.html").render(status=status, path=request.url.path, viewer=None, notice=None, has_errors=False)
    return Response(html, media_type="text/html", status_code=status, headers={"Cache-Control": "no-store"})


AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.CannotConnectNowError, IdentityAway)


def create_app(settings: WebSettings) -> Litestar:
    """The portal, on these settings."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        server_settings = {"search_path": settings.search_path}
        async with asyncpg.create_pool(settings.database, min_size=2, max_size=10, server_settings=server_settings) as db:
            hub = Hub(settings.database)
            identity = IdentityClient(settings.identity_url, settings.gateway_key)
            await hub.start()
            app.state.portal = Portal(settings, db, hub, Commands(db, hub, settings.topic_prefix), identity)
            try:
                yield
            finally:
                await hub.stop()
                await identity.close()

    return Litestar(
        route_handlers=[
            *ROUTES,
            create_static_files_router(path="/static", directories=[Path(__file__).parent / "static"], cache_control=None),
        ],
        dependencies={
            "portal": Provide(provide_portal, sync_to_thread=False),
            "viewer": Provide(provide_viewer),
            "organisation": Provide(provide_organisation, sync_to_thread=False),
            "agent": Provide(provide_agent, sync_to_thread=False),
        },
        before_request=begin,
        exception_handlers={NotLoggedIn: to_log_in, ChooseFirst: to_first_login, HTTPException: error_page, Exception: error_page},
        response_headers=HEADERS,
        request_max_body_size=LARGEST_BODY,
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
    )
