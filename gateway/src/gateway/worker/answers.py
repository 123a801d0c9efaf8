"""The answers of commands, noted for whoever asked."""

from chassis.instant import now
from chassis.work import Work
from contracts.answers import CommandAnswered
from gateway.web.hub import ANSWERS

from .rows import as_json


async def note_answer(work: Work[None], answer: CommandAnswered) -> None:
    """A command's answer, and a wink to the page that waits for it; the commit lets both be seen, with what the command did.

    It comes under the command's own key: what is said under another answers none.
    """
    await work.connection.execute(
        """
        WITH noted AS (
            UPDATE commands SET answered_at = $2, faults = $3, personal = $4
            WHERE id = $1 AND key = $6 AND faults IS NULL RETURNING id
        )
        SELECT pg_notify($5, jsonb_build_array(id)::text) FROM noted
        """,
        answer.command_id,
        now(),
        as_json(answer.faults),
        as_json(answer.personal),
        ANSWERS,
        work.key,
    )
