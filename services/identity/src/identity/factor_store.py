"""All SQL of second factors: secrets, recovery codes, remembered browsers, and the mails that tell of them (ACC-7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from contracts.factor_http import REMEMBERED_DAYS, Device

from .store import Executor

Kind = Literal["on", "off", "reset", "recovery"]
BEGUN = timedelta(minutes=30)
"""So long a phone may take to take in the secret."""
REMEMBERED = timedelta(days=REMEMBERED_DAYS)


@dataclass(frozen=True, slots=True)
class StoredFactor:
    """The factor of a user, sealed. `secret` is None although it is on: it was lost with a database that was restored."""

    turned_on_at: datetime | None
    secret: bytes | None
    last_step: int
    begun: bytes | None
    """Of a phone that is being taken in, if that began lately."""


@dataclass(frozen=True, slots=True)
class Told:
    """A mail about somebody's factor, claimed by one mailer for a while."""

    id: int
    user_id: UUID
    kind: Kind
    asked_at: datetime
    attempts: int
    trace: str | None


async def find(db: Executor, user_id: UUID) -> StoredFactor | None:
    """The factor of a user, on or just begun; None when there is neither."""
    row = await db.fetchrow(
        """
        SELECT turned_on_at, secret, last_step, CASE WHEN begun_at > now() - $2::interval THEN begun END AS begun
        FROM factors WHERE user_id = $1
        """,
        user_id,
        BEGUN,
    )
    return StoredFactor(**row) if row else None


async def begin(db: Executor, user_id: UUID, sealed: bytes) -> None:
    """A phone is to take in this secret. What is in force stays."""
    await db.execute(
        """
        INSERT INTO factors (user_id, begun, begun_at) VALUES ($1, $2, now())
        ON CONFLICT (user_id) DO UPDATE SET begun = excluded.begun, begun_at = excluded.begun_at
        """,
        user_id,
        sealed,
    )


async def turn_on(db: Executor, user_id: UUID, begun: bytes, step: int) -> bool:
    """What was begun is in force; no browser is remembered any more. False when something else was begun, or it is done."""
    done = await db.fetchval(
        """
        WITH forgotten AS (DELETE FROM devices WHERE user_id = $1)
        UPDATE factors SET turned_on_at = now(), secret = begun, last_step = $3, begun = NULL, begun_at = NULL
        WHERE user_id = $1 AND begun = $2 RETURNING true
        """,
        user_id,
        begun,
        step,
    )
    return bool(done)


async def lost(db: Executor, user_id: UUID) -> None:
    """It is on, no code is known to be right, no browser is remembered; nothing, when there is no such account any more."""
    await db.execute(
        """
        INSERT INTO factors (user_id, turned_on_at) SELECT user_id, now() FROM accounts WHERE user_id = $1
        ON CONFLICT (user_id) DO UPDATE SET turned_on_at = now(), secret = NULL, begun = NULL, begun_at = NULL
        """,
        user_id,
    )
    await keep_recovery_codes(db, user_id, ())
    await forget(db, user_id, None)


async def turn_off(db: Executor, user_id: UUID) -> bool:
    """Nothing of it is kept; False when it was not on."""
    return bool(await db.fetchval("DELETE FROM factors WHERE user_id = $1 AND turned_on_at IS NOT NULL RETURNING true", user_id))


async def reset(db: Executor, user_id: UUID) -> int | None:
    """The same, and the access to which no session belongs yet; None when it was not on."""
    access: int | None = await db.fetchval(
        """
        WITH reset AS (DELETE FROM factors WHERE user_id = $1 AND turned_on_at IS NOT NULL RETURNING user_id)
        UPDATE accounts SET access = access + 1 FROM reset WHERE accounts.user_id = reset.user_id RETURNING access
        """,
        user_id,
    )
    return access


async def sealed(db: Executor) -> list[tuple[UUID, bytes | None, bytes | None]]:
    """What is sealed of whom: in force, and begun."""
    rows = await db.fetch("SELECT user_id, secret, begun FROM factors WHERE coalesce(secret, begun) IS NOT NULL")
    return [(row["user_id"], row["secret"], row["begun"]) for row in rows]


async def seal_anew(db: Executor, before: bytes, after: bytes) -> None:
    """The same secret, sealed with another key; nothing, when it was changed meanwhile."""
    await db.execute("UPDATE factors SET secret = $2 WHERE secret = $1", before, after)
    await db.execute("UPDATE factors SET begun = $2 WHERE begun = $1", before, after)


async def is_of(db: Executor, user_id: UUID, siret: str) -> bool:
    """Whether this user acts for that organisation."""
    return bool(
        await db.fetchval("SELECT EXISTS (SELECT FROM accounts WHERE user_id = $1 AND key = $2 AND role = 'organisation')", user_id, siret)
    )


async def agents(db: Executor) -> list[tuple[str, datetime | None]]:
    """The login of every agent who can log in, and since when a code is asked of them."""
    rows = await db.fetch(
        """
        SELECT login, turned_on_at FROM accounts LEFT JOIN factors USING (user_id) WHERE role = 'agent' AND NOT disabled ORDER BY login
        """
    )
    return [(row["login"], row["turned_on_at"]) for row in rows]


async def spend_step(db: Executor, user_id: UUID, step: int) -> bool:
    """The code of this time step was right; False when it, or a later one, was already."""
    done = await db.fetchval(
        "UPDATE factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2 AND turned_on_at IS NOT NULL RETURNING true", user_id, step
    )
    return bool(done)


# Recovery codes


async def keep_recovery_codes(db: Executor, user_id: UUID, digests: Sequence[bytes]) -> None:
    """These codes, and no earlier ones."""
    await db.execute("DELETE FROM recovery_codes WHERE user_id = $1", user_id)
    await db.execute(
        """
        INSERT INTO recovery_codes (user_id, number, digest)
        SELECT $1, number, digest FROM unnest($2::bytea[]) WITH ORDINALITY AS made (digest, number)
        """,
        user_id,
        list(digests),
    )


async def find_recovery_code(db: Executor, user_id: UUID, digests: Sequence[bytes]) -> tuple[int, bool] | None:
    """Which of the ten it is, by one of these digests, and whether it was used; None when it is none of them."""
    row = await db.fetchrow(
        "SELECT number, used_at IS NOT NULL AS used FROM recovery_codes WHERE user_id = $1 AND digest = ANY($2)", user_id, list(digests)
    )
    return (row["number"], row["used"]) if row else None


async def spend_recovery_code(db: Executor, user_id: UUID, number: int) -> bool:
    """It was used; False when it was already."""
    done = await db.fetchval(
        "UPDATE recovery_codes SET used_at = now() WHERE user_id = $1 AND number = $2 AND used_at IS NULL RETURNING true", user_id, number
    )
    return bool(done)


async def recovery_codes_left(db: Executor, user_id: UUID) -> int:
    """How many were not used."""
    left: int = await db.fetchval("SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL", user_id)
    return left


# Remembered browsers


async def remember(db: Executor, user_id: UUID, access: int, token_hash: bytes, browser: str) -> None:
    """No code is asked of the browser that shows this token."""
    await db.execute(
        "INSERT INTO devices (token_hash, user_id, access, browser) VALUES ($1, $2, $3, $4)", token_hash, user_id, access, browser
    )


async def is_remembered(db: Executor, user_id: UUID, access: int, token_hash: bytes) -> bool:
    """Whether no code is asked of it; it is noted that it came."""
    known = await db.fetchval(
        """
        UPDATE devices SET used_at = now()
        WHERE token_hash = $3 AND user_id = $1 AND access = $2 AND remembered_at > now() - $4::interval RETURNING true
        """,
        user_id,
        access,
        token_hash,
        REMEMBERED,
    )
    return bool(known)


async def devices_of(db: Executor, user_id: UUID) -> tuple[Device, ...]:
    """The browsers of which no code is asked, the last to come first."""
    rows = await db.fetch(
        """
        SELECT id, browser, remembered_at, used_at FROM devices JOIN accounts USING (user_id)
        WHERE user_id = $1 AND devices.access = accounts.access AND remembered_at > now() - $2::interval ORDER BY used_at DESC, id
        """,
        user_id,
        REMEMBERED,
    )
    return tuple(Device(**row) for row in rows)


async def forget(db: Executor, user_id: UUID, device: UUID | None) -> None:
    """A code is asked again, of one browser of theirs or of all."""
    await db.execute("DELETE FROM devices WHERE user_id = $1 AND id = coalesce($2, id)", user_id, device)


async def tidy(db: Executor) -> None:
    """Forgets browsers whose days are over, and phones that nobody went on with."""
    await db.execute("DELETE FROM devices WHERE remembered_at < now() - $1::interval", REMEMBERED)
    await db.execute("DELETE FROM factors WHERE turned_on_at IS NULL AND begun_at < now() - $1::interval", BEGUN)
    await db.execute("UPDATE factors SET begun = NULL, begun_at = NULL WHERE begun_at < now() - $1::interval", BEGUN)


# Mails


async def ask_mail(db: Executor, user_id: UUID, kind: Kind, trace: str | None) -> None:
    """The user is to be told, because of a `trace`."""
    await db.execute("INSERT INTO factor_mails (user_id, kind, trace) VALUES ($1, $2, $3)", user_id, kind, trace)


async def claim_mail(db: Executor, lease: timedelta) -> Told | None:
    """The next mail that is due; nobody else has it for a `lease`."""
    row = await db.fetchrow(
        """
        UPDATE factor_mails SET next_try = now() + $1, attempts = attempts + 1
        WHERE id = (SELECT id FROM factor_mails WHERE next_try <= now() ORDER BY next_try FOR UPDATE SKIP LOCKED LIMIT 1)
        RETURNING id, user_id, kind, asked_at, attempts, trace
        """,
        lease,
    )
    return Told(**row) if row else None


async def mail_is_out(db: Executor, told: Told) -> None:
    """It was sent."""
    await db.execute("DELETE FROM factor_mails WHERE id = $1", told.id)


async def mail_later(db: Executor, told: Told, delay: timedelta) -> None:
    """It could not be sent: again after `delay`."""
    await db.execute("UPDATE factor_mails SET next_try = now() + $2 WHERE id = $1", told.id, delay)
