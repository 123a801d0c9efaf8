"""The answers of commands, noted for whoever asked."""

import structlog

from chassis import metrics
from chassis.instant import now
from chassis.work import Work
from contracts.answers import CommandAnswered
from gateway.web.hub import ANSWERS

from .rows import as_json

log = structlog.get_logger()


async def note_answer(work: Work[None], answer: CommandAnswered) -> None:
    """A command's answer, and a wink to the page that waits for it; the commit lets both be seen, with what the command did.

    Only the service that was asked is believed, and only under the command's own key.
    """
    asked = await work.connection.fetchrow(
        """
        WITH noted AS (
            UPDATE commands SET answered_at = $2, faults = $3, personal = $4
            WHERE id = $1 AND service = $6 AND key = $7 AND faults IS NULL RETURNING id
        )
        SELECT service, key, (SELECT pg_notify($5, jsonb_build_array(id)::text) FROM noted) FROM commands WHERE id = $1
        """,
        answer.command_id,
        now(),
        as_json(answer.faults),
        as_json(answer.personal),
        ANSWERS,
        work.envelope.source,
        work.key,
    )
    if asked and (asked["service"], asked["key"]) != (work.envelope.source, work.key):
        metrics.ALARMS.labels(work.source, "impostor").inc()
        log.error("an answer by a service that was not asked", asked=asked["service"], answered=work.envelope.source)
