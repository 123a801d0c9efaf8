"""The people of one organisation, as who administers its accounts and agents see them (ACC-8)."""

from dataclasses import dataclass
from datetime import datetime
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


def _colleague(row: Record) -> Colleague:
    return Colleague(right=AccountRight(row["has_right"]), **{name: row[name] for name in Colleague.__slots__ if name != "right"})
