"""Several invoices accepted at once, after each was looked at: an agent puts them into a lot, then accepts it (BIL-7)."""

from typing import Any
from uuid import uuid5

from litestar import Response, get, post
from litestar.di import NamedDependency

from contracts.billing import DecideInvoice
from contracts.codes import Decision
from gateway.web import lots
from gateway.web.commands import Asked
from gateway.web.forms import Form
from gateway.web.rendering import see
from gateway.web.topics import INVOICES
from gateway.web.visit import Visit

from .queue import load_lot, load_sent

LOT = "/region/factures/lot"


@get("/region/factures/lot")
async def lot_page(visit: NamedDependency[Visit]) -> Response[str]:
    """What is in the lot, and what became of the one that was just accepted."""
    return await show(visit, Form())


async def show(visit: Visit, form: Form) -> Response[str]:
    """The lot's page."""
    together = visit.request.query_params.get("ensemble")
    return visit.page(
        "billing/region_lot.html",
        status=form.status,
        form=form,
        follows=(INVOICES,),
        lot=await load_lot(visit.db, visit.viewer),
        sent=await load_sent(visit.db, visit.viewer, f"{LOT}?ensemble={together}") if together else (),
        most=lots.MOST,
    )


@post("/region/factures/lot")
async def accept_lot(visit: NamedDependency[Visit]) -> Response[Any]:
    """Accept those of the page that are still in the lot, each by a command of its own: one that is refused holds up none (BIL-7)."""
    form, lot = await Form.of(visit.request), await load_lot(visit.db, visit.viewer)
    seen = set(form.values("facture"))
    if out := form.value("retirer"):
        for chosen in lot.invoices:
            if str(chosen.invoice_id) == out:
                await lots.take_out(visit.db, visit.viewer, "invoice", chosen.contract_number, out)
        return see(LOT)
    asked = [
        Asked(
            DecideInvoice(invoice_id=chosen.invoice_id, decision=Decision.ACCEPTED),
            uuid5(form.id, str(chosen.invoice_id)),
            str(chosen.invoice_id),
            chosen.contract_number,
        )
        for chosen in lot.invoices
        if str(chosen.invoice_id) in seen
    ]
    nothing = "Aucune de ces factures n’est encore à accepter : elles sont décidées, ou retirées du lot."
    return await lots.settle(visit, form, asked, f"{LOT}?ensemble={form.id}", nothing=nothing) or await show(visit, form)


ROUTES = [lot_page, accept_lot]
