"""The outbox: what a transaction says, until Kafka has it. Insert after the key is locked, or the key's order is lost."""

import json
from collections.abc import Sequence

from contracts.envelope import Envelope

from .db import Connection
from .settings import EVENTS, MAX_MESSAGE_BYTES, Settings
from .work import Outgoing, WorkError

CHANNEL = "outbox"
ROOM_FOR_FRAMING = 1024


async def insert(connection: Connection, topic: str, envelope: Envelope, body: bytes, limit: int = MAX_MESSAGE_BYTES) -> None:
    """Puts one message for `topic` (its name in Kafka) in the outbox, inside the caller's transaction; the commit wakes the relay.

    The caller has locked the key, in whatever table. Raises WorkError above `limit` bytes.
    """
    await _insert(connection, [(topic, envelope.key, None, _headers(envelope, len(body), limit), body)])
    await notify(connection)


async def put(connection: Connection, settings: Settings, rows: Sequence[Outgoing]) -> None:
    """Puts `rows` in the outbox, in order; their keys are locked, their sizes checked."""
    prepared = [
        (
            settings.topic(row.topic),
            row.envelope.key,
            row.envelope.version if row.topic == EVENTS else None,
            _headers(row.envelope, len(row.body), settings.limit(row.topic)),
            row.body,
        )
        for row in rows
    ]
    await _insert(connection, prepared)


def check_size(settings: Settings, row: Outgoing) -> None:
    """Raises WorkError for a record larger than its topic takes: it would stop the relay of the whole service."""
    _headers(row.envelope, len(row.body), settings.limit(row.topic))


async def notify(connection: Connection) -> None:
    """Wakes the relay, wherever it runs; in a transaction, by the commit."""
    await connection.execute("SELECT pg_notify($1, '')", CHANNEL)


async def _insert(connection: Connection, rows: Sequence[tuple[str, str, int | None, str, bytes]]) -> None:
    # Identity values are given in the order of the rows: the relay reads by them.
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


def _headers(envelope: Envelope, body: int, limit: int) -> str:
    text = json.dumps({name: value.decode() for name, value in envelope.headers()})
    size = body + len(text) + len(envelope.key.encode()) + ROOM_FOR_FRAMING
    if size > limit:
        raise WorkError(f"{envelope.type} would have {size} bytes, and its topic takes {limit}")
    return text
