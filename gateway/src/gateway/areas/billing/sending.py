"""After an invoice is confirmed: what to print, sign and send, with which proofs, and the cover slip that lists just these (BIL-14)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from contracts.codes import InvoiceKind
from contracts.month import paris_day
from gateway.areas.action.action import Action
from gateway.areas.action.forms import cover_slip, form_of
from gateway.areas.action.queries.invoices import InvoiceView, load_invoice
from gateway.areas.action.queries.proofs import ProofView, load_proofs
from gateway.areas.action.visit import ActionVisit
from gateway.web.papers import printed
from gateway.words.french import de, month
from gateway.words.labels import label


@dataclass(frozen=True, slots=True)
class ToSend:
    """A paper that goes to the Region, where to have it, and whether it is to be signed."""

    text: str
    href: str | None
    is_signed: bool = True


def to_send(action: Action, view: InvoiceView, proofs: Sequence[ProofView]) -> tuple[ToSend, ...]:
    """With the invoice: the declarations of its months, the report with a balance, and the proofs that were not sent as files; nothing once
    it is decided.
    """
    return tuple(_to_send(action, view, proofs)) if view.state == "issued" else ()


def _to_send(action: Action, view: InvoiceView, proofs: Sequence[ProofView]) -> Iterator[ToSend]:
    states, invoice = f"{action.path}/etats", view.invoice
    yield ToSend(f"Facture {view.name}", f"{action.path}/factures/{invoice.invoice_id}/facture.pdf")
    for name in invoice.months:
        yield ToSend(f"Déclaration {de(month(name))}", f"{states}/declaration-{name}-{action.contract_number}.pdf")
    if invoice.kind is InvoiceKind.BALANCE:
        yield ToSend("Bilan pédagogique", f"{states}/bilan-{action.contract_number}.pdf")
    for proof in proofs:
        if proof.state in {"to_send", "missing"}:
            whose = proof.name or "un stagiaire"
            text = f"{label(proof.kind)} de {whose}, {month(proof.month)}"
            yield ToSend(text, f"{action.path}/declarations/{proof.month}/justificatifs", is_signed=False)


@get("/actions/{contract:str}/factures/{invoice_id:uuid}/bordereau.pdf")
async def slip_of_invoice(visit: NamedDependency[ActionVisit], invoice_id: FromPath[UUID]) -> Response[bytes]:
    """The cover slip of what goes with an invoice. Raises NotFoundException when nothing does any more, NotPrinted."""
    view = await load_invoice(visit.db, visit.viewer, invoice_id, visit.contract)
    papers = to_send(visit.action, view, await load_proofs(visit.db, visit.viewer, visit.contract, view.invoice.months))
    if not papers:
        raise NotFoundException
    blocks = cover_slip(visit.action, [paper.text + (", à signer" if paper.is_signed else "") for paper in papers])
    paper = form_of("bordereau", visit.action, visit.portal.settings.region, paris_day(view.issued_at), blocks)
    name = f"bordereau-facture-{view.invoice.number or 'solde'}-{visit.contract}.pdf"
    await visit.portal.security.downloaded(visit.request, visit.viewer.user_id)
    return printed(await visit.portal.printers.print(paper), name)


ROUTES = [slip_of_invoice]
