"""What stands around every page: unread notifications, what waits for an agent, the answer to the last command."""

from dataclasses import dataclass
from uuid import UUID

from asyncpg import Pool

from gateway.words import notices
from gateway.words.notices import Notice

from .commands import find_answer, tell
from .session import Viewer


@dataclass(frozen=True, slots=True)
class Frame:
    """`to_decide` and `to_acknowledge` count what waits for an agent; `notice` tells what became of the command named in the address."""

    unread: int
    to_decide: int
    to_acknowledge: int
    notice: Notice | None


async def load_frame(db: Pool, viewer: Viewer, command_id: str | None) -> Frame:
    """The frame of a page for this viewer."""
    to_decide = to_acknowledge = 0
    if viewer.is_agent:
        row = await db.fetchrow(
            """
            SELECT (SELECT count(*) FROM invoices WHERE state = 'issued') AS to_decide,
                   (SELECT count(*) FROM reports WHERE submitted_at IS NOT NULL AND acknowledged_at IS NULL) AS to_acknowledge
            """
        )
        assert row is not None
        to_decide, to_acknowledge = row["to_decide"], row["to_acknowledge"]
    return Frame(await count_unread(db, viewer), to_decide, to_acknowledge, await _notice(db, viewer, command_id))


async def _notice(db: Pool, viewer: Viewer, command_id: str | None) -> Notice | None:
    try:
        wanted = UUID(command_id or "")
    except ValueError:
        return None
    answer = await find_answer(db, viewer, wanted)
    if answer is None:
        return None
    if answer.faults is None:
        return notices.awaited(answer.sent_at)
    await tell(db, wanted)
    return notices.refused(answer.faults, answer.draft) if answer.refused else notices.done(answer.type)


async def count_unread(db: Pool, viewer: Viewer) -> int:
    """How many the viewer has not read, 100 at most: what stands beside the bell."""
    count: int = await db.fetchval(
        """
        SELECT count(*) FROM (
            SELECT id FROM (
                SELECT id FROM notifications WHERE audience = $2
                UNION ALL
                SELECT id FROM commands WHERE user_id = $1 AND answered_at IS NOT NULL AND NOT told
            ) AS told
            WHERE NOT EXISTS (SELECT FROM read_marks WHERE user_id = $1 AND notification_id = told.id)
            LIMIT 100
        ) AS unread
        """,
        viewer.user_id,
        viewer.audience,
    )
    return count
