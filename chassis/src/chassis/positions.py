"""Where the service stands in each topic: `positions` in its own database is the truth."""

from collections.abc import Mapping, Sequence

from .db import Connection


async def open_all(connection: Connection, topic: str, partitions: Sequence[int]) -> dict[int, int]:
    """The last offset handled of each partition, -1 when there is none; from now on each has a row, to be locked by."""
    await connection.execute(
        """
        INSERT INTO positions (topic, partition, "offset") SELECT $1, partition, -1 FROM unnest($2::int[]) AS partition
        ON CONFLICT DO NOTHING
        """,
        topic,
        partitions,
    )
    rows = await connection.fetch('SELECT partition, "offset" FROM positions WHERE topic = $1 AND partition = ANY($2)', topic, partitions)
    return {row["partition"]: row["offset"] for row in rows}


async def not_reached(connection: Connection, wanted: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    """Those places of `wanted` that the service has not handled yet."""
    if not wanted:
        return {}
    rows = await connection.fetch(
        'SELECT topic, partition, "offset" FROM positions WHERE topic = ANY($1::text[])', sorted({topic for topic, _ in wanted})
    )
    reached = {(row["topic"], row["partition"]): row["offset"] for row in rows}
    return {place: offset for place, offset in wanted.items() if reached.get(place, -1) < offset}


async def ahead(connection: Connection, versions: Mapping[str, int]) -> list[str]:
    """The keys whose last event, by `versions`, this database never counted."""
    rows = await connection.fetch(
        """
        SELECT key FROM unnest($1::text[], $2::bigint[]) AS own (key, version) LEFT JOIN aggregates USING (key)
        WHERE coalesce(aggregates.version, 0) < own.version
        """,
        list(versions),
        list(versions.values()),
    )
    return [row["key"] for row in rows]
