"""The names of trainees, as sentences mention them."""

from asyncpg import Pool


async def names_of_trainees(db: Pool, contract_number: str) -> dict[str, str]:
    """NOM Prénom of each trainee of an action, by id: what a refusal's sentence needs."""
    rows = await db.fetch(
        "SELECT id, body->>'last_name' AS last, body->>'first_name' AS first FROM people WHERE contract_number = $1 AND kind = 'trainee'",
        contract_number,
    )
    return {row["id"]: f"{row['last']} {row['first']}" for row in rows}
