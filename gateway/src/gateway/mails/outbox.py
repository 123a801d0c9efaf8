"""Where mails wait until they are sent: put in the transaction of what they tell, tried by one worker at a time.

A mail is out when the mail server has taken it, which it says after it has: who dies in between sends it again. So a mail goes at least
once, and always under one Message-ID, which is made of its key: mailboxes that look at it show it once.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID, uuid5

from chassis.db import Connection
from contracts.envelope import NAMESPACE

from .letter import Words

Outcome = Literal["sent", "given_up", "nobody", "refused"]
RETURNED = timedelta(days=1)
"""Until something is sent again to an address from which a mail came back."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that is due, claimed. `address` is None when there is nobody any more; `again`: somebody died over it."""

    id: UUID
    kind: str
    user_id: UUID | None
    address: str | None
    person: str | None
    words: Words
    attempts: int
    age: timedelta
    again: bool
    traces: Sequence[str]


async def put(
    connection: Connection,
    to: UUID | str,
    kind: str,
    words: Words,
    *,
    key: str,
    person: str | None = None,
    mail_id: UUID | None = None,
    link: str | None = None,
    traces: Iterable[str | None] = (),
) -> bool:
    """Puts a mail into the outbox, in the caller's transaction; False when one of this `key` was put before, sent or not. Not from a
    projection: views are folded again (`Work.leaves` says after the batch what is to be put).

    `to` is a user, whose address is looked up when it is sent, or an address. `kind` names what it is, for operators. `person` is the
    record of `personal` with which it is erased (`<contract>/<id>` of a trainee); of a user it is theirs. `link` is the digest of a
    personal link that it carries: it goes once that works. `traces` are those of what it tells, where they are kept.
    """
    user_id, address = (to, None) if isinstance(to, UUID) else (None, to)
    put_now: bool = await connection.fetchval(
        """
        WITH put AS (
            INSERT INTO own.mails (id, key, kind, user_id, address, person, letter, link, traces)
            VALUES ($1, $2, $3, $4, $5, coalesce($6, (SELECT person FROM accounts WHERE accounts.user_id = $4)), $7, $8, $9)
            ON CONFLICT DO NOTHING RETURNING 1
        )
        SELECT EXISTS (SELECT FROM put)
        """,
        mail_id or id_of(key),
        key,
        kind,
        user_id,
        address,
        person,
        json.dumps(asdict(words)),
        link,
        [*dict.fromkeys(trace for trace in traces if trace)],
    )
    return put_now


def id_of(key: str) -> UUID:
    """The id of the mail with this key."""
    return uuid5(NAMESPACE, f"mail {key}")


async def claim(connection: Connection) -> Waiting | None:
    """The next mail that is due, marked as being sent; not one to an address that its server refuses until it is to be tried again.

    Only who holds the mailer's lock may: nobody else sends meanwhile.
    """
    row = await connection.fetchrow(
        """
        WITH due AS (
            SELECT mails.id, mails.being_sent_since IS NOT NULL AS again, coalesce(people.body ->> 'email', mails.address) AS address
            FROM own.mails
            LEFT JOIN accounts ON accounts.user_id = mails.user_id AND disabled_at IS NULL AND removed_at IS NULL
            LEFT JOIN people ON people.id = accounts.person
            LEFT JOIN own.mail_refusals AS refusals
                ON refusals.user_id = mails.user_id AND refusals.address = sha256(convert_to(lower(people.body ->> 'email'), 'UTF8'))
            WHERE ended_at IS NULL AND next_try <= now() AND coalesce(retry_at <= now(), true)
                AND (mails.link IS NULL OR EXISTS (SELECT FROM survey_links WHERE survey_links.sha256 = mails.link))
            ORDER BY next_try, put_at LIMIT 1
        )
        UPDATE own.mails SET attempts = attempts + 1, being_sent_since = now() FROM due WHERE mails.id = due.id
        RETURNING mails.id, kind, user_id, due.address, mails.person, letter, attempts, now() - put_at AS age, again, traces
        """
    )
    if row is None:
        return None
    return Waiting(**{name: row[name] for name in row.keys() if name != "letter"}, words=Words(**json.loads(row["letter"])))  # noqa: SIM118


async def end(connection: Connection, mail: Waiting, outcome: Outcome) -> None:
    """It is out, or will never be: its words and its address go. One that was taken says that its user's address is no longer refused."""
    async with connection.transaction():
        await connection.execute(
            """
            UPDATE own.mails SET ended_at = now(), outcome = $2, letter = NULL, address = NULL, being_sent_since = NULL WHERE id = $1
            """,
            mail.id,
            outcome,
        )
        if outcome == "sent":
            await connection.execute("DELETE FROM own.mail_refusals WHERE user_id = $1", mail.user_id)


async def end_over(connection: Connection) -> None:
    """Mails whose link was refused, or works no more, go to nobody: a token in them opens nothing. A link that is not answered
    yet is waited for.
    """
    await connection.execute(
        """
        UPDATE own.mails SET ended_at = now(), outcome = 'nobody', letter = NULL, address = NULL, being_sent_since = NULL
        FROM own.survey_mailings AS asked
        WHERE asked.mail_id = mails.id AND ended_at IS NULL
            AND NOT EXISTS (SELECT FROM own.commands WHERE commands.id = asked.id AND faults IS NULL)
            AND NOT EXISTS (SELECT FROM survey_links WHERE survey_links.sha256 = mails.link)
        """
    )


async def later(connection: Connection, mail: Waiting, delay: timedelta, code: int | None = None) -> None:
    """It is tried again after a while; `code` is the server's word for why."""
    await connection.execute(
        "UPDATE own.mails SET next_try = now() + $2, refused = coalesce($3, refused), being_sent_since = NULL WHERE id = $1",
        mail.id,
        delay,
        code,
    )


async def refuse(connection: Connection, user_id: UUID, address: str, code: int, delay: timedelta) -> None:
    """The server refuses the user's address for good: nothing is sent there for a while."""
    await connection.execute(
        """
        INSERT INTO own.mail_refusals AS known (user_id, address, code, retry_at)
        VALUES ($1, sha256(convert_to(lower($2), 'UTF8')), $3, now() + $4)
        ON CONFLICT (user_id) DO UPDATE SET address = excluded.address, code = excluded.code, retry_at = excluded.retry_at,
            since = CASE WHEN known.address = excluded.address THEN known.since ELSE excluded.since END
        """,
        user_id,
        address,
        code,
        delay,
    )
