"""“États”: what there is to consult, by action, as tables (DOC-1's content; BIL-7, BIL-13)."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from gateway.areas.action.around import on_top
from gateway.areas.action.queries.actions import load_action, load_actions
from gateway.areas.action.queries.invoices import load_invoices
from gateway.areas.action.queries.surveys import load_surveys
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.session import Viewer


@get("/etats")
async def documents_page(request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer]) -> Response[str]:
    """Every action, and the payment requests of all of them by state."""
    invoices = await load_invoices(portal.db, organisation)
    actions = await load_actions(portal.db, organisation)
    return await page(request, "documents/documents.html", action=None, actions=actions, invoices=invoices, surveys=[])


@get("/actions/{contract:str}/etats")
async def documents_of_action(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """One action's trainees, months and payment requests."""
    action = await load_action(portal.db, organisation, contract)
    invoices = await load_invoices(portal.db, organisation, contract)
    surveys = await load_surveys(portal.db, organisation, contract)
    return await page(request, "documents/documents.html", **on_top(action), actions=[], invoices=invoices, surveys=surveys)


ROUTES = [documents_page, documents_of_action]
