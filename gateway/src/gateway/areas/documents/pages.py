"""“États”: what there is to consult, by action, as tables (DOC-1's content; BIL-7, BIL-13)."""

from litestar import Response, get
from litestar.di import NamedDependency

from gateway.areas.action.queries.actions import load_actions
from gateway.areas.action.queries.invoices import load_invoices
from gateway.areas.action.queries.surveys import load_surveys
from gateway.areas.action.visit import ActionVisit
from gateway.web.visit import Visit


@get("/etats")
async def documents_page(visit: NamedDependency[Visit]) -> Response[str]:
    """Every action, and the payment requests of all of them by state."""
    invoices = await load_invoices(visit.db, visit.viewer)
    actions = await load_actions(visit.db, visit.viewer)
    return visit.page("documents/documents.html", action=None, actions=actions, invoices=invoices, surveys=[])


@get("/actions/{contract:str}/etats")
async def documents_of_action(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """One action's trainees, months and payment requests."""
    invoices = await load_invoices(visit.db, visit.viewer, visit.contract)
    surveys = await load_surveys(visit.db, visit.viewer, visit.contract)
    return visit.page("documents/documents.html", actions=[], invoices=invoices, surveys=surveys)


ROUTES = [documents_page, documents_of_action]
