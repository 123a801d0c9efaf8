"""All SQL of this service's own tables."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from asyncpg import Pool, Record, UniqueViolationError

from chassis.db import Connection
from contracts.personal import UserRecord

Executor = Connection | Pool
Kind = Literal["first", "invited", "accepted", "forgotten"]
"""Of a mail. All but the last carry a first password (ACC-1)."""
Role = Literal["organisation", "agent"]


@dataclass(frozen=True, slots=True)
class Stored:
    """An account with the hashes that open it."""

    user_id: UUID
    key: str
    role: Role
    login: str
    access: int
    """Another one with every password and login, and when it is disabled."""
    disabled: bool
    name: str
    email: str
    password_hash: str | None
    password_expires_at: datetime | None
    forgotten_hash: str | None
    forgotten_expires_at: datetime | None

    @property
    def siret(self) -> str | None:
        """The organisation's, for one of its users."""
        return self.key if self.role == "organisation" else None

    @property
    def must_choose_password(self) -> bool:
        """Whether the password in force is a temporary one, or none at all."""
        return self.password_hash is None or self.password_expires_at is not None


@dataclass(frozen=True, slots=True)
class Mailing:
    """A password to be made and mailed, claimed by one mailer for a while."""

    user_id: UUID
    kind: Kind
    requested_at: datetime
    attempts: int
    trace: str | None


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` tries, then a wait that doubles from `first` to `most`; a `quiet` while forgets it all."""

    free: int
    first: timedelta
    most: timedelta
    quiet: timedelta = timedelta(hours=1)


class LoginExists(Exception):
    """Another account has this login."""


def folded(text: str) -> str:
    """`text` as two spellings of it compare: no case, one form of each letter."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


# Accounts

ACCOUNT = """
    SELECT user_id, key, role, login, access, disabled, body ->> 'name' AS name, body ->> 'email' AS email,
           password_hash, password_expires_at, forgotten_hash, forgotten_expires_at
    FROM accounts JOIN people ON people.id = person
"""


async def find_by_login(db: Executor, login: str) -> Stored | None:
    """The account that has this login, however it is spelt."""
    return _stored(await db.fetchrow(f"{ACCOUNT} WHERE login_folded = $1", folded(login)))


async def find(db: Executor, user_id: UUID) -> Stored | None:
    """The account of a user."""
    return _stored(await db.fetchrow(f"{ACCOUNT} WHERE user_id = $1", user_id))


async def find_by_email(db: Executor, email: str) -> list[Stored]:
    """Every account whose mails go to this address, but for those that are disabled."""
    rows = await db.fetch(f"{ACCOUNT} WHERE lower(body ->> 'email') = lower($1) AND NOT disabled ORDER BY user_id", email.strip())
    return [stored for row in rows if (stored := _stored(row))]


async def agent_exists(db: Executor) -> bool:
    """Whether there is an agent."""
    return bool(await db.fetchval("SELECT EXISTS (SELECT FROM accounts WHERE role = 'agent')"))


async def add_account(db: Executor, user_id: UUID, key: str, role: Role, login: str) -> None:
    """A new account, without a password; the person whose it is is kept in the same transaction. Raises LoginExists."""
    try:
        await db.execute(
            "INSERT INTO accounts (user_id, person, key, role, login, login_folded) VALUES ($1, $2, $3, $4, $5, $6)",
            user_id,
            str(user_id),
            key,
            role,
            login,
            folded(login),
        )
    except UniqueViolationError as error:
        raise LoginExists from error


async def keep_users(db: Executor, users: Sequence[UserRecord]) -> None:
    """The names and addresses of users, in their newest version."""
    await db.execute(
        """
        INSERT INTO people (id, kind, version, body)
        SELECT id, 'user', version, body FROM unnest($1::text[], $2::int[], $3::jsonb[]) AS person (id, version, body)
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body
        """,
        [user.id for user in users],
        [user.version for user in users],
        [json.dumps({"name": user.name, "email": user.email}) for user in users],
    )


async def change_login(db: Executor, user_id: UUID, login: str, access: int) -> int | None:
    """Another login; the access from now on, or None when it is not `access` any more. Raises LoginExists."""
    try:
        changed: int | None = await db.fetchval(
            """
            UPDATE accounts SET login = $2, login_folded = $3, access = access + 1 WHERE user_id = $1 AND access = $4 RETURNING access
            """,
            user_id,
            login,
            folded(login),
            access,
        )
    except UniqueViolationError as error:
        raise LoginExists from error
    return changed


async def choose_password(db: Executor, user_id: UUID, old_hash: str | None, new_hash: str) -> int | None:
    """The password in force from now on, alone, and its access; None when the old one was another. Passwords on their way by mail are
    called off.
    """
    access: int | None = await db.fetchval(
        """
        WITH chosen AS (
            UPDATE accounts
            SET password_hash = $3, password_expires_at = NULL, forgotten_hash = NULL, forgotten_expires_at = NULL, access = access + 1
            WHERE user_id = $1 AND password_hash IS NOT DISTINCT FROM $2 AND NOT disabled RETURNING user_id, access
        ), called_off AS (
            DELETE FROM mailings USING chosen WHERE mailings.user_id = chosen.user_id
        )
        SELECT access FROM chosen
        """,
        user_id,
        old_hash,
        new_hash,
    )
    return access


async def use_forgotten(db: Executor, user_id: UUID, used_hash: str) -> int | None:
    """The temporary password was used: it takes the place of the one in force (ACC-3), and gives its access; None when it did already."""
    access: int | None = await db.fetchval(
        """
        UPDATE accounts SET password_hash = forgotten_hash, password_expires_at = forgotten_expires_at,
            forgotten_hash = NULL, forgotten_expires_at = NULL, access = access + 1
        WHERE user_id = $1 AND forgotten_hash = $2 RETURNING access
        """,
        user_id,
        used_hash,
    )
    return access


async def disable(db: Executor, user_id: UUID) -> int:
    """Nobody logs in from now on, no password is mailed (ACC-9); the access to which no session belongs yet."""
    access: int = await db.fetchval(
        """
        WITH disabled AS (
            UPDATE accounts SET disabled = true, access = access + 1, forgotten_hash = NULL, forgotten_expires_at = NULL
            WHERE user_id = $1 RETURNING user_id, access
        ), called_off AS (
            DELETE FROM mailings USING disabled WHERE mailings.user_id = disabled.user_id
        )
        SELECT access FROM disabled
        """,
        user_id,
    )
    return access


async def enable(db: Executor, user_id: UUID) -> None:
    """The user can log in again (ACC-9)."""
    await db.execute("UPDATE accounts SET disabled = false WHERE user_id = $1", user_id)


async def keep_temporary(db: Executor, user_id: UUID, kind: Kind, new_hash: str, life: timedelta) -> int | None:
    """The hash of a temporary password, and the access; None when it is not wanted any more: a first one is not, once a password is chosen.

    A first one is in force from now on, which is another access.
    """
    if kind == "forgotten":
        access: int | None = await db.fetchval(
            """
            UPDATE accounts SET forgotten_hash = $2, forgotten_expires_at = now() + $3 WHERE user_id = $1 AND NOT disabled RETURNING access
            """,
            user_id,
            new_hash,
            life,
        )
    else:
        access = await db.fetchval(
            """
            UPDATE accounts SET password_hash = $2, password_expires_at = now() + $3, access = access + 1
            WHERE user_id = $1 AND (password_hash IS NULL OR password_expires_at IS NOT NULL) AND NOT disabled RETURNING access
            """,
            user_id,
            new_hash,
            life,
        )
    return access


async def lose_password(db: Executor, user_id: UUID, access: int) -> bool:
    """No password opens the account: the one in force, to which `access` belongs, is not known. False when there is no such account."""
    lost = await db.fetchval(
        """
        UPDATE accounts SET access = $2,
            password_hash = NULL, password_expires_at = NULL, forgotten_hash = NULL, forgotten_expires_at = NULL
        WHERE user_id = $1 RETURNING true
        """,
        user_id,
        access,
    )
    return bool(lost)


# Mailings


async def ask_mail(db: Executor, user_id: UUID, kind: Kind, hold: timedelta = timedelta(), trace: str | None = None) -> Mailing:
    """A password is to be mailed, because of a `trace`: from now on, or by nobody else for a `hold`. Asked twice before it went out, it
    goes once.
    """
    rows = await db.fetch(
        """
        INSERT INTO mailings (user_id, kind, next_try, trace) VALUES ($1, $2, now() + $3, $4)
        ON CONFLICT (user_id, kind)
            DO UPDATE SET requested_at = clock_timestamp(), attempts = 0, next_try = now() + $3, trace = excluded.trace
        RETURNING user_id, kind, requested_at, attempts, trace
        """,
        user_id,
        kind,
        hold,
        trace,
    )
    return Mailing(**rows[0])


async def claim_mail(db: Executor, lease: timedelta) -> Mailing | None:
    """The next mail that is due; nobody else has it for a `lease`, and somebody has it again when it is not out by then."""
    row = await db.fetchrow(
        """
        UPDATE mailings SET next_try = now() + $1, attempts = attempts + 1
        WHERE (user_id, kind) = (
            SELECT user_id, kind FROM mailings WHERE next_try <= now() ORDER BY next_try FOR UPDATE SKIP LOCKED LIMIT 1
        )
        RETURNING user_id, kind, requested_at, attempts, trace
        """,
        lease,
    )
    return Mailing(**row) if row else None


async def mail_is_out(db: Executor, mailing: Mailing) -> None:
    """It was sent, or is not wanted any more. If it was asked for again meanwhile, it stays due."""
    await db.execute(
        "DELETE FROM mailings WHERE user_id = $1 AND kind = $2 AND requested_at = $3",
        mailing.user_id,
        mailing.kind,
        mailing.requested_at,
    )


async def mail_later(db: Executor, mailing: Mailing, delay: timedelta) -> None:
    """It could not be sent: again after `delay`."""
    await db.execute(
        "UPDATE mailings SET next_try = now() + $4 WHERE user_id = $1 AND kind = $2 AND requested_at = $3",
        mailing.user_id,
        mailing.kind,
        mailing.requested_at,
        delay,
    )


# Throttles


async def charge(db: Executor, subject: bytes, limit: Limit) -> timedelta | None:
    """Counts a try before it is made, so that many at once cannot slip through; the wait when it may not be made, which counts nothing.

    One statement: the row's lock puts tries in a queue, whichever process they come from.
    """
    wait: timedelta | None = await db.fetchval(
        """
        INSERT INTO throttles AS known (subject, tries, tried_at, blocked_until, was_blocked)
        VALUES ($1, 1, clock_timestamp(), '-infinity', false)
        ON CONFLICT (subject) DO UPDATE SET (tries, tried_at, blocked_until, was_blocked) = (
            SELECT CASE WHEN blocked THEN known.tries ELSE next_tries END,
                   CASE WHEN blocked THEN known.tried_at ELSE clock_timestamp() END,
                   CASE WHEN blocked THEN known.blocked_until
                        WHEN next_tries < $2 THEN '-infinity'
                        ELSE clock_timestamp() + least($3::interval * 2 ^ least(next_tries - $2, 20), $4::interval) END,
                   blocked
            FROM (SELECT known.blocked_until > clock_timestamp() AS blocked,
                         CASE WHEN known.tried_at < clock_timestamp() - $5::interval THEN 1 ELSE known.tries + 1 END AS next_tries) AS next
        )
        RETURNING CASE WHEN was_blocked THEN blocked_until - clock_timestamp() END
        """,
        subject,
        limit.free,
        limit.first,
        limit.most,
        limit.quiet,
    )
    return wait


async def count(db: Executor, subject: bytes, quiet: timedelta) -> int:
    """Counts a try that never waits; how many there were, since there was a `quiet` while."""
    tries: int = await db.fetchval(
        """
        INSERT INTO throttles AS known (subject, tries, tried_at, blocked_until, was_blocked)
        VALUES ($1, 1, clock_timestamp(), '-infinity', false)
        ON CONFLICT (subject) DO UPDATE
        SET tried_at = clock_timestamp(),
            tries = CASE WHEN known.tried_at < clock_timestamp() - $2::interval THEN 1 ELSE known.tries + 1 END
        RETURNING tries
        """,
        subject,
        quiet,
    )
    return tries


async def forget_tries(db: Executor, subject: bytes) -> None:
    """The try was right: nothing is held against the subject."""
    await db.execute("DELETE FROM throttles WHERE subject = $1", subject)


async def give_back(db: Executor, subject: bytes) -> None:
    """The try was right: it does not count, what was wrong before still does."""
    await db.execute("UPDATE throttles SET tries = tries - 1, blocked_until = '-infinity' WHERE subject = $1", subject)


async def tidy(db: Executor) -> None:
    """Forgets tries of more than a day ago, and temporary passwords that lapsed a month ago: until then a login says that they did."""
    await db.execute("DELETE FROM throttles WHERE tried_at < now() - interval '1 day'")
    await db.execute(
        """
        UPDATE accounts SET forgotten_hash = NULL, forgotten_expires_at = NULL
        WHERE forgotten_expires_at < now() - interval '1 month'
        """
    )


def _stored(row: Record | None) -> Stored | None:
    return Stored(**row) if row else None
