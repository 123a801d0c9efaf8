"""A month as the Region's agents see it."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from gateway.areas.action.visit import ActionVisit

from .month import month_of
from .queries import load_confirmed
from .realised import realised_context


@get("/region/declarations/{contract:str}/{mois:str}")
async def region_month_page(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[str]:
    """A month as it was last confirmed, for the Region; what is not confirmed is the organisation's alone."""
    view = month_of(visit.action, mois)
    lines, _ = await load_confirmed(visit.db, visit.viewer, visit.contract, view.month)
    if not lines:
        raise NotFoundException
    return visit.page("declarations/realised.html", **await realised_context(visit, view))


ROUTES = [region_month_page]
