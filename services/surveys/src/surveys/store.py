"""All SQL of this service: the table of people, where what somebody wrote is kept so that erasing finds it (PRV-1), and which actions a day
has something to tell.
"""

import json
from collections.abc import Sequence

from chassis.db import Connection
from contracts.calendar import DayStarted
from contracts.personal import TextRecord


async def erase(connection: Connection, contract_number: str) -> list[str]:
    """Takes out what was written about an action (PRV-1); the ids of the records."""
    rows = await connection.fetch("DELETE FROM people WHERE contract_number = $1 RETURNING id", contract_number)
    return sorted(row["id"] for row in rows)


async def keep(connection: Connection, texts: Sequence[TextRecord]) -> None:
    """What somebody wrote."""
    await connection.execute(
        """
        INSERT INTO people (id, kind, contract_number, version, body)
        SELECT id, 'text', contract_number, version, body
        FROM unnest($1::text[], $2::text[], $3::int[], $4::jsonb[]) AS text (id, contract_number, version, body)
        """,
        [text.id for text in texts],
        [text.contract_number for text in texts],
        [text.version for text in texts],
        [json.dumps({"text": text.text}) for text in texts],
    )


async def woken_by(connection: Connection, event: DayStarted) -> list[str]:
    """The actions of which something is to be told with this day (SUR-3)."""
    rows = await connection.fetch("SELECT key FROM aggregates WHERE state ->> 'wakes_on' <= $1", event.day.isoformat())
    return [row["key"] for row in rows]
