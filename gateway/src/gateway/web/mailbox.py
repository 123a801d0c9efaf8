"""Whether what is mailed to somebody arrives (NOT-1)."""

from asyncpg import Pool, Record

from .session import Viewer


async def find_mailbox(db: Pool, viewer: Viewer) -> Record | None:
    """The viewer's address, and since when its server refuses it, if it does; None before anything is known of them."""
    return await db.fetchrow(
        """
        SELECT body ->> 'email' AS email, since, code, retry_at <= now() AS is_tried
        FROM accounts JOIN people ON people.id = accounts.person
        LEFT JOIN mail_refusals AS refusals
            ON refusals.user_id = accounts.user_id AND address = sha256(convert_to(lower(body ->> 'email'), 'UTF8'))
        WHERE accounts.user_id = $1
        """,
        viewer.user_id,
    )
