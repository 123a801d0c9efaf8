"""SQL of who joins an organisation and who leaves (ACC-8), and of who asks for an account (ACC-4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.db import Connection
from contracts.calendar import DayStarted
from contracts.identity_http import AccountRequest, Newcomer

from .store import ACCOUNT, Executor, folded


async def is_known(db: Executor, key: str, email: str) -> bool:
    """Whether one of the accounts under this key has this e-mail address."""
    found = await db.fetchval(f"SELECT EXISTS ({ACCOUNT} WHERE key = $1 AND lower(body ->> 'email') = lower($2))", key, email.strip())
    return bool(found)


async def free_login(db: Executor, wanted: str) -> str:
    """`wanted`, or the first that nobody has with a number behind it: whoever works for two organisations has a login for each, and nobody
    learns from an invitation who has an account.
    """
    taken = await db.fetch("SELECT login_folded FROM accounts WHERE starts_with(login_folded, $1)", folded(wanted))
    known = {row["login_folded"] for row in taken}
    logins = (wanted, *(f"{wanted}-{number}" for number in range(2, len(known) + 2)))
    return next(login for login in logins if folded(login) not in known)


async def remove(db: Executor, user_id: UUID) -> int:
    """The account is no more (ACC-8), and the access to which no session belongs. Who it was is kept for a year: what they did is named
    (PRV-1).
    """
    access: int = await db.fetchval(
        """
        WITH called_off AS (
            DELETE FROM mailings WHERE user_id = $1
        ), removed AS (
            DELETE FROM accounts WHERE user_id = $1 RETURNING access + 1 AS access
        )
        SELECT access FROM removed
        """,
        user_id,
    )
    return access


async def who_forget(connection: Connection, event: DayStarted) -> list[str]:
    """The organisations of whose former users somebody is erased with this day (PRV-1)."""
    rows = await connection.fetch("SELECT key FROM aggregates WHERE state ->> 'forgets_on' <= $1", event.day.isoformat())
    return [row["key"] for row in rows]


async def erase(db: Executor, people: Sequence[str]) -> None:
    """Who these were is known no more; an account of theirs is gone long since."""
    await db.execute("DELETE FROM people WHERE id = ANY($1)", people)


# Requests for an account


@dataclass(frozen=True, slots=True)
class RefusalMail:
    """Why a request is refused, to be mailed, claimed by one mailer for a while."""

    request_id: UUID
    email: str
    reason: str
    attempts: int
    trace: str | None


async def count_requests(db: Executor) -> int:
    """How many wait for an answer."""
    count: int = await db.fetchval("SELECT count(*) FROM account_requests WHERE reason IS NULL")
    return count


async def is_requested(db: Executor, asked: Newcomer) -> bool:
    """Whether the same waits already."""
    found = await db.fetchval(
        "SELECT EXISTS (SELECT FROM account_requests WHERE siret = $1 AND email_folded = $2 AND reason IS NULL)",
        asked.siret,
        folded(asked.email),
    )
    return bool(found)


async def keep_request(db: Executor, request_id: UUID, asked: Newcomer, at: datetime) -> bool:
    """What somebody says of themselves; False when the same waits already."""
    kept = await db.fetchval(
        """
        INSERT INTO account_requests (request_id, siret, email_folded, body, requested_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING RETURNING true
        """,
        request_id,
        asked.siret,
        folded(asked.email),
        Newcomer.model_validate(asked.model_dump()).model_dump_json(),
        at,
    )
    return bool(kept)


async def keep_lost_request(db: Executor, request_id: UUID, siret: str, at: datetime) -> None:
    """One of which a restored database knows nothing but that it was made."""
    await db.execute(
        "INSERT INTO account_requests (request_id, siret, email_folded, body, requested_at) VALUES ($1, $2, '', '{}', $3)",
        request_id,
        siret,
        at,
    )


async def list_requests(db: Executor) -> list[AccountRequest]:
    """Those that wait for an answer, the oldest first, and whose particulars are known."""
    rows = await db.fetch(
        "SELECT request_id, body FROM account_requests WHERE reason IS NULL AND body <> '{}' ORDER BY requested_at, request_id"
    )
    return [AccountRequest(request_id=row["request_id"], **Newcomer.model_validate_json(row["body"]).model_dump()) for row in rows]


async def refuse_request(db: Executor, request_id: UUID, email: str, reason: str, trace: str | None) -> None:
    """Nothing is kept of it but where to mail the reason, because of a `trace`, until that is done."""
    await db.execute(
        """
        UPDATE account_requests
        SET body = '{}', email_folded = '', reason = $2, email = $3, trace = $4, refused_at = now(), next_try = now()
        WHERE request_id = $1
        """,
        request_id,
        reason,
        email,
        trace,
    )


async def forget_request(db: Executor, request_id: UUID) -> None:
    """Nothing of it is kept."""
    await db.execute("DELETE FROM account_requests WHERE request_id = $1", request_id)


async def old_requests(db: Executor, before: datetime) -> Sequence[UUID]:
    """Those that were made before, whether refused since or without an answer."""
    rows = await db.fetch("SELECT request_id FROM account_requests WHERE requested_at < $1", before)
    return [row["request_id"] for row in rows]


async def claim_refusal(db: Executor, lease: timedelta) -> RefusalMail | None:
    """The next refusal to be mailed; nobody else has it for a `lease`."""
    row = await db.fetchrow(
        """
        UPDATE account_requests SET next_try = now() + $1, attempts = attempts + 1
        WHERE request_id = (
            SELECT request_id FROM account_requests WHERE reason IS NOT NULL AND next_try <= now()
            ORDER BY next_try FOR UPDATE SKIP LOCKED LIMIT 1
        )
        RETURNING request_id, email, reason, attempts, trace
        """,
        lease,
    )
    return RefusalMail(**row) if row else None


async def refuse_later(db: Executor, mail: RefusalMail, delay: timedelta) -> None:
    """It could not be sent: again after `delay`."""
    await db.execute("UPDATE account_requests SET next_try = now() + $2 WHERE request_id = $1", mail.request_id, delay)
