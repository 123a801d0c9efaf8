"""Notes that are due become mails (NOT-1): all that is due to a user becomes one, however much a day or a lot of decisions tells.

A user and their notes are locked, the mail is put and the notes say which: in one transaction, so that each note is in one mail.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import structlog
from asyncpg import Record

from chassis import metrics
from chassis.db import Connection
from chassis.trouble import where
from gateway.mails import links, outbox
from gateway.mails.letter import Letter, Line, Section, written
from gateway.told.notifications import Sentence, read

from .noting import REACHES

log = structlog.get_logger()

KIND = "notifications"
MOST = 100
"""Lines of one mail; it says how many more there are, and the portal shows them."""


async def gather(connection: Connection, portal: str, at: datetime) -> int:
    """Puts a mail for each user to whom something is due at `at`; how many. `portal` is where it can be reached."""
    due = await connection.fetch(
        """
        SELECT DISTINCT user_id FROM own.mail_notes LEFT JOIN own.mail_choices USING (user_id, family)
        WHERE mail_id IS NULL
          AND CASE coalesce(pace, usual) WHEN 'at_once' THEN soon <= $1 WHEN 'daily' THEN seven <= $1 ELSE true END
        """,
        at,
    )
    count = 0
    for row in due:
        async with connection.transaction():
            count += await _gather_for(connection, portal, row["user_id"], at)
    return count


async def _gather_for(connection: Connection, portal: str, user_id: UUID, at: datetime) -> bool:
    """Whether there is anything to mail. What they want no mail of, or have read meanwhile, is noted no longer."""
    rows = await connection.fetch(
        """
        WITH dropped AS (
            DELETE FROM own.mail_notes AS notes
            WHERE user_id = $1 AND mail_id IS NULL AND (
                coalesce((SELECT pace FROM own.mail_choices AS chosen
                    WHERE (chosen.user_id, chosen.family) = (notes.user_id, notes.family)), usual) = 'never'
                OR EXISTS (SELECT FROM own.read_marks AS marks
                    WHERE (marks.user_id, marks.notification_id) = (notes.user_id, notes.notification_id))
            )
            RETURNING notification_id
        )
        SELECT notification_id, family, trace, notifications.kind, contract_number, figures,
            coalesce(actions.title, contract_number) AS title, actions.terms -> 'organisation' ->> 'name' AS organisation
        FROM own.mail_notes AS notes
        LEFT JOIN own.mail_choices USING (user_id, family)
        JOIN notifications ON notifications.id = notification_id
        JOIN accounts ON accounts.user_id = notes.user_id AND removed_at IS NULL AND """
        + REACHES
        + """
        LEFT JOIN actions USING (contract_number)
        WHERE notes.user_id = $1 AND mail_id IS NULL AND notification_id NOT IN (SELECT notification_id FROM dropped)
          AND CASE coalesce(pace, usual) WHEN 'at_once' THEN soon <= $2 WHEN 'daily' THEN seven <= $2 ELSE false END
        ORDER BY notifications.at, notification_id
        FOR UPDATE OF notes
        """,
        user_id,
        at,
    )
    if not rows:
        return False
    ids: list[UUID] = [row["notification_id"] for row in rows]
    told = [(row["notification_id"], sentence) for row in rows if (sentence := _sentence(row))]
    token = links.signed(await connection.fetchval("SELECT key FROM own.mail_key"), user_id, {row["family"] for row in rows})
    words = written(letter(portal, told, token), f"{portal}{links.PATH}{token}")
    key = f"{user_id}/{sha256(b''.join(sorted(one.bytes for one in ids))).hexdigest()}"
    if told:
        await outbox.put(connection, user_id, KIND, words, key=key, traces=[row["trace"] for row in rows])
    await connection.execute(
        "UPDATE own.mail_notes SET mail_id = $3 WHERE user_id = $1 AND notification_id = ANY($2)", user_id, ids, outbox.id_of(key)
    )
    return bool(told)


def letter(portal: str, told: Sequence[tuple[UUID, Sentence]], token: str) -> Letter:
    """The mail that tells of these notifications. Of trainees it names none: whom something is about is read in the portal."""
    shown, more = told[:MOST], len(told) - MOST
    sections = [Section(title, tuple(lines)) for title, lines in _by_title(portal, shown)]
    if more > 0:
        rest = Line(f"Le portail en montre {more} de plus.", "Toutes vos notifications", f"{portal}/notifications")
        sections.append(Section("", (rest,)))
    return Letter(_subject([sentence.title for _, sentence in told]), "Bonjour,", tuple(sections), _foot(portal, token))


def _sentence(row: Record) -> Sentence | None:
    """None when it has no words: the others are mailed all the same."""
    context = {"contract": row["contract_number"], "action": row["title"], "organisation": row["organisation"]}
    try:
        return read(row["kind"], context | json.loads(row["figures"]), {})
    except Exception as error:
        metrics.alarm("gateway", "not-mailed")
        log.error("a notification cannot be worded", kind=row["kind"], contract=row["contract_number"], where=where(error))
        return None


def _by_title(portal: str, told: Iterable[tuple[UUID, Sentence]]) -> Iterable[tuple[str, list[Line]]]:
    """What reads alike stands together; each link says in the portal that it was read, and leads on."""
    lines: dict[str, list[Line]] = {}
    for notification_id, sentence in told:
        lines.setdefault(sentence.title, []).append(Line(sentence.text, sentence.link, f"{portal}/notifications/{notification_id}"))
    return lines.items()


def _subject(titles: Sequence[str]) -> str:
    if len(titles) == 1:
        return f"Sésame : {titles[0]}"
    same = set(titles)
    return f"Sésame : {titles[0]} ({len(titles)})" if len(same) == 1 else f"Sésame : {len(titles)} notifications"


def _foot(portal: str, token: str) -> tuple[Line, ...]:
    return (
        Line("Ce message part automatiquement, sa boîte n’est pas lue. Ce que vous avez déjà lu dans le portail n’y est pas répété."),
        Line("Choisir ce qui vous est envoyé, et quand :", "Vos courriels", f"{portal}/compte/courriels"),
        Line("Ne plus recevoir les courriels de cette sorte, sans vous connecter :", "Les arrêter", f"{portal}{links.PATH}{token}"),
    )
