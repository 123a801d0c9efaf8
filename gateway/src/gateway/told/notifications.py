"""What concerns the viewer (NOT-1): facts about their actions, and answers that came after the page had stopped waiting."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Pool, Record

from contracts.answers import Fault
from gateway.web.form_ids import FormId
from gateway.web.session import Viewer
from gateway.words import notices, refusals
from gateway.words.french import moment
from gateway.words.sentences import French

from .row import Figures, Tone
from .table import NOTICES


@dataclass(frozen=True, slots=True)
class Sentence:
    """How a notification reads; `path` leads to `link`."""

    tone: Tone
    title: str
    text: str
    link: str
    path: str


@dataclass(frozen=True, slots=True)
class Notification:
    """One line of the list: `words` are ready to be shown."""

    id: UUID
    at: datetime
    contract_number: str | None
    words: Sentence
    is_read: bool


async def list_notifications(db: Pool, viewer: Viewer, *, limit: int = 50, offset: int = 0) -> list[Notification]:
    """The viewer's notifications, latest first."""
    rows = await db.fetch(
        """
        WITH told AS (
            SELECT id, at, kind, contract_number, contract_number AS key, figures,
                NULL AS path, NULL::timestamptz AS sent_at, NULL::jsonb AS faults
            FROM notifications WHERE audience = ANY($2) AND at >= coalesce($7, '-infinity'::timestamptz)
            UNION ALL
            SELECT id, coalesce(answered_at, given_up_at), type, NULL, key, '{}', path, sent_at, faults
            FROM commands WHERE user_id = $1 AND coalesce(answered_at, given_up_at) IS NOT NULL AND NOT told
        )
        SELECT told.*, coalesce(actions.title, told.contract_number) AS title, actions.terms -> 'organisation' ->> 'name' AS organisation,
               read_marks.read_at IS NOT NULL AS is_read,
               (SELECT jsonb_object_agg(trainee, concat_ws(' ', body ->> 'last_name', body ->> 'first_name')) FROM people, (
                    SELECT figures ->> 'trainee' UNION SELECT figure #>> '{}' FROM jsonb_path_query(faults, '$[*].figures.*') AS figure
                ) AS mentioned (trainee)
                WHERE people.id = actions.contract_number || '/' || trainee AND people.kind = 'trainee') AS people
        FROM told
        LEFT JOIN actions ON actions.contract_number = told.key AND ($5 OR actions.siret = $6)
        LEFT JOIN read_marks ON read_marks.user_id = $1 AND read_marks.notification_id = told.id
        ORDER BY told.at DESC, told.id LIMIT $3 OFFSET $4
        """,
        viewer.user_id,
        viewer.audiences,
        limit,
        offset,
        viewer.is_agent,
        viewer.siret,
        viewer.joined_at,
    )
    return [Notification(row["id"], row["at"], row["contract_number"], _words(row), row["is_read"]) for row in rows]


async def find_path(db: Pool, viewer: Viewer, notification_id: UUID) -> str | None:
    """Where one of the viewer's notifications leads, a refusal to the form that was kept; None when they have none with that id."""
    row = await db.fetchrow(
        """
        SELECT kind, contract_number, figures, NULL AS path, NULL::text[] AS form FROM notifications
        WHERE id = $3 AND audience = ANY($2) AND at >= coalesce($5, '-infinity'::timestamptz)
        UNION ALL
        SELECT type, NULL, '{}', path, (
            SELECT ARRAY[kind, contract, subject] FROM drafts
            WHERE owner = $4 AND body ->> 'sent' = commands.id::text AND coalesce(faults <> '[]', given_up_at IS NOT NULL)
        )
        FROM commands WHERE id = $3 AND user_id = $1
        """,
        viewer.user_id,
        viewer.audiences,
        notification_id,
        viewer.owner,
        viewer.joined_at,
    )
    if row is None:
        return None
    if row["form"]:
        return FormId(*row["form"]).page
    return _words({**row, "title": "", "organisation": "", "sent_at": None, "faults": None, "people": None}).path


async def mark_read(db: Pool, viewer: Viewer, notification_id: UUID) -> None:
    """The viewer has read one of their notifications; another's is left alone."""
    await db.execute(
        """
        INSERT INTO read_marks (user_id, notification_id)
        SELECT $1::uuid, id FROM notifications WHERE id = $3 AND audience = ANY($2)
        UNION ALL
        SELECT $1::uuid, id FROM commands WHERE id = $3 AND user_id = $1
        ON CONFLICT DO NOTHING
        """,
        viewer.user_id,
        viewer.audiences,
        notification_id,
    )


async def mark_all_read(db: Pool, viewer: Viewer) -> None:
    """The viewer has read all that there is."""
    await db.execute(
        """
        INSERT INTO read_marks (user_id, notification_id)
        SELECT $1::uuid, id FROM notifications WHERE audience = ANY($2) AND at >= coalesce($3, '-infinity'::timestamptz)
        UNION ALL
        SELECT $1::uuid, id FROM commands WHERE user_id = $1 AND coalesce(answered_at, given_up_at) IS NOT NULL AND NOT told
        ON CONFLICT DO NOTHING
        """,
        viewer.user_id,
        viewer.audiences,
        viewer.joined_at,
    )


def _faults(row: Record | dict[str, Any]) -> list[Fault]:
    return [Fault.model_validate(fault) for fault in json.loads(row["faults"] or "[]")]


def read(kind: str, figures: Figures, people: Mapping[str, str]) -> Sentence:
    """The sentence of a notification, its braces filled; `people` gives the names of the trainees that it may mention.

    Raises KeyError for a kind that nobody words.
    """
    french, notice = French(people, "un stagiaire"), NOTICES[kind]
    title, text, path = (french.format(words, **figures) for words in (notice.title, notice.text, notice.path))
    return Sentence(notice.tone, title, text, notice.link, path)


def _words(row: Record | dict[str, Any]) -> Sentence:
    people: dict[str, str] = json.loads(row["people"] or "{}")  # the trainees that it mentions
    if not row["path"]:
        context = {"contract": row["contract_number"], "action": row["title"], "organisation": row["organisation"]}
        return read(row["kind"], context | json.loads(row["figures"]), people)
    if row["faults"] is None and row["sent_at"]:
        notice = notices.unanswered(row["title"], row["sent_at"])
        return Sentence("bad", notice.title, notice.text, "Revenir à la page", row["path"])
    if faults := _faults(row):
        text = refusals.summary(faults, people)
        text = f"Demande du {moment(row['sent_at'])}. {text}"
        return Sentence("bad", notices.refusal(row["kind"], row["title"]), text, "Revenir à la page", row["path"])
    return Sentence("ok", *notices.DONE[row["kind"]], "Revenir à la page", row["path"])
