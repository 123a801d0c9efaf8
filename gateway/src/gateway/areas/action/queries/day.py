"""The last day on which anything was done on an action: what is printed of it speaks for that day (DOC-2)."""

from datetime import date, datetime

from asyncpg import Pool

from contracts.month import paris_day
from gateway.web.session import Viewer


async def load_last_day(db: Pool, viewer: Viewer, contract_number: str, awarded_at: datetime) -> date:
    """Of an action of the viewer's, as its history tells it; that of its award when it tells nothing."""
    at = await db.fetchval(
        """
        SELECT max(at) FROM history WHERE key = (SELECT contract_number FROM actions WHERE contract_number = $1 AND ($2 OR siret = $3))
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    return paris_day(at or awarded_at)
