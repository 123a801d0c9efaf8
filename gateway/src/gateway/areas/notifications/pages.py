"""What concerns the viewer, in a list until it is read (NOT-1)."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from gateway.told.notifications import find_path, list_notifications, mark_all_read, mark_read
from gateway.web.portal import Portal
from gateway.web.session import Viewer
from gateway.web.values import whole_number
from gateway.web.visit import Visit

PER_PAGE, LAST_PAGE = 30, 1_000


@get("/notifications")
async def notifications(
    visit: NamedDependency[Visit],
    asked: Annotated[str, QueryParameter(name="page")] = "",
) -> Response[str]:
    """The list, latest first, and how many are unread."""
    number = max(whole_number(asked, LAST_PAGE) or 1, 1)
    notes = await list_notifications(visit.db, visit.viewer, limit=PER_PAGE + 1, offset=(number - 1) * PER_PAGE)
    return visit.page("notifications/notifications.html", notes=notes[:PER_PAGE], more=len(notes) > PER_PAGE, number=number)


@get("/notifications/{notification_id:uuid}")
async def follow(portal: NamedDependency[Portal], viewer: NamedDependency[Viewer], notification_id: FromPath[UUID]) -> Redirect:
    """Where a notification leads; it has been read."""
    path = await find_path(portal.db, viewer, notification_id)
    if path is None:
        raise NotFoundException
    await mark_read(portal.db, viewer, notification_id)
    return Redirect(path, status_code=303)


@post("/notifications/lues")
async def all_read(portal: NamedDependency[Portal], viewer: NamedDependency[Viewer]) -> Redirect:
    """“Tout marquer comme lu”."""
    await mark_all_read(portal.db, viewer)
    return Redirect("/notifications", status_code=303)


ROUTES = [notifications, follow, all_read]
