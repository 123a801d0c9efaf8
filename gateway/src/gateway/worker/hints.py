"""What the worker tells the web process: a command's answer, how far each key's view has come, who has something new to look at."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set

from chassis.db import Connection
from chassis.settings import EVENTS
from chassis.work import Work
from contracts.answers import CommandAnswered
from contracts.calendar import DayStarted
from gateway.told import table
from gateway.told.row import ADMINISTRATORS, AGENTS, HOLDER, USER, Audience
from gateway.web import topics
from gateway.web.hub import CHANGED

from . import projections

LONGEST = 7_000
"""Bytes of one payload; PostgreSQL takes fewer than 8,000."""
TOLD: Mapping[str, Set[Audience]] = {
    **{kind.TYPE: frozenset(notice.to for notice in row.notices) for kind, row in table.TOLD.items()},
    DayStarted.TYPE: frozenset({HOLDER}),
}
"""By a message's type, whom it may notify."""
LISTED: Mapping[str, Collection[str]] = {
    kind.TYPE: [name for name, kinds in projections.LISTED.items() if kind in kinds] for kind in projections.EVENTS
}
"""By a message's type, the agents' lists that it changes."""


async def after_batch(connection: Connection, works: Sequence[Work[None]]) -> None:
    """Once per batch: positions, marks, and hints for open pages."""
    await keep_track(connection, works)
    await hint(connection, works)


async def keep_track(connection: Connection, works: Sequence[Work[None]]) -> None:
    """How far the views have come, and that what they hold of these keys is no longer what it was."""
    await keep_positions(connection, works)
    await renew_marks(connection, works)


async def keep_positions(connection: Connection, works: Sequence[Work[None]]) -> None:
    """The last event of each key that the views contain: a command is stamped with it, and waits until its service has read it too. And the
    first, from which one action is folded again.
    """
    positions = [(work.key, work.position) for work in works if work.position.topic.endswith(EVENTS)]
    first, last = dict(reversed(positions)), dict(positions)
    await connection.execute(
        """
        INSERT INTO applied (key, topic, partition, "offset", first)
        SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
        ON CONFLICT (key) DO UPDATE SET topic = excluded.topic, partition = excluded.partition, "offset" = excluded."offset"
        """,
        list(last),
        [position.topic for position in last.values()],
        [position.partition for position in last.values()],
        [position.offset for position in last.values()],
        [first[key].offset for key in last],
    )


async def renew_marks(connection: Connection, works: Sequence[Work[None]]) -> None:
    """Another mark for each key, and for each of the agents' lists that changes: whoever has made something of its rows makes it anew. A
    record's rows are shown with its contract's.

    In the order of the keys, in which no two batches wait for each other.
    """
    lists = {name for work in works for name in LISTED.get(work.envelope.type, ())}
    await connection.execute(
        """
        INSERT INTO marks SELECT key, gen_random_uuid() FROM unnest($1::text[]) AS changed (key) ORDER BY key
        ON CONFLICT (key) DO UPDATE SET mark = excluded.mark
        """,
        list(lists | {work.key.partition("/")[0] for work in works}),
    )


async def hint(connection: Connection, works: Sequence[Work[None]]) -> None:
    """Names what has changed of what open pages follow (`web.topics`): keys and their holders, the agents' lists, who is told of it."""
    if not works:
        return
    rows = await connection.fetch(
        """
        SELECT changed.key, actions.contract_number, actions.siret
        FROM unnest($1::text[]) AS changed (key)
        JOIN actions ON actions.contract_number = split_part(changed.key, '/', 1) -- a record of a contract's is `<contract>/<id>`
        """,
        list({work.key for work in works}),
    )
    actions = {row["key"]: (row["contract_number"], row["siret"]) for row in rows}
    for payload in payloads({topic for work in works for topic in _topics(work, *actions.get(work.key, (work.key, work.key)))}):
        await connection.execute("SELECT pg_notify($1, $2)", CHANGED, payload)


def _topics(work: Work[None], key: str, siret: str) -> Iterator[str]:
    """What a message changes: it is about `key`, an action's contract or anything else, which is of the organisation `siret`."""
    yield key
    yield topics.holder(siret)
    yield from LISTED.get(work.envelope.type, ())
    if work.envelope.type == CommandAnswered.TYPE and work.actor:
        yield topics.told(work.actor.subject)
    audiences = TOLD.get(work.envelope.type, ())
    if not {HOLDER, ADMINISTRATORS, USER}.isdisjoint(audiences):  # all of an organisation's open pages follow what any of it is told
        yield topics.told(siret)
    if AGENTS in audiences:
        yield topics.told("agents")


def payloads(changed: Iterable[str]) -> Iterator[str]:
    """JSON lists that hold all of these topics, each short enough for a NOTIFY."""
    gathered: list[str] = []
    size = 0
    for topic in sorted(changed):
        room = len(json.dumps(topic)) + 2
        if gathered and size + room > LONGEST:
            yield json.dumps(gathered)
            gathered, size = [], 0
        gathered.append(topic)
        size += room
    if gathered:
        yield json.dumps(gathered)
