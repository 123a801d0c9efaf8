"""The report of what was erased, for the Region's agents (PRV-1)."""

from litestar import Response, get
from litestar.di import NamedDependency

from gateway.web.listing import Asked
from gateway.web.visit import Visit

from .queries import KEYS, load_report


def asked_of(visit: Visit) -> Asked:
    """What the visit asks of the report: the latest on top."""
    return Asked.of(visit, list(KEYS), down=True)


@get("/region/effacements")
async def report_page(visit: NamedDependency[Visit]) -> Response[str]:
    """The contracts whose people are erased, and how many of each kind there were."""
    return visit.page("erasure/region_erasures.html", list=await load_report(visit.db, visit.viewer, asked_of(visit)))


ROUTES = [report_page]
