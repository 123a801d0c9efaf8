"""The queue of invoices to decide: the hours behind each euro, then accept, or reject with code and text (BIL-7, BIL-11)."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from contracts.billing import DecideInvoice
from contracts.codes import Decision, RejectionCode
from gateway.areas.action.queries.actions import load_action
from gateway.areas.action.queries.invoices import load_invoice, load_invoices
from gateway.web import drafts
from gateway.web.forms import Form
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page, see
from gateway.web.session import Viewer
from gateway.web.waiting import load_waiting
from gateway.words.labels import choices

from .queries import Queued, explain, load_absences, load_queue, so_far

FIELDS = {"code": "motif", "text": "texte"}


@get("/region/factures")
async def queue_page(
    request: AnyRequest,
    portal: NamedDependency[Portal],
    agent: NamedDependency[Viewer],
    q: FromQuery[str] = "",
    decidees: FromQuery[str] = "",
) -> Response[str]:
    """What waits for a decision, oldest first; or what was decided."""
    queue = await load_queue(portal.db, agent, decided=bool(decidees), search=q)
    return await page(
        request,
        "billing/region_invoices.html",
        queue=queue,
        decided=bool(decidees),
        search=q,
        total=sum(queued.view.invoice.excluding_tax for queued in queue),
    )


@get("/region/factures/{invoice_id:uuid}")
async def decide_page(
    request: AnyRequest, portal: NamedDependency[Portal], agent: NamedDependency[Viewer], invoice_id: FromPath[UUID]
) -> Response[str]:
    """One invoice, and the decision."""
    form = await drafts.restored(portal, agent, request.url.path, fields=lambda _form: FIELDS.get)
    return await show(request, portal, agent, invoice_id, form or Form())


async def show(request: AnyRequest, portal: Portal, viewer: Viewer, invoice_id: UUID, form: Form, *, confirming: str = "") -> Response[str]:
    """The invoice explained; `confirming` is the decision whose confirm step is shown."""
    view = await load_invoice(portal.db, viewer, invoice_id)
    action = await load_action(portal.db, viewer, view.contract_number)
    invoices = await load_invoices(portal.db, viewer, view.contract_number)
    waiting = await load_waiting(portal.db, viewer)
    return await page(
        request,
        "billing/region_invoice.html",
        status=form.status,
        form=form,
        confirming=confirming,
        queued=Queued(view, view.invoice.kind == "balance" and not (action.report or {}).get("acknowledged_at")),
        view=view,
        action=action,
        detail=await explain(portal.db, view.contract_number, view.invoice.lines, view.invoice.shares),
        absences=await load_absences(portal.db, view.contract_number, view.invoice),
        money=so_far(action.terms.centre.price + action.terms.company.price, invoices, view),
        before=[one for one in invoices if one.state == "rejected" and set(one.invoice.months) & set(view.invoice.months)],
        codes=choices(RejectionCode),
        waits=waiting.since(view.contract_number, DecideInvoice, subject=str(invoice_id)),
    )


@post("/region/factures/{invoice_id:uuid}")
async def decide(
    request: AnyRequest, portal: NamedDependency[Portal], agent: NamedDependency[Viewer], invoice_id: FromPath[UUID]
) -> Response[Any]:
    """First the confirm step, from which one can come back; then the decision, then the next invoice of the queue (BIL-7)."""
    view = await load_invoice(portal.db, agent, invoice_id)
    form = await Form.of(request)
    if form.value("revenir"):
        return await show(request, portal, agent, invoice_id, form)
    decision = Decision.REJECTED if form.value("decision") == "rejeter" else Decision.ACCEPTED
    code, text = None, None
    if decision is Decision.REJECTED:
        code = form.code("motif", RejectionCode, "Choisissez le motif du rejet.")
        text = form.text("texte", "Dites quoi corriger, pour quel stagiaire et quel mois : l’organisme lira ce texte.")
    if not form.ok:
        return await show(request, portal, agent, invoice_id, form)
    if form.value("confirmer") != "oui":
        return await show(request, portal, agent, invoice_id, form, confirming=form.value("decision"))
    command = DecideInvoice(invoice_id=invoice_id, decision=decision, code=code, text=text)
    path = f"/region/factures/{invoice_id}"
    answer = await portal.commands.send(
        agent, "billing", view.contract_number, command, command_id=form.command_id, path=path, subject=str(invoice_id)
    )
    if answer.refused:
        form.take(answer, fields=FIELDS.get)
        return await show(request, portal, agent, invoice_id, form)
    await drafts.sent(portal, agent, form, answer, path)
    return see(await next_path(portal, agent, invoice_id) if answer.accepted else path, command=answer.command_id)


async def next_path(portal: Portal, viewer: Viewer, decided: UUID) -> str:
    """The next invoice to decide, or the queue when there is none."""
    queue = await load_queue(portal.db, viewer, decided=False, search="")
    following = [queued for queued in queue if queued.view.invoice.invoice_id != decided]
    return f"/region/factures/{following[0].view.invoice.invoice_id}" if following else "/region/factures"


ROUTES = [queue_page, decide_page, decide]
