"""The outbox: what a transaction says, until Kafka has it. Insert after the key is locked, or the key's order is lost."""

import json
from collections.abc import Sequence

import asyncpg

from contracts.envelope import Envelope

from .db import Connection
from .settings import EVENTS, MAX_MESSAGE_BYTES, Settings
from .work import Outgoing, WorkError

CHANNEL = "outbox"
ROOM_FOR_FRAMING = 1024
Row = tuple[str, str, int | None, str, bytes]
"""A row of the table, but for its seq: topic (its name in Kafka), key, version (on `events` alone), headers, body."""


async def insert(connection: Connection, topic: str, envelope: Envelope, body: bytes, limit: int = MAX_MESSAGE_BYTES) -> None:
    """Puts one message for `topic` (its name in Kafka) in the outbox, inside the caller's transaction; the commit wakes the relay.

    The caller has locked the key, in whatever table. Raises WorkError above `limit` bytes.
    """
    await put(connection, [(topic, envelope.key, None, _headers(envelope, len(body), limit), body)])
    await notify(connection)


def prepared(settings: Settings, sent: Outgoing) -> Row:
    """The row for a message. Raises WorkError for one that its topic does not take: it would stop the relay of the whole service."""
    headers = _headers(sent.envelope, len(sent.body), settings.limit(sent.topic))
    version = sent.envelope.version if sent.topic == EVENTS else None
    return settings.topic(sent.topic), sent.envelope.key, version, headers, sent.body


async def put(connection: Connection, rows: Sequence[Row]) -> None:
    """Puts `rows` in the outbox, in order: their keys are locked, and each row has the next seq."""
    await connection.execute(
        """
        INSERT INTO outbox (topic, key, version, headers, body)
        SELECT topic, key, version, headers, body
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bytea[]) WITH ORDINALITY
             AS new (topic, key, version, headers, body, place)
        ORDER BY place
        """,
        *(list(column) for column in zip(*rows, strict=True)),
    )


async def notify(connection: Connection) -> None:
    """Wakes the relay, wherever it runs; in a transaction, by the commit."""
    await connection.execute("SELECT pg_notify($1, '')", CHANNEL)


async def waiting(connection: Connection, above: int, most: int) -> tuple[list[asyncpg.Record], int, int]:
    """The first rows above a seq, in order, at most so many; and the snapshot (xmin, xmax) in which they were read."""
    rows = await connection.fetch(
        """
        SELECT seq, topic, key, headers, body,
               pg_snapshot_xmin(now)::text::bigint AS xmin, pg_snapshot_xmax(now)::text::bigint AS xmax
        FROM (SELECT pg_current_snapshot() AS now) AS snapshot
             LEFT JOIN LATERAL (SELECT * FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2) AS waiting ON true
        ORDER BY seq
        """,
        above,
        most,
    )
    return [row for row in rows if row["seq"] is not None], rows[0]["xmin"], rows[0]["xmax"]


async def delete(connection: Connection, seqs: Sequence[int]) -> None:
    """Kafka has these rows."""
    await connection.execute("DELETE FROM outbox WHERE seq = ANY($1::bigint[])", seqs)


def _headers(envelope: Envelope, body: int, limit: int) -> str:
    text = json.dumps({name: value.decode() for name, value in envelope.headers()})
    size = body + len(text) + len(envelope.key.encode()) + ROOM_FOR_FRAMING
    if size > limit:
        raise WorkError(f"{envelope.type} would have {size} bytes, and its topic takes {limit}")
    return text
