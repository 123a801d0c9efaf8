"""The invoices of an action as documents: which of them have been made, and their bytes (BIL-9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from asyncpg import Pool

from contracts.billing import Invoice
from contracts.month import Month
from gateway.web.session import Viewer


@dataclass(frozen=True, slots=True)
class Issued:
    """An invoice that is a document; `subcontractor` and `issuer` say whose it is when it is not the holder's (BIL-6)."""

    contract_number: str
    invoice_id: UUID
    number: int | None
    legal_number: str
    issuer: str
    subcontractor: str | None
    months: tuple[Month, ...]
    issued_on: date
    size: int
    """Of the document, in bytes."""


def key_of(contract_number: str, invoice: Issued | Invoice) -> str:
    """A document's address and its file's name: `facture-2008-000012-2007QCA0266`, with the SIRET of the subcontractor whose it is, who
    has numbers of their own.
    """
    whose = (invoice.issuer,) if invoice.subcontractor else ()
    return "-".join(("facture", invoice.legal_number, *whose, contract_number))


async def load_issued(db: Pool, viewer: Viewer, contract_number: str | None = None) -> Mapping[str, Sequence[Issued]]:
    """Those of one action, or of all the viewer's actions, by contract number, the first issued first."""
    rows = await db.fetch(
        """
        SELECT i.contract_number, i.invoice_id, i.number, i.legal_number, i.issued_on, i.body->>'issuer' AS issuer,
            i.body->>'subcontractor' AS subcontractor, ARRAY(SELECT jsonb_array_elements_text(i.body->'months')) AS months,
            octet_length(d.content) AS size
        FROM invoices i JOIN actions a USING (contract_number) JOIN invoice_documents d USING (contract_number, invoice_id)
        WHERE ($1 OR a.siret = $2) AND ($3::text IS NULL OR i.contract_number = $3)
        ORDER BY i.contract_number, i.issued_at, i.invoice_id
        """,
        viewer.is_agent,
        viewer.siret,
        contract_number,
    )
    issued = [Issued(**{**row, "months": tuple(map(Month, row["months"]))}) for row in rows]
    return {contract: list(of) for contract, of in groupby(issued, key=lambda one: one.contract_number)}


async def load_document(db: Pool, viewer: Viewer, contract_number: str, invoice_id: UUID) -> bytes | None:
    """The document of an invoice of the viewer's; None as long as it has not been made."""
    content: bytes | None = await db.fetchval(
        """
        SELECT d.content FROM invoice_documents d JOIN actions a USING (contract_number)
        WHERE (d.contract_number, d.invoice_id) = ($1, $2) AND ($3 OR a.siret = $4)
        """,
        contract_number,
        invoice_id,
        viewer.is_agent,
        viewer.siret,
    )
    return content
