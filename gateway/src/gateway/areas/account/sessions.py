"""“Vos sessions”: where one is logged in, and ending what one does not know (ACC-7)."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Redirect

from gateway.web.forms import Form
from gateway.web.security_log import What
from gateway.web.session import COOKIE, end_others, load_sessions
from gateway.web.visit import Visit

ADDRESS = "/compte/sessions"


@get(ADDRESS)
async def sessions_page(visit: NamedDependency[Visit], fait: FromQuery[str] = "") -> Response[str]:
    """Every session of whoever looks."""
    sessions = await load_sessions(visit.db, visit.viewer, visit.request.cookies.get(COOKIE, ""))
    return visit.page("account/sessions.html", form=Form(), sessions=sessions, done=bool(fait))


@post(ADDRESS)
async def end_sessions(visit: NamedDependency[Visit]) -> Response[Any]:
    """End one of them, or all but this one."""
    form = await Form.of(visit.request)
    try:
        session = None if form.value("toutes") == "oui" else UUID(form.value("session"))
    except ValueError:
        raise NotFoundException from None
    await end_others(visit.db, visit.viewer, visit.request.cookies.get(COOKIE, ""), session)
    await visit.portal.security.note(visit.request, What.SESSIONS_ENDED, visit.viewer.user_id)
    return Redirect(f"{ADDRESS}?fait=1", status_code=303)


ROUTES = [sessions_page, end_sessions]
