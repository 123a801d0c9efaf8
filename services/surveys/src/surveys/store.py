"""All SQL of this service."""

import json

from chassis.db import Connection
from contracts.personal import TextRecord


async def keep_text(connection: Connection, record: TextRecord) -> None:
    """What somebody wrote, where erasing will find it (PRV-1)."""
    await connection.execute(
        "INSERT INTO people (id, kind, contract_number, version, body) VALUES ($1, 'text', $2, $3, $4)",
        record.id,
        record.contract_number,
        record.version,
        json.dumps({"text": record.text}),
    )
