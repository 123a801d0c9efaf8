"""The outbox: what a transaction says, until Kafka has it. Insert after the key is locked, or the key's order is lost."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg
from pydantic_core import to_json

from contracts.envelope import Envelope, Position

from .db import Connection
from .settings import EVENTS, MAX_MESSAGE_BYTES, Settings
from .work import Outgoing, WorkError

CHANNEL = "outbox"
DOUBT = "doubt"
SEQUENCE, DECIDED = "ce_sequence", "ce_decided"
"""The headers that only a recovery and the auditor read: the row's seq, and what was known when the message was decided."""
ROOM_FOR_FRAMING = 1024
Row = tuple[str, str, int | None, str, bytes | None, str]
"""A row of the table, but for its seq: topic (its name in Kafka), key, version (on `events` alone), headers, body (None: what the key names
is erased), how it was decided."""


async def insert(connection: Connection, topic: str, envelope: Envelope, body: bytes, limit: int = MAX_MESSAGE_BYTES) -> None:
    """Puts one message for `topic` (its name in Kafka) in the outbox, inside the caller's transaction; the commit wakes the relay.

    The caller has locked the key, in whatever table. Raises WorkError above `limit` bytes.
    """
    await connection.execute(
        """
        WITH put AS (INSERT INTO outbox (topic, key, headers, body) VALUES ($1, $2, $3, $4))
        SELECT pg_notify($5, '')
        """,
        topic,
        envelope.key,
        _headers(envelope, len(body), limit),
        body,
        CHANNEL,
    )


def prepared(settings: Settings, sent: Outgoing, by: Position, read: Mapping[int, int]) -> Row:
    """The row for a message that the record at `by` caused (a topic without name when none did), in a transaction that had handled `events`
    up to `read` by then. Raises WorkError for one that its topic does not take: it would stop the relay of the whole service.
    """
    headers = _headers(sent.envelope, len(sent.body or b""), settings.limit(sent.topic))
    version = sent.envelope.version if sent.topic == EVENTS else None
    decided = to_json({"by": [by.topic, by.partition, by.offset], "read": read}).decode()
    return settings.topic(sent.topic), sent.envelope.key, version, headers, sent.body, decided


async def put(connection: Connection, rows: Sequence[Row], events: str, last_tick: datetime | None) -> None:
    """Puts `rows` in the outbox, in order: their keys are locked, and each row has the next seq. The commit wakes the relay.

    With each stands what was known when it was decided: how far `events` (its name in Kafka) has been read, and the last tick. The keys are
    locked: what has been read of them by now, the decision knew; and nobody reads more of them before it is committed.
    """
    await connection.execute(
        """
        WITH put AS (
            INSERT INTO outbox (topic, key, version, headers, body, decided)
            SELECT topic, key, version, headers, body, jsonb_build_object(
                       'by', decided -> 'by',
                       'tick', $8::text,
                       'read', (SELECT coalesce(jsonb_object_agg(partition, "offset"), '{}') FROM positions WHERE positions.topic = $7)
                               || (decided -> 'read')
                   )::text
            FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bytea[], $6::jsonb[]) WITH ORDINALITY
                 AS new (topic, key, version, headers, body, decided, place)
            ORDER BY place
        )
        SELECT pg_notify($9, '')
        """,
        *(list(column) for column in zip(*rows, strict=True)),
        events,
        last_tick.isoformat() if last_tick else None,
        CHANNEL,
    )


async def doubt(connection: Connection) -> None:
    """Whoever sends stops, and begins again with what is done before (`Service.before_sending`)."""
    await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, DOUBT)


async def waiting(connection: Connection, above: int, most: int) -> tuple[list[asyncpg.Record], int]:
    """The first rows above a seq, in order, at most so many; and the lowest number of a transaction that was at work meanwhile."""
    rows = await connection.fetch(
        """
        SELECT seq, topic, key, headers, body, decided, created_at, pg_snapshot_xmin(now)::text::bigint AS xmin
        FROM (SELECT pg_current_snapshot() AS now) AS snapshot
             LEFT JOIN LATERAL (SELECT * FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2) AS waiting ON true
        ORDER BY seq
        """,
        above,
        most,
    )
    return [row for row in rows if row["seq"] is not None], rows[0]["xmin"]


async def number_of_now(connection: Connection) -> int:
    """A transaction's number above that of everybody who has written anything by now.

    A snapshot's xmax is none: it follows the last transaction that ended, and who is still at work may have a higher number.
    """
    return int(await connection.fetchval("SELECT pg_current_xact_id()::text::bigint"))


async def delete(connection: Connection, seqs: Sequence[int]) -> None:
    """Kafka has these rows."""
    await connection.execute("DELETE FROM outbox WHERE seq = ANY($1::bigint[])", seqs)


def _headers(envelope: Envelope, body: int, limit: int) -> str:
    text = to_json({name: value.decode() for name, value in envelope.headers()}).decode()
    size = body + len(text) + len(envelope.key.encode()) + ROOM_FOR_FRAMING
    if size > limit:
        raise WorkError(f"{envelope.type} would have {size} bytes, and its topic takes {limit}")
    return text


async def count_on_from(connection: Connection, seq: int) -> None:
    """What is put from now on has a higher seq than this one, which the log holds already."""
    await connection.execute(
        "SELECT setval(pg_get_serial_sequence('outbox', 'seq'), greatest($1, nextval(pg_get_serial_sequence('outbox', 'seq'))))", seq
    )
