"""Who is looking: server-side sessions behind an opaque token (ACC-5, ACC-7), and what was typed when one ended."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from asyncpg import Pool, Record

COOKIE = "__Host-sesame"
IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=12)
KEPT = timedelta(days=7)
"""How long an ended session is remembered: what its owner typed meanwhile still finds them."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody logged in. `audience` names what reaches them: their organisation's SIRET, or `agents`."""

    user_id: UUID
    role: Literal["organisation", "agent"]
    siret: str | None
    login: str
    name: str
    must_choose_password: bool

    @property
    def is_agent(self) -> bool:
        """Whether they act for the Region."""
        return self.role == "agent"

    @property
    def audience(self) -> str:
        """Whose notifications and drafts they share."""
        return self.siret or "agents"

    @property
    def owner(self) -> str:
        """Whose drafts they see: an organisation shares its own, an agent's are personal."""
        return self.siret or str(self.user_id)


def hashed(token: str) -> bytes:
    """What is stored of a token: whoever copies the table opens no session."""
    return hashlib.sha256(token.encode()).digest()


def _viewer(row: Record) -> Viewer:
    return Viewer(row["user_id"], row["role"], row["siret"], row["login"], row["name"], row["must_choose_password"])


async def open_session(db: Pool, viewer: Viewer) -> str:
    """A new session's token, 256 bits; it exists only in the answer's cookie."""
    token = secrets.token_urlsafe(32)
    await db.execute(
        """
        INSERT INTO sessions (token_hash, user_id, role, siret, login, name, must_choose_password)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        hashed(token),
        viewer.user_id,
        viewer.role,
        viewer.siret,
        viewer.login,
        viewer.name,
        viewer.must_choose_password,
    )
    return token


async def find_viewer(db: Pool, token: str, *, touch: bool = True) -> Viewer | None:
    """Whose session this is; None when it is over. `touch` counts as activity (a page does, a live connection does not)."""
    row = await db.fetchrow(
        """
        WITH touched AS (
            UPDATE sessions SET seen_at = now()
            WHERE $4 AND token_hash = $1 AND seen_at > now() - $2::interval AND started_at > now() - $3::interval
        )
        SELECT user_id, role, siret, login, name, must_choose_password FROM sessions
        WHERE token_hash = $1 AND seen_at > now() - $2::interval AND started_at > now() - $3::interval
        """,
        hashed(token),
        IDLE,
        AT_MOST,
        touch,
    )
    return _viewer(row) if row else None


async def find_lapsed(db: Pool, token: str) -> Viewer | None:
    """Whose session this was, when it has lapsed by itself: what they send now is kept as their draft, never carried out."""
    row = await db.fetchrow(
        "SELECT user_id, role, siret, login, name, must_choose_password FROM sessions WHERE token_hash = $1",
        hashed(token),
    )
    return _viewer(row) if row else None


async def end_session(db: Pool, token: str) -> None:
    """Log out (ACC-5)."""
    await db.execute("DELETE FROM sessions WHERE token_hash = $1", hashed(token))


async def end_others(db: Pool, user_id: UUID) -> None:
    """End every session of a user, as a changed password does (ACC-7); the caller opens a new one for who changed it."""
    await db.execute("DELETE FROM sessions WHERE user_id = $1", user_id)
