"""What the Region wrote to an organisation, without deciding anything (BIL-7, SUR-2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Pool

from gateway.web.session import Viewer


@dataclass(frozen=True, slots=True)
class Note:
    """What the Region wrote; the text comes on a topic of its own, a little later perhaps."""

    at: datetime
    text: str | None


async def load_notes(db: Pool, viewer: Viewer, contract_number: str, invoice_id: UUID | None = None) -> list[Note]:
    """The Region's notes about an invoice of the viewer's, or about the report, the latest first."""
    rows = await db.fetch(
        """
        SELECT n.noted_at, p.body ->> 'text' AS text
        FROM notes n JOIN actions a USING (contract_number)
            LEFT JOIN people p ON p.contract_number = n.contract_number AND p.id = n.text_id
        WHERE n.contract_number = $1 AND n.invoice_id IS NOT DISTINCT FROM $2 AND ($3 OR a.siret = $4)
        ORDER BY n.noted_at DESC, n.note_id
        """,
        contract_number,
        invoice_id,
        viewer.is_agent,
        viewer.siret,
    )
    return [Note(row["noted_at"], row["text"]) for row in rows]
