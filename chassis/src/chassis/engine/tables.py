"""The SQL of a batch: where the service stands in each partition, its keys and their states, what it has seen, its time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from ..db import Connection
from ..record import Partition
from ..service import Series

Seen = tuple[int, UUID | None]
"""The highest version that was taken, and the id of the message that had it; None when that was not kept."""

SHARED = 0x5A
"""The class of the advisory locks on what is shared: none of the database's others is of it."""


async def open_positions(connection: Connection, topic: str, partitions: Sequence[int]) -> dict[int, int]:
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


async def lock_positions(connection: Connection, partitions: Collection[Partition]) -> tuple[dict[Partition, int], datetime | None]:
    """The positions of these partitions, and the time of the last tick.

    A second reader of one of them waits here, and then finds it moved.
    """
    rows = await connection.fetch(
        """
        SELECT topic, partition, "offset", (SELECT at FROM ticked) AS last_tick
        FROM positions JOIN unnest($1::text[], $2::int[]) AS wanted (topic, partition) USING (topic, partition)
        ORDER BY topic, partition FOR UPDATE OF positions
        """,
        [topic for topic, _ in partitions],
        [partition for _, partition in partitions],
    )
    return {(row["topic"], row["partition"]): row["offset"] for row in rows}, rows[0]["last_tick"] if rows else None


async def write_positions(connection: Connection, offsets: Mapping[Partition, int]) -> None:
    """The service stands there now."""
    await connection.execute(
        """
        INSERT INTO positions (topic, partition, "offset") SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
        ON CONFLICT (topic, partition) DO UPDATE SET "offset" = excluded."offset"
        """,
        [topic for topic, _ in offsets],
        [partition for _, partition in offsets],
        list(offsets.values()),
    )


async def pass_over(connection: Connection, ranges: Mapping[Partition, tuple[int, int]]) -> set[Partition]:
    """The service stands at the end of these ranges (first and last offset) now, or further on; those that it had not come up to are left
    out, and stay where they were.
    """
    rows = await connection.fetch(
        """
        WITH reached AS (
            SELECT topic, partition, last
            FROM positions JOIN unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) AS range (topic, partition, first, last)
                USING (topic, partition)
            WHERE "offset" >= first - 1 ORDER BY topic, partition FOR UPDATE OF positions
        )
        UPDATE positions SET "offset" = greatest("offset", last) FROM reached
        WHERE positions.topic = reached.topic AND positions.partition = reached.partition
        RETURNING positions.topic, positions.partition
        """,
        [topic for topic, _ in ranges],
        [partition for _, partition in ranges],
        [first for first, _ in ranges.values()],
        [last for _, last in ranges.values()],
    )
    return {(row["topic"], row["partition"]) for row in rows}


async def positions_not_reached(connection: Connection, wanted: Mapping[Partition, int]) -> dict[Partition, int]:
    """Those offsets of `wanted` that the service has not handled yet."""
    if not wanted:
        return {}
    rows = await connection.fetch(
        'SELECT topic, partition, "offset" FROM positions WHERE topic = ANY($1::text[])', sorted({topic for topic, _ in wanted})
    )
    reached = {(row["topic"], row["partition"]): row["offset"] for row in rows}
    return {partition: offset for partition, offset in wanted.items() if reached.get(partition, -1) < offset}


async def create_aggregates(connection: Connection, keys: Sequence[str]) -> None:
    """Gives each of these keys, which are sorted, a row to be locked by."""
    await connection.execute(
        "INSERT INTO aggregates (key) SELECT key FROM unnest($1::text[]) AS key ORDER BY key ON CONFLICT DO NOTHING", keys
    )


async def lock_aggregates(connection: Connection, keys: Sequence[str]) -> list[asyncpg.Record]:
    """The rows (key, version, state) of those of `keys` that have one, locked in the order of the keys."""
    return await connection.fetch(
        'SELECT key, version, state::text FROM aggregates WHERE key = ANY($1) ORDER BY key COLLATE "C" FOR UPDATE', keys
    )


async def lock_shared(connection: Connection, names: Collection[str]) -> None:
    """Locks these names until the transaction ends, whoever else names them. Two that share a number lock each other: they only wait."""
    await connection.execute(
        """
        SELECT pg_advisory_xact_lock($2, number)
        FROM (SELECT DISTINCT hashtext(name) AS number FROM unnest($1::text[]) AS name ORDER BY number) AS sorted
        """,
        list(names),
        SHARED,
    )


async def write_aggregates(connection: Connection, rows: Iterable[tuple[str, int, str | None]]) -> None:
    """Keys with their new version and state; a state of None leaves the old one."""
    keys, versions, states = zip(*rows, strict=True)
    await connection.execute(
        """
        UPDATE aggregates SET version = new.version, state = coalesce(new.state, aggregates.state)
        FROM unnest($1::text[], $2::bigint[], $3::jsonb[]) AS new (key, version, state) WHERE aggregates.key = new.key
        """,
        keys,
        versions,
        states,
    )


async def version(connection: Connection, key: str) -> int:
    """The number of the last event of `key` that this database counted; 0 when there is none."""
    counted: int | None = await connection.fetchval("SELECT version FROM aggregates WHERE key = $1", key)
    return counted or 0


async def uncounted(connection: Connection, versions: Mapping[str, int]) -> list[str]:
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


async def seen_versions(connection: Connection, of: Collection[Series]) -> dict[Series, Seen]:
    """The highest version that was taken from each source about each key; without those of which there is none."""
    rows = await connection.fetch(
        """
        SELECT source, key, version, id FROM seen
        JOIN unnest($1::text[], $2::text[]) AS wanted (source, key) USING (source, key)
        """,
        [source for source, _ in of],
        [key for _, key in of],
    )
    return {(row["source"], row["key"]): (row["version"], row["id"]) for row in rows}


async def write_seen_versions(connection: Connection, seen: Mapping[Series, Seen]) -> None:
    """These versions, by source and key, have been taken."""
    await connection.execute(
        """
        INSERT INTO seen (source, key, version, id) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[])
        ON CONFLICT (source, key) DO UPDATE SET version = excluded.version, id = excluded.id
        """,
        [source for source, _ in seen],
        [key for _, key in seen],
        [version for version, _ in seen.values()],
        [id_ for _, id_ in seen.values()],
    )


async def last_tick(connection: Connection) -> datetime | None:
    """The time of the last tick that the service has done."""
    ticked: datetime | None = await connection.fetchval("SELECT at FROM ticked")
    return ticked


async def tick(connection: Connection, at: datetime) -> None:
    """The service's time moves on to `at`, never back."""
    await connection.execute(
        "INSERT INTO ticked (at) VALUES ($1) ON CONFLICT (one) DO UPDATE SET at = greatest(ticked.at, excluded.at)", at
    )
