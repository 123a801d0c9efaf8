"""A month as the Region's agents see it."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from gateway.areas.action.visit import ActionVisit

from .month import month_of
from .realised import realised_context


@get("/region/declarations/{contract:str}/{mois:str}")
async def region_month_page(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[str]:
    """A month as it was last confirmed, for the Region; what is not confirmed is the organisation's alone."""
    return visit.page("declarations/realised.html", **await realised_context(visit, month_of(visit.action, mois)))


ROUTES = [region_month_page]
