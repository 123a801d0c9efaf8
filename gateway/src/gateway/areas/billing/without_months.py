"""Invoices of no months: what the holder confirms for a subcontractor (BIL-6), and the advance (BIL-10)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from contracts.account.outlook import First
from contracts.account.without_months import asked_for
from contracts.billing import IssueInvoice, SubcontractStanding
from contracts.tax import taxed_on
from gateway.areas.action.ahead import load_ahead
from gateway.areas.action.offers import offered
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form
from gateway.web.rendering import see
from gateway.words.refusals import sentence

from . import asking


@get("/actions/{contract:str}/facturation/sous-traitant")
async def subcontract_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """For whom, and how much."""
    chosen = {asking.SUBCONTRACTOR: visit.request.query_params.get(asking.SUBCONTRACTOR, "")}
    return await show_subcontract(visit, await visit.restored(lambda _form: asking.SUBCONTRACT_FIELDS.get) or Form.showing(chosen))


@post("/actions/{contract:str}/facturation/sous-traitant")
async def issue_subcontract(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """First the confirm step, from which one can come back; then the invoice goes to the Region in the subcontractor's name (BIL-6)."""
    form = await Form.of(visit.request)
    command = asking.subcontract(form, offered(visit.action).subcontracts)
    if command is None or form.value("revenir"):
        return await show_subcontract(visit, form)
    if form.value("confirmer") != "oui":
        return await show_subcontract(visit, form, confirming=command)
    to = f"{visit.action.path}/facturation"
    return await visit.ask(command, form, to=to, fields=asking.SUBCONTRACT_FIELDS.get) or await show_subcontract(visit, form)


async def show_subcontract(visit: ActionVisit, form: Form, *, confirming: IssueInvoice | None = None) -> Response[str]:
    """The form; `confirming` is the invoice whose confirm step is shown, with that day's tax."""
    billing = offered(visit.action)
    standing = _named(billing.subcontracts, confirming)
    first = [First(asked_for(confirming.excluding_tax), confirming.subcontractor)] if confirming else []
    return visit.page(
        "billing/subcontract.html",
        status=form.status,
        form=form,
        billing=billing,
        choices=[(each.siret, each.name) for each in billing.subcontracts],
        confirming=confirming,
        ahead=await load_ahead(visit, first=first) if first else None,
        standing=standing,
        taxed=taxed_on(confirming.excluding_tax, standing.tax_regime, visit.today) if confirming and standing else None,
        waits=visit.waiting.since(visit.contract, IssueInvoice),
    )


def _named(subcontracts: tuple[SubcontractStanding, ...], command: IssueInvoice | None) -> SubcontractStanding | None:
    return next((each for each in subcontracts if command and each.siret == command.subcontractor), None)


@get("/actions/{contract:str}/facturation/avance")
async def advance_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """The advance, and how it is recovered; or what it waits for."""
    return await show_advance(visit, await visit.restored() or Form())


@post("/actions/{contract:str}/facturation/avance")
async def issue_advance(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Confirm the advance (BIL-10)."""
    form, advance = await Form.of(visit.request), visit.life.advance_offer
    if advance is None:
        return see(f"{visit.action.path}/facturation/avance")
    return await visit.ask(asking.advance(form), form, to=f"{visit.action.path}/facturation") or await show_advance(visit, form)


async def show_advance(visit: ActionVisit, form: Form) -> Response[str]:
    """The advance's page; `form` says why it was not confirmed."""
    advance, offer = offered(visit.action).advance, visit.life.advance_offer
    return visit.page(
        "billing/advance.html",
        status=form.status,
        form=form,
        advance=advance,
        waits_for=[sentence(fault, {}) for fault in advance.waits_for] if advance else [],
        offer=offer,
        ahead=await load_ahead(visit, first=[First(offer.offer)] if offer else ()) if advance else None,
        waits=visit.waiting.since(visit.contract, IssueInvoice),
    )


ROUTES = [subcontract_page, issue_subcontract, advance_page, issue_advance]
