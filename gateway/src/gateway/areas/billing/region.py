"""The queue of invoices to decide: the hours behind each euro, then accept, or reject with code and text (BIL-7, BIL-11)."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from contracts.billing import DecideInvoice
from contracts.codes import RejectionCode
from gateway.areas.action.queries.actions import load_action
from gateway.areas.action.queries.invoices import InvoiceView, load_invoice, load_invoices
from gateway.web import drafts
from gateway.web.forms import Form
from gateway.web.rendering import see
from gateway.web.visit import Visit
from gateway.words.labels import choices

from . import asking
from .asking import DECISION_FIELDS
from .queries import Queued, explain, load_absences, load_queue, so_far


@get("/region/factures")
async def queue_page(
    visit: NamedDependency[Visit],
    q: FromQuery[str] = "",
    decidees: FromQuery[str] = "",
) -> Response[str]:
    """What waits for a decision, oldest first; or what was decided."""
    queue = await load_queue(visit.db, visit.viewer, decided=bool(decidees), search=q)
    return visit.page(
        "billing/region_invoices.html",
        queue=queue,
        decided=bool(decidees),
        search=q,
        total=sum(queued.view.invoice.excluding_tax for queued in queue),
    )


@get("/region/factures/{invoice_id:uuid}")
async def decide_page(visit: NamedDependency[Visit], invoice_id: FromPath[UUID]) -> Response[str]:
    """One invoice, and the decision."""
    view = await load_invoice(visit.db, visit.viewer, invoice_id)
    return await show(visit, view, await visit.restored(lambda _form: DECISION_FIELDS.get) or Form())


async def show(visit: Visit, view: InvoiceView, form: Form, *, confirming: str = "") -> Response[str]:
    """The invoice explained; `confirming` is the decision whose confirm step is shown."""
    db, viewer, contract, invoice = visit.db, visit.viewer, view.contract_number, view.invoice
    action = await load_action(db, viewer, contract)
    invoices = await load_invoices(db, viewer, contract)
    return visit.page(
        "billing/region_invoice.html",
        status=form.status,
        form=form,
        confirming=confirming,
        queued=Queued(view, invoice.kind == "balance" and not (action.report or {}).get("acknowledged_at")),
        view=view,
        action=action,
        detail=await explain(db, viewer, contract, invoice.lines, invoice.shares),
        absences=await load_absences(db, viewer, contract, invoice),
        money=so_far(action.terms.centre.price + action.terms.company.price, invoices, view),
        before=[one for one in invoices if one.state == "rejected" and set(one.invoice.months) & set(invoice.months)],
        codes=choices(RejectionCode),
        waits=visit.waiting.since(contract, DecideInvoice, subject=str(invoice.invoice_id)),
    )


@post("/region/factures/{invoice_id:uuid}")
async def decide(visit: NamedDependency[Visit], invoice_id: FromPath[UUID]) -> Response[Any]:
    """First the confirm step, from which one can come back; then the decision, then the next invoice of the queue (BIL-7)."""
    view = await load_invoice(visit.db, visit.viewer, invoice_id)
    form = await Form.of(visit.request)
    if form.value("revenir"):
        return await show(visit, view, form)
    command = asking.decide(form, invoice_id)
    if command is None:
        return await show(visit, view, form)
    if form.value("confirmer") != "oui":
        return await show(visit, view, form, confirming=form.value("decision"))
    path, viewer = f"/region/factures/{invoice_id}", visit.viewer
    answer = await visit.portal.commands.send(
        viewer, view.contract_number, command, command_id=form.command_id, path=path, subject=str(invoice_id)
    )
    if answer.refused:
        form.take(answer, fields=DECISION_FIELDS.get)
        await visit.reload()
        return await show(visit, await load_invoice(visit.db, viewer, invoice_id), form)
    await drafts.sent(visit.db, viewer, form, answer, path)
    return see(await next_path(visit, invoice_id) if answer.accepted else path, command=answer.command_id)


async def next_path(visit: Visit, decided: UUID) -> str:
    """The next invoice to decide, or the queue when there is none."""
    queue = await load_queue(visit.db, visit.viewer, decided=False, search="")
    following = [queued for queued in queue if queued.view.invoice.invoice_id != decided]
    return f"/region/factures/{following[0].view.invoice.invoice_id}" if following else "/region/factures"


ROUTES = [queue_page, decide_page, decide]
