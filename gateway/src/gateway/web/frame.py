"""What stands around every page: unread notifications, what waits for an agent, what is on its way, the answer to the last command."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from asyncpg import Pool

from contracts.answers import Fault
from gateway.words import notices
from gateway.words.notices import Notice

from .form_ids import FormId
from .session import Viewer
from .topics import ACCOUNTS, INVOICES, LISTS, REPORTS, REQUESTS
from .waiting import Sent, Waiting

DOUBLE_CLICK = timedelta(seconds=10)
"""Within so long a second page may tell the same answer: that of a double click is the only one that its user sees."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many invoices, requests, reports and newcomers wait for an agent."""

    to_decide: int = 0
    to_answer: int = 0
    to_acknowledge: int = 0
    to_admit: int = 0


COUNTED = (INVOICES, REQUESTS, REPORTS, ACCOUNTS)
"""What changes them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`unread` are 100 at most: what stands beside the bell. `counts` are an agent's, where they are shown; `notice` tells what became of
    the command named in the address. `marks` are those of the agents' lists as they stood then, of an agent's page (`shared`).
    """

    unread: int = 0
    waiting: Waiting = field(default_factory=Waiting)
    notice: Notice | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)


async def load_counts(db: Pool, viewer: Viewer) -> Counts:
    """What waits for an agent."""
    row: Any = await db.fetchrow(
        """
        SELECT
            (SELECT count(*) FROM invoices WHERE $1 AND state = 'issued') AS to_decide,
            (SELECT count(*) FROM requests WHERE $1 AND state = 'open') AS to_answer,
            (SELECT count(*) FROM reports WHERE $1 AND submitted_at IS NOT NULL AND acknowledged_at IS NULL) AS to_acknowledge,
            (SELECT count(*) FROM account_requests WHERE $1 AND state = 'open') AS to_admit
        """,
        viewer.is_agent,
    )
    return Counts(**row)


async def load_frame(db: Pool, viewer: Viewer, command_id: str | None = None) -> Frame:
    """The frame of a page for this viewer, without `counts`. Whoever sees there what became of their command needs no notification of it,
    and is told once that it was done; that it was refused, as long as its form is kept.
    """
    row = await db.fetchrow(
        """
        WITH answered AS (
            SELECT id FROM commands WHERE id = $4 AND user_id = $1 AND faults IS NOT NULL
        ), told AS (
            UPDATE commands SET told = true WHERE id IN (SELECT id FROM answered) AND NOT told
        ), read AS (
            INSERT INTO read_marks (user_id, notification_id) SELECT $1, id FROM answered ON CONFLICT DO NOTHING
        )
        SELECT
            (SELECT count(*) FROM (
                SELECT id FROM (
                    SELECT id FROM notifications WHERE audience = ANY($8) AND at >= coalesce($9, '-infinity'::timestamptz)
                    UNION ALL
                    SELECT id FROM commands
                    WHERE user_id = $1 AND coalesce(answered_at, given_up_at) IS NOT NULL AND NOT told AND id IS DISTINCT FROM $4
                ) AS untold
                WHERE NOT EXISTS (SELECT FROM read_marks WHERE user_id = $1 AND notification_id = untold.id)
                LIMIT 100
            ) AS unread) AS unread,
            (SELECT jsonb_object_agg(key, mark) FROM marks WHERE $5 AND key = ANY ($7)) AS marks,
            (SELECT jsonb_agg(jsonb_build_array(type, key, subject, sent_at) ORDER BY sent_at)
             FROM commands WHERE faults IS NULL AND given_up_at IS NULL AND coalesce(siret, 'agents') = $2) AS waiting,
            (SELECT jsonb_build_object('type', type, 'sent_at', sent_at, 'faults', faults, 'given_up', given_up_at IS NOT NULL,
                'title', (SELECT title FROM actions a WHERE a.contract_number = commands.key AND ($5 OR a.siret = commands.siret)),
                'draft', (SELECT jsonb_build_array(kind, contract, subject) FROM drafts
                    WHERE owner = $3 AND body ->> 'sent' = commands.id::text),
                'news', NOT EXISTS (
                    SELECT FROM read_marks
                    WHERE user_id = $1 AND notification_id = commands.id AND read_at < now() - $6::interval
                ))
             FROM commands WHERE id = $4 AND user_id = $1) AS answer
        """,
        viewer.user_id,
        viewer.audience,
        viewer.owner,
        _id(command_id),
        viewer.is_agent,
        DOUBLE_CLICK,
        list(LISTS),
        viewer.audiences,
        viewer.joined_at,
    )
    assert row is not None
    sent = [Sent(kind, key, subject, datetime.fromisoformat(at)) for kind, key, subject, at in json.loads(row["waiting"] or "[]")]
    notice = _notice(json.loads(row["answer"])) if row["answer"] else None
    return Frame(row["unread"], Waiting(sent), notice, json.loads(row["marks"] or "{}"))


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _page(draft: list[str] | None) -> str | None:
    return FormId(*draft).page if draft else None


def _notice(answer: dict[str, Any]) -> Notice | None:
    if answer["faults"] is None and answer["given_up"]:
        return notices.unanswered(answer["title"], datetime.fromisoformat(answer["sent_at"]), _page(answer["draft"]))
    if answer["faults"] is None:
        return notices.awaited(datetime.fromisoformat(answer["sent_at"]))
    faults = tuple(Fault.model_validate(fault) for fault in answer["faults"])
    if faults and (answer["news"] or answer["draft"]):
        return notices.refused(answer["type"], answer["title"], faults, _page(answer["draft"]))
    return notices.done(answer["type"]) if answer["news"] else None
