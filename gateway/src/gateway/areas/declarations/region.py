"""A month as the Region's agents see it."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from gateway.areas.action.queries.actions import load_action
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.session import Viewer

from .pages import month_of
from .queries import load_confirmed
from .realised import realised_context


@get("/region/declarations/{contract:str}/{mois:str}")
async def region_month_page(
    request: AnyRequest, portal: NamedDependency[Portal], agent: NamedDependency[Viewer], contract: FromPath[str], mois: FromPath[str]
) -> Response[str]:
    """A month as it was last confirmed, for the Region; what is not confirmed is the organisation's alone."""
    action = await load_action(portal.db, agent, contract)
    view = month_of(action, mois)
    lines, _ = await load_confirmed(portal.db, action, view.month)
    if not lines:
        raise NotFoundException
    return await page(request, "declarations/realised.html", **await realised_context(portal, agent, action, view))


ROUTES = [region_month_page]
