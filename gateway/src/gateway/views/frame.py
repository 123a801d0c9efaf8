"""What stands around every page: unread notifications, what waits for an agent, the answer to the last command."""

from dataclasses import dataclass
from uuid import UUID

from asyncpg import Pool

from ..commands import Answer, find_answer, tell
from ..session import Viewer
from .notifications import count_unread


@dataclass(frozen=True, slots=True)
class Frame:
    """`to_decide` and `to_acknowledge` count what waits for an agent; `answer` is what became of the command named in the address."""

    unread: int
    to_decide: int
    to_acknowledge: int
    answer: Answer | None


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
    return Frame(await count_unread(db, viewer), to_decide, to_acknowledge, await _answer(db, viewer, command_id))


async def _answer(db: Pool, viewer: Viewer, command_id: str | None) -> Answer | None:
    try:
        wanted = UUID(command_id or "")
    except ValueError:
        return None
    answer = await find_answer(db, viewer, wanted)
    if answer and answer.faults is not None:
        await tell(db, wanted)
    return answer
