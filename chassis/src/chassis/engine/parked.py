"""Messages that wait for the operator: they could not be handled, or came after one of the same key that could not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from ..db import Connection
from ..record import Record
from .incoming import Incoming


@dataclass(frozen=True, slots=True)
class Parked:
    """A row of `parked`. `error` is None for a message that only waits for one before it."""

    id: int
    keys: tuple[str, ...]
    record: Record
    error: str | None
    parked_at: datetime


async def blocked(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of `keys` for which messages are parked."""
    rows = await connection.fetch(
        "SELECT DISTINCT held FROM parked CROSS JOIN unnest(keys) AS held WHERE keys && $1::text[] AND held = ANY($1::text[])", list(keys)
    )
    return {row["held"] for row in rows}


async def park(connection: Connection, messages: Sequence[Incoming]) -> None:
    """Keeps what was read, in order, with why."""
    await connection.executemany(
        """
        INSERT INTO parked (keys, topic, partition, "offset", key, header_names, header_values, body, written_at, error)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        [
            (
                incoming.holds,
                incoming.record.topic,
                incoming.record.partition,
                incoming.record.offset,
                incoming.record.key,
                [name.encode() for name, _ in incoming.record.headers],
                [value for _, value in incoming.record.headers],
                incoming.record.body,
                incoming.record.timestamp,
                incoming.poison,
            )
            for incoming in messages
        ],
    )


async def every(connection: Connection) -> list[Parked]:
    """All that is parked, in order."""
    return [_parked(row) for row in await connection.fetch("SELECT * FROM parked ORDER BY id")]


async def find(connection: Connection, number: int) -> Parked | None:
    """The parked message with that id."""
    row = await connection.fetchrow("SELECT * FROM parked WHERE id = $1", number)
    return _parked(row) if row else None


async def at(connection: Connection, topic: str, partition: int, offset: int) -> int | None:
    """The id of the parked message that was read there."""
    number: int | None = await connection.fetchval(
        'SELECT id FROM parked WHERE topic = $1 AND partition = $2 AND "offset" = $3', topic, partition, offset
    )
    return number


async def of_key(connection: Connection, key: str) -> list[Parked]:
    """What is parked for `key`, in order."""
    return [_parked(row) for row in await connection.fetch("SELECT * FROM parked WHERE keys @> ARRAY[$1] ORDER BY id", key)]


async def first_before(connection: Connection, number: int, keys: Collection[str]) -> int | None:
    """The id of the first message parked before that of `number` that holds one of these keys up: it has to go first."""
    first: int | None = await connection.fetchval("SELECT min(id) FROM parked WHERE keys && $1::text[] AND id < $2", list(keys), number)
    return first


async def remove(connection: Connection, number: int) -> bool:
    """Takes the message out; False when somebody else did."""
    return await connection.fetchval("DELETE FROM parked WHERE id = $1 RETURNING true", number) is not None


def _parked(row: asyncpg.Record) -> Parked:
    headers = tuple((name.decode(), value) for name, value in zip(row["header_names"], row["header_values"], strict=True))
    record = Record(row["topic"], row["partition"], row["offset"], row["key"], headers, row["body"], row["written_at"])
    return Parked(row["id"], tuple(row["keys"]), record, row["error"], row["parked_at"])
