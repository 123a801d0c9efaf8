"""The people of one organisation, as who administers its accounts and agents see them (ACC-8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from asyncpg import Pool, Record

from contracts.codes import AccountRight
from gateway.web.session import Viewer


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of an organisation, and how their account stands; `name` and `email` are empty once they are erased."""

    user_id: UUID
    name: str
    email: str
    right: AccountRight
    credentials_sent_at: datetime | None
    activated_at: datetime | None
    disabled_at: datetime | None
    seen_at: datetime | None
    """When they last did something in the portal."""

    @property
    def administers(self) -> bool:
        """Whether they administer the accounts."""
        return self.right is AccountRight.ADMINISTERS


async def list_colleagues(db: Pool, viewer: Viewer, siret: str) -> list[Colleague]:
    """Everybody who can log in for this organisation, in the order in which they came; nobody for whom it is not to see."""
    rows = await db.fetch(
        """
        SELECT a.user_id, coalesce(p.body ->> 'name', '') AS name, coalesce(p.body ->> 'email', '') AS email, a.has_right,
            a.credentials_sent_at, a.activated_at, a.disabled_at, s.seen_at
        FROM accounts a LEFT JOIN people p ON p.id = a.person AND p.kind = 'user' LEFT JOIN accesses s USING (user_id)
        WHERE a.siret = $1 AND a.removed_at IS NULL AND ($2 OR a.siret = $3 AND $4)
        ORDER BY a.joined_at NULLS FIRST, a.user_id
        """,
        siret,
        viewer.is_agent,
        viewer.siret,
        viewer.administers,
    )
    return [_colleague(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks for an account (ACC-4): for which organisation, what the Region knows of that, and what became of it."""

    request_id: UUID
    siret: str
    requested_at: datetime
    state: str
    answered_at: datetime | None
    answered_by: str | None
    known_as: str | None
    """The organisation's name, when it has an account already, as all have that hold a contract."""
    users: int
    contracts: int


ASKED: LiteralString = """
    SELECT r.request_id, r.siret, r.requested_at, r.state, r.answered_at, p.body ->> 'name' AS answered_by, o.name AS known_as,
        (SELECT count(*) FROM accounts u WHERE u.siret = r.siret AND u.removed_at IS NULL) AS users,
        (SELECT count(*) FROM actions c WHERE c.siret = r.siret) AS contracts
    FROM account_requests r LEFT JOIN organisations o USING (siret)
    LEFT JOIN accounts a ON a.user_id::text = r.answered_by AND a.siret IS NULL LEFT JOIN people p ON p.id = a.person
"""
MOST_LISTED = 400


async def list_asked(db: Pool, viewer: Viewer) -> list[Asked]:
    """Those without an answer, the oldest first, then the others, the latest first; for agents."""
    rows = await db.fetch(
        ASKED
        + """
        WHERE $1 ORDER BY r.state <> 'open', CASE r.state WHEN 'open' THEN r.requested_at END, r.answered_at DESC, r.request_id LIMIT $2
        """,
        viewer.is_agent,
        MOST_LISTED,
    )
    return [Asked(**row) for row in rows]


async def find_asked(db: Pool, viewer: Viewer, request_id: UUID) -> Asked | None:
    """One of them; None when there is none, or for who is no agent."""
    row = await db.fetchrow(ASKED + " WHERE r.request_id = $1 AND $2", request_id, viewer.is_agent)
    return Asked(**row) if row else None


def _colleague(row: Record) -> Colleague:
    return Colleague(right=AccountRight(row["has_right"]), **{name: row[name] for name in Colleague.__slots__ if name != "right"})
