"""From which other actions of the same organisation trainees can be copied."""

from dataclasses import dataclass
from datetime import date

from asyncpg import Pool

from gateway.web.session import Viewer


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another action with trainees on its list."""

    contract_number: str
    title: str
    planned_start: date
    registered: int


async def list_earlier(db: Pool, viewer: Viewer, contract_number: str, limit: int = 100) -> list[Earlier]:
    """The viewer's other actions with trainees, the latest first."""
    rows = await db.fetch(
        """
        SELECT contract_number, title, planned_start, count(*) AS registered FROM actions JOIN trainees USING (contract_number)
        WHERE ($2 OR siret = $3) AND contract_number <> $1 AND trainees.state <> 'removed'
        GROUP BY contract_number ORDER BY planned_start DESC, contract_number LIMIT $4
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
        limit,
    )
    return [Earlier(**row) for row in rows]
