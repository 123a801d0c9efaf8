"""What an agent notes of the proofs that an invoice rests on: which came and which are missing (DEC-10)."""

from typing import Any
from uuid import UUID, uuid5

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from gateway.areas.action.queries.proofs import load_proofs
from gateway.web.forms import Form
from gateway.web.rendering import see
from gateway.web.visit import Visit

from . import asking
from .region import QUEUE, query_of, show, to_invoice


@get("/region/factures/{invoice_id:uuid}/justificatifs", sync_to_thread=False)
def noted_page(visit: NamedDependency[Visit], invoice_id: FromPath[UUID]) -> Redirect:
    """Where what was not noted is shown: with its invoice."""
    return see(f"{QUEUE}/{invoice_id}{query_of(visit)}", anchor="#justificatifs")


@post("/region/factures/{invoice_id:uuid}/justificatifs")
async def note_proofs(visit: NamedDependency[Visit], invoice_id: FromPath[UUID]) -> Response[Any]:
    """Note what came and what is missing: nothing is decided by it, and no amount moves (DEC-10)."""
    here, view = await to_invoice(visit, invoice_id)
    form = await Form.of(visit.request)
    form.id = uuid5(form.id, form.value("partie"))  # each form of the page sends a command of its own
    command = asking.note_proofs(form, await load_proofs(visit.db, visit.viewer, here.contract, view.invoice.months))
    path = f"{QUEUE}/{invoice_id}{query_of(visit)}"
    if done := await here.ask(command, form, to=path):  # not the invoice's subject: a decision waits for nothing that is noted
        return done
    return await show(here, view, Form(), proving=form)


ROUTES = [noted_page, note_proofs]
