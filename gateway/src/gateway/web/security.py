"""What protects the pages: headers, forms from our own pages only, addresses of our own only."""

from collections.abc import Awaitable, Callable

from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import PermissionDeniedException
from litestar.types import Message, Scope

from .rendering import AnyRequest

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
FROM_ANYWHERE = "from_anywhere"
"""The option of a handler whose form comes without a word of its site: a mail program posts it by itself, or it stands on a page that says
nothing of itself. No other site could send it, which would need to know the secret in its address.
"""
STRICT_TRANSPORT = f"max-age={365 * 24 * 3600}"


def protecting(*, https: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """Gives every answer its headers, whatever made it: a page, an error, a redirection, a file, no route at all. What somebody sent to us
    comes with stricter ones of its own.
    """
    headers = HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT} if https else {})

    async def protect(message: Message, _scope: Scope) -> None:
        if message["type"] == "http.response.start":
            answer = MutableScopeHeaders(message)
            for name, value in headers.items():
                answer.setdefault(name, value)

    return protect


LINKS = "/enquete/"
"""Where the pages of personal links begin: what follows is a secret (SURV-1)."""


def told(path: str) -> str:
    """A path as it may stand in a log."""
    return f"{LINKS}…" if path.startswith(LINKS) else path


def refuse_other_sites(request: AnyRequest) -> None:
    """A form is sent from our own pages only: the browser says from where (the cookie is SameSite besides). Nothing said is no browser."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.route_handler.opt.get(FROM_ANYWHERE):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site in {"same-origin", "none"} or (site is None and origin == f"{request.url.scheme}://{request.headers.get('Host')}"):
        return
    raise PermissionDeniedException


def safe_path(path: str) -> str:
    """A path of ours to come back to; anything else is the home page."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path else "/"
