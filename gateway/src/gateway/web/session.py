"""Who is looking: server-side sessions behind an opaque token (ACC-5, ACC-7)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from asyncpg import Pool, Record

from chassis.instant import now

COOKIE = "__Host-sesame"
IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=12)
SEEN = timedelta(minutes=5)
"""How exactly it is kept when somebody was here last."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody logged in. `audience` names what reaches all of their side: their organisation's SIRET, or `agents`."""

    user_id: UUID
    role: Literal["organisation", "agent", "link", "system"]
    """`link`: nobody is logged in, they hold a personal link (SURV-1); `system`: nobody, what an organisation wants done by itself."""
    siret: str | None
    login: str
    name: str
    must_choose_password: bool
    access: int = 1
    """Which access to the account opened the session: identity's number of it."""
    administers: bool = False
    """Whether they administer their organisation's accounts (ACC-8), as far as the views know."""
    joined_at: datetime | None = None
    """Since when they are of their organisation: what it was told before is not theirs. None: of agents, and when nothing is known."""
    must_turn_on_factor: bool = False
    """The Region wants a second factor of them, and they have none."""

    @property
    def is_agent(self) -> bool:
        """Whether they act for the Region."""
        return self.role == "agent"

    @property
    def is_held(self) -> bool:
        """Whether there is something that they must do before anything else."""
        return self.must_choose_password or self.must_turn_on_factor

    @property
    def audience(self) -> str:
        """Whose notifications and drafts they share."""
        return self.siret or "agents"

    @property
    def audiences(self) -> list[str]:
        """Whose notifications are theirs: their side's, those of who administers its accounts, their own (NOT-1)."""
        return [self.audience, *([administrators(self.siret)] if self.siret and self.administers else []), str(self.user_id)]

    @property
    def owner(self) -> str:
        """Whose drafts they see: an organisation shares its own, an agent's are personal."""
        return self.siret or str(self.user_id)


def administrators(siret: str) -> str:
    """The audience of who administers an organisation's accounts."""
    return f"{siret}/administrators"


def hashed(token: str) -> bytes:
    """What is stored of a token: whoever copies the table opens no session."""
    return hashlib.sha256(token.encode()).digest()


def _viewer(row: Record) -> Viewer:
    return Viewer(**row)


async def open_session(db: Pool, viewer: Viewer, *, instead_of: str = "", browser: str = "") -> str:
    """A new session's token, 256 bits; it exists only in the answer's cookie. `browser` is for the list of the user's sessions.

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
        INSERT INTO sessions (token_hash, user_id, role, siret, login, name, must_choose_password, access, must_turn_on_factor, browser)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $10, $11)
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
        viewer.must_turn_on_factor,
        browser,
    )
    return token


async def find_viewer(db: Pool, token: str, *, touch: bool = True) -> Viewer | None:
    """Whose session this is; None when it is over. `touch` counts as activity (a page does, a live connection does not)."""
    row = await db.fetchrow(
        """
        WITH standing AS (
            SELECT sessions.*, coalesce(accounts.siret = sessions.siret AND has_right = 'administers', false) AS administers, joined_at
            FROM sessions JOIN accesses USING (user_id) LEFT JOIN accounts USING (user_id)
            WHERE token_hash = $1 AND sessions.seen_at > now() - $2::interval AND started_at > now() - $3::interval
              AND sessions.access >= greatest(accesses.access, accounts.access)
        ), touched AS (
            UPDATE sessions SET seen_at = now() FROM standing WHERE $4 AND sessions.token_hash = standing.token_hash
        ), seen AS (
            UPDATE accesses SET seen_at = $5::timestamptz FROM standing
            WHERE $4 AND accesses.user_id = standing.user_id
              AND (accesses.seen_at IS NULL OR accesses.seen_at NOT BETWEEN $5::timestamptz - $6::interval AND $5::timestamptz)
        )
        SELECT user_id, role, siret, login, name, must_choose_password, access, administers, joined_at, must_turn_on_factor FROM standing
        """,
        hashed(token),
        IDLE,
        AT_MOST,
        touch,
        now(),
        SEEN,
    )
    return _viewer(row) if row else None


async def end_session(db: Pool, token: str) -> None:
    """Log out (ACC-5)."""
    await db.execute("DELETE FROM sessions WHERE token_hash = $1", hashed(token))


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its user sees it: since when, when it was last used, in which browser, and whether it is the one that looks."""

    id: UUID
    started_at: datetime
    seen_at: datetime
    browser: str
    is_this: bool


async def load_sessions(db: Pool, viewer: Viewer, token: str) -> list[Listed]:
    """Every session of the viewer's that stands, `token`'s first (ACC-7)."""
    rows = await db.fetch(
        """
        SELECT id, started_at, seen_at, browser, token_hash = $2 AS is_this FROM sessions
        WHERE user_id = $1 AND access = $3 AND seen_at > now() - $4::interval AND started_at > now() - $5::interval
        ORDER BY token_hash = $2 DESC, seen_at DESC, id
        """,
        viewer.user_id,
        hashed(token),
        viewer.access,
        IDLE,
        AT_MOST,
    )
    return [Listed(**row) for row in rows]


async def end_others(db: Pool, viewer: Viewer, token: str, session: UUID | None = None) -> int:
    """Ends one session of the viewer's, or all but `token`'s own, which goes on; how many there were (ACC-7)."""
    ended: int = await db.fetchval(
        """
        WITH ended AS (
            DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2 AND id = coalesce($3, id) RETURNING 1
        )
        SELECT count(*) FROM ended
        """,
        viewer.user_id,
        hashed(token),
        session,
    )
    return ended


async def turned_on(db: Pool, viewer: Viewer, token: str) -> None:
    """The viewer has a second factor: this session may do anything, and those that were opened without a code end (ACC-7)."""
    await end_others(db, viewer, token)
    await db.execute(
        "UPDATE sessions SET must_turn_on_factor = false WHERE user_id = $1 AND token_hash = $2", viewer.user_id, hashed(token)
    )
