"""“Tableau de bord”: what waits for the Region, what is late and where, and the year's money by month and by sector."""

from litestar import Response, get
from litestar.di import NamedDependency

from gateway.areas.action.queries.region import count_late
from gateway.web.topics import ACTIONS, AMOUNTS, INVOICES, REPORTS, REQUESTS
from gateway.web.values import whole_number
from gateway.web.visit import Visit

from .queries import load_money, load_waiting, load_years

PAGE = "/region/tableau-de-bord"
LISTED = (ACTIONS, INVOICES, REPORTS, REQUESTS, AMOUNTS)
"""What it sums up."""
DRAWN = 12
"""Bars of a chart; its table has all of them."""


@get(PAGE)
async def dashboard(visit: NamedDependency[Visit]) -> Response[str]:
    """A year, this one by default."""
    db, viewer, today = visit.db, visit.viewer, visit.today
    year = year_of(visit)
    return visit.page(
        "dashboard/region_dashboard.html",
        year=year,
        follows=LISTED,
        years=await load_years(db, viewer, today) if visit.shows() else (),
        awaited=await visit.listed(f"{PAGE}#attente", LISTED, lambda: load_waiting(db, viewer, today)) if visit.shows("attente") else None,
        late=await visit.listed(f"{PAGE}#retard", LISTED, lambda: count_late(db, viewer, today)) if visit.shows("attente") else None,
        money=await visit.listed(f"{PAGE}?annee={year}", LISTED, lambda: load_money(db, viewer, year)) if visit.shows("montants") else None,
        drawn=DRAWN,
    )


def year_of(visit: Visit) -> int:
    """The year that is asked for."""
    return whole_number(visit.request.query_params.get("annee", ""), 9_999) or visit.today.year


ROUTES = [dashboard]
