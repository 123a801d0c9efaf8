"""“États”: every document of an action, grouped as the guide does, and its payment requests as tables (DOC-1; BIL-7, BIL-13)."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from gateway.areas.action.action import Action
from gateway.areas.action.life import life_of
from gateway.areas.action.queries.actions import load_actions
from gateway.areas.action.queries.invoices import load_invoices
from gateway.areas.action.queries.issued import Issued, load_issued
from gateway.areas.action.visit import ActionVisit
from gateway.web.values import whole_number
from gateway.web.visit import Visit

from .files import documents_of, grouped


@get("/etats")
async def documents_page(visit: NamedDependency[Visit], annee: FromQuery[str] = "") -> Response[str]:
    """The documents of every action of a programme year, and the payment requests of all actions by state."""
    invoices = await load_invoices(visit.db, visit.viewer)
    actions = await load_actions(visit.db, visit.viewer)
    years = sorted({action.terms.programme_year for action in actions}, reverse=True)
    year = whole_number(annee, 9_999) or max(years, default=None)
    issued = await load_issued(visit.db, visit.viewer)
    listed = [
        (action, await _grouped(visit, action, issued.get(action.contract_number, ())))
        for action in actions
        if action.terms.programme_year == year
    ]
    return visit.page("documents/documents.html", action=None, listed=listed, years=years, year=year, invoices=invoices)


async def _grouped(visit: Visit, action: Action, issued: Sequence[Issued]) -> list[Any]:
    """As they stand today: what is listed here is not asked of the database for each action."""
    around = (visit.request, visit.portal, visit.viewer, visit.today, visit.frame, visit.sought, visit.begun)
    return grouped(await documents_of(ActionVisit(*around, life_of(action, visit.today), issued), visit.today))


@get(["/actions/{contract:str}/etats", "/region/actions/{contract:str}/etats"])
async def documents_of_action(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """One action's documents and payment requests."""
    invoices = await load_invoices(visit.db, visit.viewer, visit.contract)
    return visit.page("documents/documents.html", groups=grouped(await documents_of(visit)), invoices=invoices)


ROUTES = [documents_page, documents_of_action]
