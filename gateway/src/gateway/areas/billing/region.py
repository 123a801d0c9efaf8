"""The queue of invoices to decide: the hours behind each euro, then accept, or reject with code and text (BIL-7, BIL-11)."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.billing import DecideInvoice
from contracts.codes import RejectionCode
from contracts.month import paris_day
from gateway.areas.action.queries.invoices import InvoiceView, load_invoice, load_invoices
from gateway.areas.action.visit import ActionVisit
from gateway.web import drafts
from gateway.web.form_ids import FormId
from gateway.web.forms import Form
from gateway.web.listing import Asked
from gateway.web.rendering import see
from gateway.web.topics import INVOICES, REPORTS
from gateway.web.visit import Visit
from gateway.words.labels import choices

from . import asking
from .asking import DECISION_FIELDS
from .queries import explain, load_absences, so_far
from .queue import ORDERS, decide_by, find_next, load_queue


@get("/region/factures")
async def queue_page(visit: NamedDependency[Visit]) -> Response[str]:
    """What waits for a decision, oldest first; or what was decided, latest first."""
    decided = bool(visit.request.query_params.get("decidees"))
    columns = [column for column in ORDERS if column != ("recue" if decided else "decision")]
    asked = Asked.of(visit, columns, down=decided, filters=("decidees",))
    queue = await load_queue(visit.db, visit.viewer, asked, decided=decided)
    return visit.page("billing/region_invoices.html", follows=(INVOICES, REPORTS), list=queue, decided=decided)


@get("/region/factures/{invoice_id:uuid}")
async def decide_page(visit: NamedDependency[Visit], invoice_id: FromPath[UUID]) -> Response[str]:
    """One invoice, and the decision."""
    here, view = await to_invoice(visit, invoice_id)
    return await show(here, view, await visit.restored(lambda _form: DECISION_FIELDS.get) or Form())


async def to_invoice(visit: Visit, invoice_id: UUID) -> tuple[ActionVisit, InvoiceView]:
    """The visit, to the action of this invoice, and the invoice. Raises NotFoundException when there is none."""
    view = await load_invoice(visit.db, visit.viewer, invoice_id)
    return await ActionVisit.to(visit, view.contract_number), view


async def show(visit: ActionVisit, view: InvoiceView, form: Form, *, confirming: str = "") -> Response[str]:
    """The invoice explained; `confirming` is the decision whose confirm step is shown."""
    db, viewer, contract, action, invoice = visit.db, visit.viewer, visit.contract, visit.action, view.invoice
    invoices = await load_invoices(db, viewer, contract)
    return visit.page(
        "billing/region_invoice.html",
        status=form.status,
        form=form,
        confirming=confirming,
        received_on=paris_day(view.issued_at),
        decide_by=decide_by(view.issued_at),
        report_missing=invoice.kind == "balance" and not (action.report or {}).get("acknowledged_at"),
        follows=(contract,),
        view=view,
        detail=await explain(db, viewer, contract, invoice.lines, invoice.shares),
        absences=await load_absences(db, viewer, contract, invoice),
        money=so_far(action.terms.centre.price + action.terms.company.price, invoices, view),
        before=[other for other in invoices if rejected_before(other, view)],
        codes=choices(RejectionCode),
        waits=visit.waiting.since(contract, DecideInvoice, subject=str(invoice.invoice_id)),
    )


def rejected_before(other: InvoiceView, view: InvoiceView) -> bool:
    """Whether an earlier invoice for a month of this one was rejected (BIL-7)."""
    return other.state == "rejected" and other.issued_at < view.issued_at and not set(other.invoice.months).isdisjoint(view.invoice.months)


@post("/region/factures/{invoice_id:uuid}")
async def decide(visit: NamedDependency[Visit], invoice_id: FromPath[UUID]) -> Response[Any]:
    """First the confirm step, from which one can come back; then the decision, then the next invoice of the queue (BIL-7)."""
    here, view = await to_invoice(visit, invoice_id)
    form = await Form.of(visit.request)
    if form.value("revenir"):
        return await show(here, view, form)
    command = asking.decide(form, invoice_id)
    if command is None:
        return await show(here, view, form)
    if form.value("confirmer") != "oui":
        return await show(here, view, form, confirming=form.value("decision"))
    path, viewer = f"/region/factures/{invoice_id}", visit.viewer
    answer = await visit.portal.commands.send(viewer, view.contract_number, command, form_id=form.id, path=path, subject=str(invoice_id))
    if answer.refused:
        form.take(answer, fields=DECISION_FIELDS.get)
        await visit.reload()
        return await show(*await to_invoice(visit, invoice_id), form)
    await drafts.sent(visit.db, viewer, form, answer, FormId("decision", subject=str(invoice_id)))
    return see(await next_path(visit, invoice_id) if answer.accepted else path, command=answer.command_id)


async def next_path(visit: Visit, decided: UUID) -> str:
    """The next invoice to decide, or the queue when there is none."""
    following = await find_next(visit.db, visit.viewer, decided)
    return f"/region/factures/{following}" if following else "/region/factures"


ROUTES = [queue_page, decide_page, decide]
