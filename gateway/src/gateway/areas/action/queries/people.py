"""What somebody wrote about an action."""

from asyncpg import Pool

from gateway.web.session import Viewer


async def load_text(db: Pool, viewer: Viewer, contract_number: str, text_id: str | None) -> str:
    """What an agent wrote about an action of the viewer's; nothing when there is no such text."""
    found = await db.fetchval(
        """
        SELECT body->>'text' FROM people JOIN actions USING (contract_number)
        WHERE id = $1 AND kind = 'text' AND contract_number = $2 AND ($3 OR siret = $4)
        """,
        text_id,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    return str(found or "")
