"""What waits for the Region's agents, and the actions as they see them (BIL-7, SUR-2, ACT-1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from asyncpg import Pool

from gateway.web.listing import PER_PAGE, Asked, Page
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


ORDERS: Mapping[str, tuple[LiteralString, LiteralString]] = {
    "debut": ("a.planned_start, a.contract_number", "a.planned_start DESC, a.contract_number DESC"),
    "contrat": ("a.contract_number", "a.contract_number DESC"),
    "intitule": ("a.by_title, a.contract_number", "a.by_title DESC, a.contract_number DESC"),
    "organisme": (
        "a.by_organisation, a.contract_number",
        "a.by_organisation DESC, a.contract_number DESC",
    ),
    "annee": ("a.programme_year, a.contract_number", "a.programme_year DESC, a.contract_number DESC"),
    "etat": ("a.state, a.contract_number", "a.state DESC, a.contract_number DESC"),
}
"""By what the list can be sorted, up and down; the first by default."""

MATCHING: LiteralString = """
    FROM actions a
    WHERE $1 AND ($2::text IS NULL OR a.state = $2) AND ($3::int IS NULL OR a.programme_year = $3)
      AND a.sought LIKE ALL ($4::text[])
"""


async def list_actions(db: Pool, viewer: Viewer, asked: Asked, *, state: str | None, year: int | None) -> Page[ActionRow]:
    """A page of the actions that match, for an agent: in this state, of this programme year."""
    sought = (viewer.is_agent, state, year, asked.patterns)
    rows: Any = await db.fetch(
        """
        SELECT a.contract_number, a.title, a.organisation_name AS organisation, a.state, a.programme_year, a.planned_start, a.planned_end,
            (SELECT count(*) FROM trainees t WHERE t.contract_number = a.contract_number AND t.state IN ('registered', 'entered'))
                AS registered
        """
        + MATCHING
        + "ORDER BY "
        + ORDERS[asked.order][asked.down]
        + " LIMIT $5 OFFSET $6",
        *sought,
        PER_PAGE,
        asked.offset,
    )
    count = await db.fetchval("SELECT count(*)" + MATCHING, *sought)
    return Page(asked, [ActionRow(**{name: row[name] for name in ActionRow.__slots__}) for row in rows], count)


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
