"""What waits for the Region's agents, and the actions as they see them (BIL-7, SUR-2, ACT-1)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from asyncpg import Pool

from gateway.web.session import Viewer


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action in the agents' list."""

    contract_number: str
    title: str
    organisation: str
    state: str
    programme_year: int
    planned_start: date
    planned_end: date
    registered: int


async def list_actions(
    db: Pool, viewer: Viewer, *, search: str, state: str | None, year: int | None, limit: int, offset: int
) -> tuple[list[ActionRow], int]:
    """A page of the actions that match, and how many there are."""
    rows: Any = await db.fetch(
        """
        SELECT a.contract_number, a.title, a.terms->'organisation'->>'name' AS organisation, a.state, a.programme_year, a.planned_start,
            a.planned_end, count(*) OVER () AS total,
            (SELECT count(*) FROM trainees t WHERE t.contract_number = a.contract_number AND t.state IN ('registered', 'entered'))
                AS registered
        FROM actions a
        WHERE ($6 OR a.siret = $7)
          AND ($1 = '' OR concat_ws(' ', a.contract_number, a.title, a.terms->'organisation'->>'name', a.siret) ILIKE '%' || $1 || '%')
          AND ($2::text IS NULL OR a.state = $2) AND ($3::int IS NULL OR a.programme_year = $3)
        ORDER BY a.planned_start DESC, a.contract_number LIMIT $4 OFFSET $5
        """,
        search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_"),
        state,
        year,
        limit,
        offset,
        viewer.is_agent,
        viewer.siret,
    )
    found = [ActionRow(**{name: row[name] for name in ActionRow.__slots__}) for row in rows]
    return found, rows[0]["total"] if rows else 0


async def load_years(db: Pool, viewer: Viewer) -> list[int]:
    """The programme years that have actions of the viewer's, latest first."""
    rows = await db.fetch(
        "SELECT DISTINCT programme_year FROM actions WHERE $1 OR siret = $2 ORDER BY 1 DESC", viewer.is_agent, viewer.siret
    )
    return [row["programme_year"] for row in rows]


async def account_state(db: Pool, viewer: Viewer, siret: str) -> Any:
    """Whether the organisation's first account has been used: credentials can be sent again until then (ACC-1)."""
    return await db.fetchrow(
        """
        SELECT credentials_sent_at, activated_at FROM accounts WHERE siret = $1 AND ($2 OR siret = $3)
        ORDER BY activated_at NULLS LAST LIMIT 1
        """,
        siret,
        viewer.is_agent,
        viewer.siret,
    )
