"""The portal's database, restored from a backup: and how it goes on counting commands.

A restored database has forgotten commands that it had sent, and would give their numbers to others, which the services would drop as
repeats. What it sent stands on the commands' topics: whoever sends reads there what came since it was last looked at. A command that the
database does not know begins a new epoch: commands are counted anew under a source of another name. Sessions end, since some of them had
ended already; and what was forgotten is noted again, so that its answer finds it, and that its form sends nothing twice.
"""

import json
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from chassis import kafka, metrics
from chassis.db import Connection
from chassis.record import Partition, Record
from chassis.settings import Settings
from contracts.answers import CommandAnswered
from contracts.envelope import Envelope, EnvelopeError
from contracts.message import Command
from contracts.registry import MESSAGES

from . import answers

log = structlog.get_logger()

ASKED = tuple(f"{service}.commands" for service in sorted(CommandAnswered.sources()))
"""The topics of the commands that the portal sends."""
LOCK = 0x5E5A41
"""The advisory lock's number: one comparison at a time."""
CHUNK = 500
KEPT = timedelta(days=6)
"""What was committed longer ago may have been sent without standing on its topic any more, where commands are kept for seven days."""


@dataclass(slots=True)
class Comparison:
    """What stands on the commands' topics behind the last comparison."""

    forgotten: list[Envelope] = field(default_factory=list)
    """Commands that this database does not know."""
    sent: list[UUID] = field(default_factory=list)
    """All of them."""
    ends: dict[Partition, int] = field(default_factory=dict)
    """The last offset of each partition."""


@asynccontextmanager
async def comparing(connection: Connection, settings: Settings) -> AsyncIterator[Comparison]:
    """What has come since the last comparison; it is over, for everybody, when the block ends. Raises KafkaError."""
    await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
    try:
        rows = await connection.fetch('SELECT topic, partition, "offset" FROM compared')
        yield await _compare(connection, settings, {(row["topic"], row["partition"]): row["offset"] for row in rows})
    finally:
        if not connection.is_closed():
            await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def begin_after_a_restore(connection: Connection, settings: Settings) -> None:
    """Begins a new epoch when the database was restored from a backup. Only who sends may: what waits is numbered anew."""
    async with comparing(connection, settings) as found, connection.transaction():
        if found.forgotten:
            await begin(connection, found)
        await keep(connection, found)


async def keep(connection: Connection, found: Comparison) -> None:
    """The next comparison begins where this one ended."""
    await connection.execute(
        """
        INSERT INTO compared (topic, partition, "offset") SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
        ON CONFLICT (topic, partition) DO UPDATE SET "offset" = excluded."offset"
        """,
        [topic for topic, _ in found.ends],
        [partition for _, partition in found.ends],
        list(found.ends.values()),
    )


async def _compare(connection: Connection, settings: Settings, after: Mapping[Partition, int]) -> Comparison:
    found, chunk = Comparison(), list[Record]()
    async for record in kafka.records(settings, {settings.topic(topic) for topic in ASKED}, after):
        found.ends[record.topic_partition] = record.offset
        chunk.append(record)
        if len(chunk) == CHUNK:
            await _compare_some(connection, found, chunk)
            chunk.clear()
    await _compare_some(connection, found, chunk)
    return found


async def _compare_some(connection: Connection, found: Comparison, records: Sequence[Record]) -> None:
    envelopes = [envelope for record in records if (envelope := _command(record))]
    ids = list({envelope.id for envelope in envelopes})
    known = {row["id"] for row in await connection.fetch("SELECT id FROM commands WHERE id = ANY($1::uuid[])", ids)}
    found.sent += ids
    found.forgotten += [envelope for envelope in envelopes if envelope.id not in known]


def _command(record: Record) -> Envelope | None:
    """None for what is no command of ours."""
    try:
        envelope = Envelope.read(record.key, record.headers)
    except EnvelopeError:
        return None
    kind = MESSAGES.get(envelope.type)
    return envelope if kind and issubclass(kind, Command) and kind.may_come_from(envelope.source) else None


async def begin(connection: Connection, found: Comparison) -> None:
    """A new epoch, in the caller's transaction; nobody sends meanwhile."""
    # Who commits a command counts it first: they wait, and then count in the new epoch. So does an answer to a forgotten command.
    await connection.execute("LOCK TABLE command_keys, stray_answers IN EXCLUSIVE MODE")
    source = f"gateway/{secrets.token_hex(4)}"
    await connection.execute("INSERT INTO epochs (source) VALUES ($1)", source)
    await _number_anew(connection, source, found.sent)
    await _note_again(connection, found.forgotten)
    await answers.note_stray(connection, found.sent)
    ended = await connection.fetchval("WITH ended AS (DELETE FROM sessions RETURNING 1) SELECT count(*) FROM ended")
    metrics.alarm("gateway", "restored")
    log.error(
        "the portal's database was restored from a backup: a new epoch begins, and every session is over",
        epoch=source,
        forgotten=len(found.forgotten),
        sessions=ended,
    )


async def _number_anew(connection: Connection, source: str, sent: Sequence[UUID]) -> None:
    """What waits in the outbox, but for what was sent: it was committed since the restore, under numbers that others have."""
    await connection.execute("DELETE FROM outbox WHERE (headers::jsonb ->> 'ce_id')::uuid = ANY($1::uuid[])", sent)
    rows = await connection.fetch("SELECT seq, key, headers FROM outbox WHERE created_at > now() - $1::interval ORDER BY seq", KEPT)
    for row in rows:
        version = await connection.fetchval(
            """
            INSERT INTO command_keys AS known (source, key, version) VALUES ($1, $2, 1)
            ON CONFLICT (source, key) DO UPDATE SET version = known.version + 1 RETURNING version
            """,
            source,
            row["key"],
        )
        headers = json.loads(row["headers"]) | {"ce_source": source, "ce_version": str(version)}
        await connection.execute("UPDATE outbox SET headers = $2 WHERE seq = $1", row["seq"], json.dumps(headers))


async def _note_again(connection: Connection, forgotten: Sequence[Envelope]) -> None:
    """Their answers are read again, since the views are as old as this database. Most were told already; of a refusal they are again."""
    await connection.executemany(
        """
        INSERT INTO commands (id, service, type, key, user_id, siret, path, sent_at, told) VALUES ($1, $2, $3, $4, $5, $6, '/', $7, true)
        ON CONFLICT (id) DO NOTHING
        """,
        [
            (each.id, each.type.partition(".")[0], each.type, each.key, UUID(each.actor.subject), each.actor.organisation, each.time)
            for each in forgotten
            if each.actor
        ],
    )
