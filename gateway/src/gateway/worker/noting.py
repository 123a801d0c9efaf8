"""Notifications that a batch made, noted for the mails of whoever they reach (NOT-1), in its transaction: each once for each user.

What was said on the log before mails were first sent is the past, which nobody is mailed. Views that are folded again note nothing; but
what a rebuilding reads before the worker does, it notes for it.
"""

from collections.abc import Callable, Sequence, Set
from typing import LiteralString
from uuid import UUID

from chassis import kafka
from chassis.db import Connection
from chassis.record import Partition
from chassis.settings import EVENTS, Settings
from chassis.work import Work
from contracts.calendar import CALENDAR
from gateway.told import mailed

REACHES: LiteralString = """(
    accounts.siret = split_part(audience, '/', 1) AND (audience = accounts.siret OR has_right = 'administers')
    OR accounts.siret IS NULL AND audience = 'agents'
    OR accounts.user_id = CASE WHEN length(audience) = 36 THEN audience::uuid END
)"""
"""Whether a notification is an account's: its organisation's, that of who administers its accounts, the agents', or its own."""

Said = tuple[UUID, str, int, int, str | None]
"""A notification's id; topic, partition, offset and trace of what it tells."""


async def begin(connection: Connection, settings: Settings) -> None:
    """Mails are sent from now on: where the log ends is where they begin, unless that was noted before. Raises KafkaError."""
    if await connection.fetchval("SELECT EXISTS (SELECT FROM own.mail_starts)"):
        return
    ends = await kafka.ends(settings, {settings.topic(EVENTS), settings.topic(CALENDAR)})
    await connection.execute(
        """
        INSERT INTO own.mail_starts (topic, partition, "offset") SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
        ON CONFLICT DO NOTHING
        """,
        [topic for topic, _ in ends],
        [partition for _, partition in ends],
        list(ends.values()),
    )


async def leave_off(connection: Connection) -> None:
    """No mails are sent: nothing is noted until they begin again."""
    await connection.execute("DELETE FROM own.mail_starts")


async def note(connection: Connection, works: Sequence[Work[None]]) -> None:
    """What these messages made known."""
    said = [(told, *_place(work), work.envelope.trace) for work in works for told in work.leaves if isinstance(told, UUID)]
    if said:
        await _note(connection, said)


async def _note(connection: Connection, said: Sequence[Said]) -> None:
    """Whoever has never logged in knows nothing of the portal yet: identity writes to them (ACC-1). A disabled account is told nothing."""
    rows = await connection.fetch(
        """
        SELECT notifications.id, user_id, kind, at, trace
        FROM unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[], $5::text[]) AS said (id, topic, partition, "offset", trace)
        JOIN notifications USING (id)
        JOIN accounts ON """
        + REACHES
        + """
        LEFT JOIN own.mail_starts AS start USING (topic, partition)
        WHERE said."offset" > coalesce(start."offset", -1) AND EXISTS (SELECT FROM own.mail_starts)
          AND activated_at IS NOT NULL AND disabled_at IS NULL AND removed_at IS NULL
        """,
        *map(list, zip(*said, strict=True)),
    )
    families = [mailed.family_of(row["kind"]) for row in rows]
    # In one order: a rebuilding and the worker may note the same, and neither waits for the other in a circle.
    await connection.execute(
        """
        INSERT INTO own.mail_notes (notification_id, user_id, family, usual, soon, seven, trace)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[]) ORDER BY 1, 2
        ON CONFLICT DO NOTHING
        """,
        [row["id"] for row in rows],
        [row["user_id"] for row in rows],
        [family.code for family in families],
        [family.usual for family in families],
        [mailed.soon(row["at"]) for row in rows],
        [mailed.next_seven(row["at"]) for row in rows],
        [row["trace"] for row in rows],
    )


async def unread_by(connection: Connection, schema: str) -> Callable[[Work[None]], bool]:
    """Which messages the views of `schema` do not contain: beyond where they stand, or parked there."""
    positions: dict[Partition, int] = {
        (row["topic"], row["partition"]): row["offset"]
        for row in await connection.fetch(f'SELECT topic, partition, "offset" FROM {schema}.positions')
    }
    parked: Set[tuple[str, int, int]] = {
        (row["topic"], row["partition"], row["offset"])
        for row in await connection.fetch(f'SELECT topic, partition, "offset" FROM {schema}.parked')
    }

    def is_unread(work: Work[None]) -> bool:
        topic, partition, offset = _place(work)
        return offset > positions.get((topic, partition), -1) or (topic, partition, offset) in parked

    return is_unread


def _place(work: Work[None]) -> tuple[str, int, int]:
    return work.position.topic, work.position.partition, work.position.offset
