"""Who visits, and whether they may: what Litestar gives to each page, and where it sends whoever may not see it."""

from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from .drafts import keep_draft
from .portal import Portal
from .rendering import AnyRequest
from .session import COOKIE, Viewer, find_lapsed, find_viewer

KEPT_UNDER = ("/actions/", "/region/", "/compte/adresse")
"""What is posted there after a session has lapsed is kept; passwords and who logs in are posted elsewhere."""


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
