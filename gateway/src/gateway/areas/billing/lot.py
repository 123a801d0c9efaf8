"""Several invoices accepted at once, after each was looked at: an agent puts them into a lot, then accepts it (BIL-7)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from asyncpg import Pool
from litestar import Response, get, post
from litestar.di import NamedDependency

from contracts.billing import DecideInvoice
from contracts.codes import Decision
from contracts.month import Month
from gateway.areas.action.queries.invoices import NOTHING
from gateway.web import lots
from gateway.web.commands import Asked
from gateway.web.forms import Form
from gateway.web.lots import Outcome
from gateway.web.rendering import see
from gateway.web.session import Viewer
from gateway.web.topics import INVOICES
from gateway.web.visit import Visit
from gateway.words.refusals import sentence

LOT = "/region/factures/lot"


@dataclass(frozen=True, slots=True)
class Chosen:
    """An invoice of a lot, or one that was."""

    invoice_id: UUID
    contract_number: str
    title: str
    organisation: str
    number: int | None
    months: tuple[Month, ...]
    excluding_tax: Decimal
    including_tax: Decimal


@dataclass(frozen=True, slots=True)
class Lot:
    """What an agent has looked at and not decided yet, in the order in which it was put there."""

    invoices: tuple[Chosen, ...]

    @property
    def excluding_tax(self) -> Decimal:
        """Of all of them."""
        return sum((chosen.excluding_tax for chosen in self.invoices), NOTHING)

    @property
    def including_tax(self) -> Decimal:
        """What is paid when all are accepted."""
        return sum((chosen.including_tax for chosen in self.invoices), NOTHING)


async def load_lot(db: Pool, viewer: Viewer) -> Lot:
    """The viewer's lot; what somebody has decided meanwhile is no longer in it."""
    rows = await db.fetch(
        """
        SELECT i.invoice_id, i.contract_number, a.title, a.organisation_name AS organisation, i.number,
            ARRAY(SELECT jsonb_array_elements_text(i.body -> 'months')) AS months, i.excluding_tax, i.including_tax
        FROM lots l JOIN invoices i ON i.contract_number = l.contract_number AND i.invoice_id::text = l.subject
            JOIN actions a ON a.contract_number = i.contract_number
        WHERE l.user_id = $1 AND l.kind = 'invoice' AND $2 AND i.state = 'issued' ORDER BY l.put_at, i.invoice_id
        """,
        viewer.user_id,
        viewer.is_agent,
    )
    return Lot(tuple(_chosen(row) for row in rows))


async def load_sent(db: Pool, viewer: Viewer, path: str) -> list[tuple[Chosen, Outcome]]:
    """The invoices that a lot sent from `path`, and what became of each."""
    outcomes = await lots.outcomes(db, viewer, path)
    rows = await db.fetch(
        """
        SELECT i.invoice_id, i.contract_number, a.title, a.organisation_name AS organisation, i.number,
            ARRAY(SELECT jsonb_array_elements_text(i.body -> 'months')) AS months, i.excluding_tax, i.including_tax
        FROM unnest($2::text[], $3::text[]) AS sent (contract_number, subject)
            JOIN invoices i ON i.contract_number = sent.contract_number AND i.invoice_id::text = sent.subject
            JOIN actions a ON a.contract_number = i.contract_number
        WHERE $1 ORDER BY a.by_organisation, i.number
        """,
        viewer.is_agent,
        [contract for contract, _ in outcomes],
        [subject for _, subject in outcomes],
    )
    return [(chosen, outcomes[chosen.contract_number, str(chosen.invoice_id)]) for chosen in map(_chosen, rows)]


def _chosen(row: Any) -> Chosen:
    return Chosen(**{**row, "months": tuple(Month(month) for month in row["months"])})


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
    if not asked:
        form.wrong(None, "Aucune de ces factures n’est encore à accepter : elles sont décidées, ou retirées du lot.")
        return await show(visit, form)
    path = f"{LOT}?ensemble={form.id}"
    answers = await visit.portal.commands.send_together(visit.viewer, "", asked, path=path)
    for answer in answers:
        if not answer.was_sent:
            for fault in answer.faults or ():
                form.wrong(None, sentence(fault, {}))
    return see(path) if form.ok else await show(visit, form)


ROUTES = [lot_page, accept_lot]
