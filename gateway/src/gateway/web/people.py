"""The names of trainees, as sentences mention them."""

from asyncpg import Pool

from .session import Viewer


async def names_of_trainees(db: Pool, viewer: Viewer, contract_number: str) -> dict[str, str]:
    """NOM Prénom of each trainee of an action of the viewer's, by id: what a refusal's sentence needs."""
    rows = await db.fetch(
        """
        SELECT split_part(id, '/', 2) AS trainee_id, concat_ws(' ', body->>'last_name', body->>'first_name') AS name FROM people
        WHERE kind = 'trainee' AND contract_number = (SELECT contract_number FROM actions WHERE contract_number = $1 AND ($2 OR siret = $3))
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    return {row["trainee_id"]: row["name"] for row in rows}
