"""What the worker tells the web process: a command's answer, how far each key's view has come, who has something new to look at."""

import json
from collections.abc import Iterable, Iterator, Sequence

from chassis.db import Connection
from chassis.settings import EVENTS
from chassis.work import Work
from gateway.web.hub import CHANGED

LONGEST = 7_000
"""Bytes of one payload; PostgreSQL takes fewer than 8,000."""


async def after_batch(connection: Connection, works: Sequence[Work[None]]) -> None:
    """Once per batch: positions, and hints for open pages."""
    await keep_positions(connection, works)
    await hint(connection, works)


async def keep_positions(connection: Connection, works: Sequence[Work[None]]) -> None:
    """The last event of each key that the views contain: a command is stamped with it, and waits until its service has read it too."""
    last = {work.key: work.position for work in works if work.position.topic.endswith(EVENTS)}
    await connection.execute(
        """
        INSERT INTO applied (key, topic, partition, "offset") SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[])
        ON CONFLICT (key) DO UPDATE SET topic = excluded.topic, partition = excluded.partition, "offset" = excluded."offset"
        """,
        list(last),
        [position.topic for position in last.values()],
        [position.partition for position in last.values()],
        [position.offset for position in last.values()],
    )


async def hint(connection: Connection, works: Sequence[Work[None]]) -> None:
    """Names the keys, and the organisations that hold them, whose pages may look again; agents see every action."""
    if not works:
        return
    keys = {work.key for work in works}
    rows = await connection.fetch(
        """
        SELECT contract_number, siret FROM actions
        WHERE contract_number IN (SELECT unnest($1::text[]) UNION SELECT contract_number FROM people WHERE id = ANY($1))
        """,
        list(keys),
    )
    audiences = {"agents", *keys, *(row["contract_number"] for row in rows), *(row["siret"] for row in rows)}
    for payload in payloads(audiences):
        await connection.execute("SELECT pg_notify($1, $2)", CHANGED, payload)


def payloads(audiences: Iterable[str]) -> Iterator[str]:
    """JSON lists that hold all of `audiences`, each short enough for a NOTIFY."""
    gathered: list[str] = []
    size = 0
    for audience in sorted(audiences):
        room = len(json.dumps(audience)) + 2
        if gathered and size + room > LONGEST:
            yield json.dumps(gathered)
            gathered, size = [], 0
        gathered.append(audience)
        size += room
    if gathered:
        yield json.dumps(gathered)
