"""An organisation's home: what is to be done, what is new, and its actions of a programme year (HOME-1 to HOME-3)."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Redirect

from contracts.codes import PublicText
from gateway.areas.action.tasks import coming, in_order, waiting_for
from gateway.told.notifications import list_notifications
from gateway.web.listing import Asked, page_of
from gateway.web.markdown import rendered
from gateway.web.texts import find_text
from gateway.web.values import whole_number
from gateway.web.visit import Visit

from .lives import Lives
from .queries import ORDERS, Listed, list_own

LATEST = 4
FIRST = 20
"""Tasks that are shown until somebody asks for all."""
SIZES = (25, 10, 50)
FILTERS = ("annee", "par", "taches")
REMEMBERED = Lives()


@get("/")
async def home(visit: NamedDependency[Visit]) -> Response[Any]:
    """The first tasks of all actions, the latest notifications, a page of the actions of one year, the Region's welcome (HOME-3); an agent
    begins with the invoices to decide.
    """
    if visit.viewer.is_agent:
        return Redirect("/region/factures", status_code=303)
    asked, chosen, own, year = await chosen_of(visit)
    page = page_of(asked, chosen)
    known = await REMEMBERED.load(visit.db, visit.viewer, visit.today, own if visit.shows("taches") else page.rows)
    tasks = in_order(task for one in known.values() for task in one.tasks) if visit.shows("taches") else []
    return visit.page(
        "home/home.html",
        tasks=waiting_for(tasks if asked.filters["taches"] == "toutes" else tasks[:FIRST], visit.waiting),
        tasks_count=len(tasks),
        first=FIRST,
        late=sum(task.is_late(visit.today) for task in tasks),
        coming=None if tasks else coming(one.life for one in known.values()),
        notes=await list_notifications(visit.db, visit.viewer, limit=LATEST) if visit.shows("nouvelles") else (),
        years=sorted({one.programme_year for one in own}, reverse=True),
        year=year,
        list=page,
        sizes=sorted(SIZES),
        rows=[known[one.contract_number] for one in page.rows if one.contract_number in known],
        any_action=bool(own),
        welcome=rendered((await find_text(visit.db, PublicText.WELCOME)).markdown) if visit.shows() else "",
    )


async def chosen_of(visit: Visit) -> tuple[Asked, list[Listed], list[Listed], int | None]:
    """What is asked of the list; the actions that it then shows, on all its pages; all of the organisation's; the programme year."""
    asked = Asked.of(visit, list(ORDERS), filters=FILTERS, sizes=SIZES)
    own = await list_own(visit.db, visit.viewer, asked) if visit.shows("taches", "combien", "actions") else []
    year = chosen_year(own, asked.filters["annee"])
    return asked, [one for one in own if one.programme_year == year and one.is_sought], own, year


def chosen_year(actions: Sequence[Listed], asked: str) -> int | None:
    """The programme year that was asked for; otherwise the latest with an action in progress, or the latest."""
    if (year := whole_number(asked, 9_999)) is not None:
        return year
    return max([one.programme_year for one in actions if one.is_open] or [one.programme_year for one in actions], default=None)


@get("/region")
async def region_home(visit: NamedDependency[Visit]) -> Redirect:  # noqa: ARG001
    """An agent begins with what waits."""
    return Redirect("/region/factures", status_code=303)


ROUTES = [home, region_home]
