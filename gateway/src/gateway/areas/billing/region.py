"""The queue of invoices to decide: the hours behind each euro, then accept, or reject with code and text (BIL-7, BIL-11)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.billing import DecideInvoice
from contracts.codes import ProofNote, RejectionCode
from contracts.month import paris_day
from contracts.proofs import MOST_NOTED, NoteProofs
from gateway.areas.action.queries.invoices import InvoiceView, load_invoice, load_invoices
from gateway.areas.action.queries.notes import load_notes
from gateway.areas.action.queries.proofs import load_proofs
from gateway.areas.action.queries.region import load_holders
from gateway.areas.action.visit import ActionVisit
from gateway.web import drafts, lots
from gateway.web.form_ids import FormId
from gateway.web.forms import Form
from gateway.web.listing import Asked
from gateway.web.people import names_of_trainees
from gateway.web.rendering import see
from gateway.web.topics import INVOICES, REPORTS
from gateway.web.visit import Visit
from gateway.words.labels import choices

from . import asking
from .asking import DECISION_FIELDS, NOTE_FIELDS
from .changes import changes, rejected_before
from .lot import LOT
from .queries import explained, load_absences, so_far, with_shares
from .queue import STATES, Queue, Settled, asked_of, find_after, find_decided, is_decided, load_held, load_lot, load_queue

QUEUE = "/region/factures"
LISTED = (INVOICES, REPORTS)
"""What the list shows: a balance waits for a report."""


@get("/region/factures")
async def queue_page(visit: NamedDependency[Visit]) -> Response[str]:
    """What waits for a decision, oldest first; or what was decided, latest first."""
    asked, whole = asked_of(visit), visit.shows()
    holder = asked.filters["organisme"]
    return visit.page(
        "billing/region_invoices.html",
        follows=LISTED,
        list=await load_listed(visit, asked),
        decided=is_decided(asked),
        states=STATES,
        lot=await load_lot(visit.db, visit.viewer),
        settled=await load_settled(visit),
        holders=await load_holders(visit.db, visit.viewer) if whole else (),
        held=await load_held(visit.db, visit.viewer, holder) if whole and holder else (),
    )


async def load_listed(visit: Visit, asked: Asked) -> Queue:
    """The list, as it is asked for."""
    here = QUEUE + asked.query(number=asked.number)
    return await visit.listed(here, LISTED, lambda: load_queue(visit.db, visit.viewer, asked, visit.today))


async def load_settled(visit: Visit) -> Settled | None:
    """The invoice of the decision whose answer the page tells; None when it tells none, or it was not done."""
    command_id = visit.done
    return await find_decided(visit.db, visit.viewer, command_id) if command_id else None


@get("/region/factures/{invoice_id:uuid}")
async def decide_page(visit: NamedDependency[Visit], invoice_id: FromPath[UUID]) -> Response[str]:
    """One invoice, and the decision."""
    here, view = await to_invoice(visit, invoice_id)
    return await show(here, view, await visit.restored(lambda _form: DECISION_FIELDS.get) or Form())


async def to_invoice(visit: Visit, invoice_id: UUID) -> tuple[ActionVisit, InvoiceView]:
    """The visit, to the action of this invoice, and the invoice. Raises NotFoundException when there is none."""
    view = await load_invoice(visit.db, visit.viewer, invoice_id)
    return await ActionVisit.to(visit, view.contract_number), view


async def show(
    visit: ActionVisit,
    view: InvoiceView,
    form: Form,
    *,
    confirming: str = "",
    noting: Form | None = None,
    proving: Form | None = None,
) -> Response[str]:
    """The invoice explained, beside the list from which it comes; `confirming` is the decision whose confirm step is shown, `noting` a note
    that was not sent, `proving` what was not noted of its proofs.
    """
    db, viewer, contract, action = visit.db, visit.viewer, visit.contract, visit.action
    view = await with_shares(db, viewer, view)
    invoice, invoices = view.invoice, await load_invoices(db, viewer, contract)
    names = await names_of_trainees(db, viewer, contract)
    before = rejected_before(view, invoices)
    asked = asked_of(visit)
    queue = await load_listed(visit, asked)
    noting = noting or await visit.restored(lambda _form: NOTE_FIELDS.get, FormId("note", subject=str(invoice.invoice_id))) or Form()
    proving = proving or await visit.restored(which=FormId("noted_proofs", subject=str(invoice.invoice_id))) or Form()
    return visit.page(
        "billing/region_invoice.html",
        status=max(form.status, noting.status, proving.status),
        noting=noting,
        proving=proving,
        proofs=await load_proofs(db, viewer, contract, invoice.months),
        proof_notes=choices(ProofNote),
        most_noted=MOST_NOTED,
        proofs_wait=visit.waiting.since(contract, NoteProofs),
        notes=await load_notes(db, viewer, contract, invoice.invoice_id),
        form=form,
        confirming=confirming,
        received_on=paris_day(view.issued_at),
        report_missing=invoice.kind == "balance" and not (action.report or {}).get("acknowledged_at"),
        follows=(contract, INVOICES),
        view=view,
        detail=explained(invoice.lines, invoice.shares, names),
        absences=await load_absences(db, viewer, contract, invoice),
        money=so_far(action.terms.centre.price + action.terms.company.price, invoices, view),
        before=before,
        changes=changes(view, await with_shares(db, viewer, before[0]), names) if before else None,
        codes=choices(RejectionCode),
        waits=visit.waiting.since(contract, DecideInvoice, subject=str(invoice.invoice_id)),
        list=queue,
        decided=is_decided(asked),
        states=STATES,
        lot=(lot := await load_lot(db, viewer)),
        in_lot=invoice.invoice_id in {chosen.invoice_id for chosen in lot.invoices},
        query=query_of(visit),
        following=await link_to(visit, asked, queue, invoice.invoice_id, back=False),
        preceding=await link_to(visit, asked, queue, invoice.invoice_id, back=True),
        settled=await load_settled(visit),
    )


def query_of(visit: Visit) -> str:
    """What the page's address asks of the list beside the invoice: its forms and links carry it on."""
    asked = asked_of(visit)
    return asked.query(number=asked.number)


async def link_to(visit: Visit, asked: Asked, queue: Queue, invoice_id: UUID, *, back: bool) -> str | None:
    """The address of the invoice after this one in the list, or before it, with the list's page on which it is; None when there is none."""
    listed = [row.invoice.invoice_id for row in queue.rows]
    place = listed.index(invoice_id) + (-1 if back else 1) if invoice_id in listed else None
    if place is not None and 0 <= place < len(listed):
        return f"{QUEUE}/{listed[place]}{queue.query(number=asked.number)}"
    found = await find_after(visit.db, visit.viewer, asked, visit.today, invoice_id, back=back)
    turned = asked.number if place is None else asked.number + (-1 if back else 1)
    return f"{QUEUE}/{found}{queue.query(number=max(turned, 1))}" if found else None


@post("/region/factures/{invoice_id:uuid}")
async def decide(visit: NamedDependency[Visit], invoice_id: FromPath[UUID]) -> Response[Any]:
    """First the confirm step, from which one can come back; then the decision, then the next invoice of the list (BIL-7)."""
    here, view = await to_invoice(visit, invoice_id)
    form = await Form.of(visit.request)
    if form.value("revenir"):
        return await show(here, view, form)
    if form.value("lot"):
        return await fill_lot(here, view, form)
    command = asking.decide(form, invoice_id)
    if command is None:
        return await show(here, view, form)
    if form.value("confirmer") != "oui":
        return await show(here, view, form, confirming=form.value("decision"))
    path, viewer = f"{QUEUE}/{invoice_id}", visit.viewer
    answer = await visit.portal.commands.send(viewer, view.contract_number, command, form_id=form.id, path=path, subject=str(invoice_id))
    if answer.refused:
        form.take(answer, fields=DECISION_FIELDS.get)
        await visit.reload()
        return await show(*await to_invoice(visit, invoice_id), form)
    await drafts.sent(visit.db, viewer, form, answer, FormId("decision", subject=str(invoice_id)))
    return see(await next_path(visit, invoice_id) if answer.accepted else path + query_of(visit), command=answer.command_id)


async def fill_lot(visit: ActionVisit, view: InvoiceView, form: Form) -> Response[Any]:
    """The invoice was looked at: into the lot with it, and on to the next one; or out of it."""
    db, viewer, contract, invoice_id = visit.db, visit.viewer, visit.contract, view.invoice.invoice_id
    if form.value("lot") == "retirer":
        await lots.take_out(db, viewer, "invoice", contract, str(invoice_id))
        return see(f"{QUEUE}/{invoice_id}{query_of(visit)}")
    if view.state == "issued" and await lots.put(db, viewer, "invoice", contract, str(invoice_id)):
        return see(await next_path(visit, invoice_id))
    if view.state == "issued":
        form.wrong(None, f"Le lot a déjà {lots.MOST} factures. Acceptez-le d’abord, puis mettez celle-ci dans le suivant.")
    return await show(visit, view, form)


@get("/region/factures/{invoice_id:uuid}/note", sync_to_thread=False)
def note_page(visit: NamedDependency[Visit], invoice_id: FromPath[UUID]) -> Redirect:
    """Where a note that was not sent is shown: with its invoice."""
    return see(f"{QUEUE}/{invoice_id}{query_of(visit)}", anchor="#ecrire")


@post("/region/factures/{invoice_id:uuid}/note")
async def write_note(visit: NamedDependency[Visit], invoice_id: FromPath[UUID]) -> Response[Any]:
    """Write to the organisation, without deciding (BIL-7)."""
    here, view = await to_invoice(visit, invoice_id)
    form = await Form.of(visit.request)
    command = asking.note(form, invoice_id)
    if command:
        # Not the invoice's subject: a decision waits for nothing that was written.
        path = f"{QUEUE}/{invoice_id}{query_of(visit)}"
        if done := await here.send(view.contract_number, command, form, to=path, fields=NOTE_FIELDS.get):
            return done
    return await show(here, view, Form(), noting=form)


async def next_path(visit: Visit, done: UUID) -> str:
    """The next invoice to decide of the list, or from its beginning those that were passed over; then the lot, or the list."""
    asked, lot = asked_of(visit), await load_lot(visit.db, visit.viewer)
    following = await find_after(visit.db, visit.viewer, asked, visit.today, done)
    if following is None:
        first = await load_queue(visit.db, visit.viewer, replace(asked, number=1), visit.today)
        settled = {done, *(chosen.invoice_id for chosen in lot.invoices)}
        following = next((row.invoice.invoice_id for row in first.rows if row.invoice.invoice_id not in settled), None)
    if following is None and lot.invoices:
        return LOT
    return (f"{QUEUE}/{following}" if following else QUEUE) + query_of(visit)


ROUTES = [queue_page, decide_page, decide, note_page, write_note]
