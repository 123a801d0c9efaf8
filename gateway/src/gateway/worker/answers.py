"""The answers of commands, noted for whoever asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from chassis import metrics
from chassis.db import Connection
from chassis.instant import now
from chassis.work import Work
from contracts.answers import CommandAnswered
from gateway.web import topics
from gateway.web.hub import ANSWERS, CHANGED

from . import hints
from .rows import as_json

log = structlog.get_logger()

FORGOTTEN = timedelta(days=8)
"""What was asked longer ago stands on no topic of commands any more: no restored database could note it again."""
PASSED_BY = timedelta(minutes=15)
"""So long after another one, which was sent later, has been answered by the same service, a command is waited for no more."""


async def note_answer(work: Work[None], answer: CommandAnswered) -> None:
    """A command's answer, and a wink to the page that waits for it; the commit lets both be seen, with what the command did.

    Only the service that was asked is believed, and only under the command's own key.
    """
    asked = await work.connection.fetchrow(
        """
        WITH noted AS (
            UPDATE commands SET answered_at = $2, faults = $3::jsonb, personal = $4, told = told AND $3::jsonb = '[]'
            WHERE id = $1 AND service = $6 AND key = $7 AND faults IS NULL RETURNING id, given_up_at
        ), unread AS (
            -- Who has read that no answer came has not read this one.
            DELETE FROM read_marks USING noted WHERE given_up_at IS NOT NULL AND notification_id = noted.id
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
    if asked is None and work.at > now() - FORGOTTEN:
        await _keep_stray(work, answer)
    elif asked and (asked["service"], asked["key"]) != (work.envelope.source, work.key):
        metrics.alarm(work.source, "impostor")
        log.error("an answer by a service that was not asked", asked=asked["service"], answered=work.envelope.source)


async def _keep_stray(work: Work[None], answer: CommandAnswered) -> None:
    """Perhaps a restored database has forgotten the command, and is about to note it again: either finds what the other has written."""
    await work.connection.execute(
        """
        INSERT INTO stray_answers (command_id, service, key, faults, personal) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
        """,
        answer.command_id,
        work.envelope.source,
        work.key,
        as_json(answer.faults),
        as_json(answer.personal),
    )
    await note_stray(work.connection, [answer.command_id])


async def note_stray(connection: Connection, commands: Sequence[UUID]) -> None:
    """Notes the answers of these commands that came before the commands did."""
    await connection.execute(
        """
        WITH stray AS (DELETE FROM stray_answers USING commands WHERE command_id = ANY($1) AND id = command_id RETURNING stray_answers.*)
        UPDATE commands SET answered_at = $2, faults = stray.faults, personal = stray.personal, told = told AND stray.faults = '[]'
        FROM stray WHERE id = command_id AND commands.service = stray.service AND commands.key = stray.key AND commands.faults IS NULL
        """,
        commands,
        now(),
    )


async def give_up(connection: Connection, at: datetime) -> None:
    """Whoever waits for a command that its service has passed by, for whatever reason, is told so, and may ask again (ACT-1).

    It is parked there, or was dropped. Not one that waits for another service, which its action shows. An answer counts whenever it comes.
    """
    rows = await connection.fetch(
        """
        UPDATE commands SET given_up_at = $1
        WHERE faults IS NULL AND given_up_at IS NULL
            AND NOT EXISTS (SELECT FROM actions WHERE contract_number = key AND pending IS NOT NULL)
            AND EXISTS (
                SELECT FROM commands AS later
                WHERE later.service = commands.service AND later.sent_at > commands.sent_at
                    AND later.answered_at < $1::timestamptz - $2::interval
            )
        RETURNING id, service, type, key, user_id, siret
        """,
        at,
        PASSED_BY,
    )
    changed = {topic for row in rows for topic in (row["key"], topics.holder(row["siret"] or row["key"]), topics.told(str(row["user_id"])))}
    for payload in hints.payloads(changed):
        await connection.execute("SELECT pg_notify($1, $2)", CHANGED, payload)
    for row in rows:
        metrics.alarm("gateway", "unanswered")
        log.error(
            "a command is not answered: is it parked?", command=str(row["id"]), asked=row["service"], type=row["type"], key=row["key"]
        )
