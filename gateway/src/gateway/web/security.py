"""What protects the pages: headers, forms from our own pages only, addresses of our own only."""

from litestar.exceptions import PermissionDeniedException

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


def refuse_other_sites(request: AnyRequest) -> None:
    """A form is sent from our own pages only: the browser says from where (the cookie is SameSite besides)."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site in {"same-origin", "none"} or (site is None and origin in {None, f"{request.url.scheme}://{request.headers.get('Host')}"}):
        return
    raise PermissionDeniedException


def safe_path(path: str) -> str:
    """A path of ours to come back to; anything else is the home page."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path else "/"
