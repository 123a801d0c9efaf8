"""An issued invoice as the document that was made of it, once: the same bytes for both sides and the finance system (BIL-9)."""

from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from gateway.areas.action.queries.invoices import InvoiceView, load_invoice
from gateway.areas.action.queries.issued import key_of, load_document
from gateway.areas.action.visit import ActionVisit
from gateway.web.papers import InPreparation, printed
from gateway.web.visit import Visit

PREPARING = "Une facture est mise en page une fois pour toutes, quelques secondes après sa confirmation."


@get("/actions/{contract:str}/factures/{invoice_id:uuid}/facture.pdf")
async def document_of_theirs(visit: NamedDependency[ActionVisit], invoice_id: FromPath[UUID]) -> Response[bytes]:
    """The organisation's copy. Raises NotFoundException when the invoice is another's, InPreparation before the worker has made it."""
    return await _saved(visit, await load_invoice(visit.db, visit.viewer, invoice_id, visit.contract))


@get("/region/factures/{invoice_id:uuid}/facture.pdf")
async def document_for_the_region(visit: NamedDependency[Visit], invoice_id: FromPath[UUID]) -> Response[bytes]:
    """The agents' copy. Raises NotFoundException when there is no such invoice, InPreparation before the worker has made it."""
    return await _saved(visit, await load_invoice(visit.db, visit.viewer, invoice_id))


async def _saved(visit: Visit, view: InvoiceView) -> Response[bytes]:
    content = await load_document(visit.db, visit.viewer, view.contract_number, view.invoice.invoice_id)
    if content is None:
        raise InPreparation(PREPARING)
    await visit.portal.security.downloaded(visit.request, visit.viewer.user_id)
    return printed(content, f"{key_of(view.contract_number, view.invoice)}.pdf")


ROUTES = [document_of_theirs, document_for_the_region]
