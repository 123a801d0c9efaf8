"""Which actions an organisation has: what chooses and orders those that its home page shows (HOME-1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

from asyncpg import Pool

from gateway.areas.action.queries.actions import MARK, Mark, mark_of
from gateway.web.listing import Asked
from gateway.web.session import Viewer


@dataclass(frozen=True, slots=True)
class Listed:
    """An action of the viewer's: whether it is what is sought, and the mark of what is shown of it."""

    contract_number: str
    programme_year: int
    is_open: bool
    is_sought: bool
    mark: Mark


ORDERS: Mapping[str, tuple[LiteralString, LiteralString]] = {
    "contrat": ("contract_number", "contract_number DESC"),
    "intitule": ("by_title, contract_number", "by_title DESC, contract_number DESC"),
    "debut": ("planned_start, contract_number", "planned_start DESC, contract_number DESC"),
}
"""By what the list can be sorted, up and down; the first by default."""


async def list_own(db: Pool, viewer: Viewer, asked: Asked) -> list[Listed]:
    """Every action of the viewer's organisation, of all years, in the order that is asked."""
    rows = await db.fetch(
        "SELECT contract_number, programme_year, state = 'opened' AS is_open, sought LIKE ALL ($2::text[]) AS is_sought, "
        + MARK
        + " FROM actions a WHERE siret = $1 ORDER BY "
        + ORDERS[asked.order][asked.down],
        viewer.siret,
        asked.patterns,
    )
    return [Listed(row["contract_number"], row["programme_year"], row["is_open"], row["is_sought"], mark_of(row)) for row in rows]
