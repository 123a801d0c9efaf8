"""Who is looking: server-side sessions behind an opaque token (ACC-5, ACC-7)."""

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


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody logged in. `audience` names what reaches them: their organisation's SIRET, or `agents`."""

    user_id: UUID
    role: Literal["organisation", "agent", "link"]
    """`link`: nobody is logged in, they hold a personal link (SURV-1)."""
    siret: str | None
    login: str
    name: str
    must_choose_password: bool
    access: int = 1
    """Which access to the account opened the session: identity's number of it."""

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
    return Viewer(row["user_id"], row["role"], row["siret"], row["login"], row["name"], row["must_choose_password"], row["access"])


async def open_session(db: Pool, viewer: Viewer, *, instead_of: str = "") -> str:
    """A new session's token, 256 bits; it exists only in the answer's cookie.

    The browser's session until now (`instead_of`, its token) ends, and so do the user's sessions of an earlier access (ACC-7).
    """
    token = secrets.token_urlsafe(32)
    await db.execute(
        """
        WITH known AS (
            INSERT INTO accesses AS known (user_id, access) VALUES ($2, $8)
            ON CONFLICT (user_id) DO UPDATE SET access = greatest(known.access, excluded.access) RETURNING access
        ), ended AS (
            DELETE FROM sessions USING known WHERE token_hash = $9 OR user_id = $2 AND sessions.access < known.access
        )
        INSERT INTO sessions (token_hash, user_id, role, siret, login, name, must_choose_password, access)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        hashed(token),
        viewer.user_id,
        viewer.role,
        viewer.siret,
        viewer.login,
        viewer.name,
        viewer.must_choose_password,
        viewer.access,
        hashed(instead_of),
    )
    return token


async def find_viewer(db: Pool, token: str, *, touch: bool = True) -> Viewer | None:
    """Whose session this is; None when it is over. `touch` counts as activity (a page does, a live connection does not)."""
    row = await db.fetchrow(
        """
        WITH standing AS (
            SELECT sessions.* FROM sessions JOIN accesses USING (user_id) LEFT JOIN accounts USING (user_id)
            WHERE token_hash = $1 AND seen_at > now() - $2::interval AND started_at > now() - $3::interval
              AND sessions.access >= greatest(accesses.access, accounts.access)
        ), touched AS (
            UPDATE sessions SET seen_at = now() FROM standing WHERE $4 AND sessions.token_hash = standing.token_hash
        )
        SELECT user_id, role, siret, login, name, must_choose_password, access FROM standing
        """,
        hashed(token),
        IDLE,
        AT_MOST,
        touch,
    )
    return _viewer(row) if row else None


async def end_session(db: Pool, token: str) -> None:
    """Log out (ACC-5)."""
    await db.execute("DELETE FROM sessions WHERE token_hash = $1", hashed(token))
