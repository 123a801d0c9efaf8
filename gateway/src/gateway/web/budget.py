"""How many commands one user may send in a minute: nobody's script keeps the services from the others."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from chassis.db import Connection
from chassis.instant import now

from .session import Viewer

MOST = 300
"""Of a minute: an organisation may have one account for everybody, and ten people who fill in hours send fewer."""
PERIOD = timedelta(minutes=1)


async def is_spent(connection: Connection, viewer: Viewer, ids: Sequence[UUID]) -> bool:
    """Whether the viewer has sent all that a minute may hold, and these are others; until the transaction ends, they send nothing else.

    A page that is sent while there is still room goes through whole, so that none is too large for any minute.
    """
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('commands of ' || $1::text, 0))", str(viewer.user_id))
    spent: bool = await connection.fetchval(
        """
        SELECT count(*) >= $3 AND NOT EXISTS (SELECT FROM commands WHERE id = ANY($4) AND user_id = $1)
        FROM commands WHERE user_id = $1 AND sent_at > $2
        """,
        viewer.user_id,
        now() - PERIOD,
        MOST,
        ids,
    )
    return spent
