"""The link in every mail that stops mails of its kind, without logging in (NOT-1; RFC 8058). It knows what it stops and nothing else.

Whoever only looks stops nothing: programs look at the links of a mail before anybody reads it. What stops them is a form's button, or the
mail program, which posts to the same address by itself.
"""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from gateway.mails.links import PATH, Stop
from gateway.told.mailed import BY_CODE
from gateway.web.per_minute import network_of
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.security import FROM_ANYWHERE
from gateway.web.security_log import client_of

from .queries import find_stop, stop_mails

UNSEEN = {"X-Robots-Tag": "noindex, nofollow"}


async def _find(request: AnyRequest, portal: Portal, token: str) -> Stop:
    """Raises TooManyRequestsException, or NotFoundException for a link that is not ours."""
    portal.stops.charge(network_of(client_of(request)))
    if (stop := await find_stop(portal.db, token)) is None:
        raise NotFoundException
    return stop


def _show(request: AnyRequest, stop: Stop, *, stopped: bool) -> Response[str]:
    labels = [BY_CODE[family].label for family in stop.families if family in BY_CODE]
    shown = page(request, "mails/stop.html", labels=labels, stopped=stopped)
    shown.headers.update(UNSEEN)
    return shown


@get(f"{PATH}{{token:str}}")
async def stop_page(request: AnyRequest, portal: NamedDependency[Portal], token: FromPath[str]) -> Response[Any]:
    """What the link stops, and the button that does."""
    return _show(request, await _find(request, portal, token), stopped=False)


@post(f"{PATH}{{token:str}}", opt={FROM_ANYWHERE: True}, status_code=200)
async def stop_by_link(request: AnyRequest, portal: NamedDependency[Portal], token: FromPath[str]) -> Response[Any]:
    """These mails stop, whatever the form says: nothing else can be asked here."""
    stop = await _find(request, portal, token)
    await stop_mails(portal.db, stop, BY_CODE.keys())
    return _show(request, stop, stopped=True)


ROUTES = [stop_page, stop_by_link]
