"""A command from the click to its answer.

The web process stamps it (who, when, what its author had seen) and commits it to the portal's own database: from then on it cannot be
lost, even with Kafka down. The worker relays it and notes the answer when it reads it on the log.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import cast
from uuid import UUID, uuid5

import structlog
from asyncpg import Pool, Record
from litestar.exceptions import ClientException

from chassis import outbox, tracing
from chassis.db import Connection
from chassis.instant import now
from chassis.waits import is_set
from contracts.answers import Fault, PersonalRef
from contracts.envelope import Actor, Envelope, Position
from contracts.message import Command
from contracts.refusals.common import TooManyCommands

from . import budget
from .hub import Hub
from .session import Viewer

PATIENCE = 3.0
"""Seconds that a page waits for an answer before it says that the entry is recorded and will be answered."""
LOOK_AGAIN = 0.3
"""Seconds until it looks by itself, while the hub does not hear."""
PERSONAL_PATIENCE = 1.0
Beside = Callable[[Connection], Awaitable[object]]
"""Writes, in the transaction of a command, what the command is about and cannot carry."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command: `faults` is None while no answer has come; empty is accepted."""

    command_id: UUID
    type: str
    subject: str | None
    sent_at: datetime
    faults: tuple[Fault, ...] | None
    is_given_up: bool = False
    """Nobody expects an answer any more."""

    @property
    def accepted(self) -> bool:
        """It was done, and every view shows it."""
        return self.faults == ()

    @property
    def was_sent(self) -> bool:
        """It has gone to its service; otherwise the viewer's minute was spent, and nothing was kept."""
        return not self.faults or self.faults[0].code != TooManyCommands.code()

    @property
    def refused(self) -> bool:
        """It was refused, for `faults`."""
        return bool(self.faults)


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, the id of the form that asks it, and what of its key it is about (a month, a trainee's id); its key when it is not its
    page's.
    """

    command: Command
    form_id: UUID
    subject: str | None
    key: str = ""


def command_id(viewer: Viewer, form_id: UUID) -> UUID:
    """The id of the command that a form of the viewer's sends: whatever id a form has, it names no command of somebody else's."""
    return uuid5(viewer.user_id, str(form_id))


def _answer(row: Record) -> Answer:
    faults = None if row["faults"] is None else tuple(Fault.model_validate(fault) for fault in json.loads(row["faults"]))
    return Answer(row["id"], row["type"], row["subject"], row["sent_at"], faults, faults is None and row["given_up_at"] is not None)


async def find_answer(db: Pool, viewer: Viewer, command_id: UUID) -> Answer | None:
    """What became of a command of the viewer's side, for the page that shows it: a form is shared as drafts are, whoever sent it."""
    row = await _tell(db, viewer, command_id)
    return _answer(row) if row else None


async def _tell(db: Pool, viewer: Viewer, command_id: UUID) -> Record | None:
    """The only way to an answer but the frame's: who asked is told by whoever reads it for them, so that it is no notification (NOT-1)."""
    return await db.fetchrow(
        """
        WITH answered AS (
            UPDATE commands SET told = true WHERE id = $1 AND user_id = $2 AND faults IS NOT NULL AND NOT told
        )
        SELECT id, type, subject, sent_at, faults, personal, given_up_at FROM commands WHERE id = $1 AND coalesce(siret, user_id::text) = $3
        """,
        command_id,
        viewer.user_id,
        viewer.owner,
    )


class Commands:
    """Sends commands and waits, a little, for their answers."""

    def __init__(self, db: Pool, hub: Hub, topic_prefix: str = "") -> None:
        self._db, self._hub, self._prefix = db, hub, topic_prefix

    async def send(
        self,
        viewer: Viewer,
        key: str,
        command: Command,
        *,
        form_id: UUID,
        path: str,
        subject: str | None = None,
        beside: Beside | None = None,
    ) -> Answer:
        """Commit the command once, whatever how often its form is sent, and wait for its answer, up to `PATIENCE` seconds.

        It goes to the service that its type names; what is logged from here on names it. Raises ClientException when the form's id is that
        of another command.
        """
        (answer,) = await self.send_together(viewer, key, [Asked(command, form_id, subject)], path=path, beside=beside)
        return answer

    async def send_together(
        self, viewer: Viewer, key: str, asked: Sequence[Asked], *, path: str, beside: Beside | None = None
    ) -> list[Answer]:
        """The same for all that one page asks, about `key` unless one says another: committed in this order for each key, awaited together.
        What is written `beside` them is kept when they are.

        Refused, before anything is committed, when the viewer's minute is spent.
        """
        if not asked:
            return []
        ids = [command_id(viewer, each.form_id) for each in asked]
        structlog.contextvars.bind_contextvars(correlation=str(ids[0]))
        async with AsyncExitStack() as waiting:
            answered = [await waiting.enter_async_context(self._hub.waiting(id_)) for id_ in ids]
            async with self._db.acquire() as connection, connection.transaction():
                if await budget.is_spent(cast(Connection, connection), viewer, ids):
                    return [
                        Answer(id_, each.command.TYPE, each.subject, now(), TooManyCommands(most=budget.MOST).faults())
                        for id_, each in zip(ids, asked, strict=True)
                    ]
                # By key, which is a lock: two pages that ask about the same ones never wait for each other.
                for id_, each in sorted(zip(ids, asked, strict=True), key=lambda sent: sent[1].key or key):
                    await commit(cast(Connection, connection), self._prefix, viewer, each.key or key, each.command, id_, path, each.subject)
                if beside:
                    await beside(cast(Connection, connection))
            with tracing.step("wait for the answer"):
                return await asyncio.gather(*(self._wait(viewer, id_, event) for id_, event in zip(ids, answered, strict=True)))

    async def _wait(self, viewer: Viewer, id_: UUID, answered: asyncio.Event) -> Answer:
        give_up = monotonic() + PATIENCE
        while True:
            answered.clear()
            is_last, row = monotonic() >= give_up, await _tell(self._db, viewer, id_)
            assert row is not None, "it was committed"
            if row["faults"] is not None:
                await self._wait_for_personal(row["personal"])
            if row["faults"] is not None or is_last:
                return _answer(row)
            left = give_up - monotonic()
            await is_set(answered, left if self._hub.hears else min(LOOK_AGAIN, left))

    async def _wait_for_personal(self, personal: str | None) -> None:
        """`personal` is another topic: what the command wrote there may show a little later than its answer."""
        give_up = monotonic() + PERSONAL_PATIENCE
        expected = [PersonalRef.model_validate(ref) for ref in json.loads(personal or "[]")]
        while expected and monotonic() < give_up:
            missing = await self._db.fetchval(
                """
                SELECT count(*) FROM unnest($1::text[], $2::int[]) AS expected(id, version)
                WHERE NOT EXISTS (SELECT FROM people WHERE people.id = expected.id AND people.version >= expected.version)
                """,
                [ref.id for ref in expected],
                [ref.version for ref in expected],
            )
            if not missing:
                return
            await asyncio.sleep(0.01)


async def commit(
    connection: Connection,
    prefix: str,
    viewer: Viewer,
    key: str,
    command: Command,
    id_: UUID,
    path: str,
    subject: str | None,
) -> None:
    """Keeps a command of the viewer's and puts it in the outbox, in the caller's transaction; once, whatever how often it is asked. Raises
    ClientException when the id is that of another command.
    """
    service = command.TYPE.partition(".")[0]
    # The key's row is the lock and the counter: it comes first, so that times and versions of one key rise together.
    counted = await connection.fetchrow(
        """
        INSERT INTO command_keys AS known (source, key, version) SELECT source, $1, 1 FROM epochs ORDER BY number DESC LIMIT 1
        ON CONFLICT (source, key) DO UPDATE SET version = known.version + 1 RETURNING source, version
        """,
        key,
    )
    assert counted is not None, "there is always an epoch"
    at = now()
    new = await connection.fetchval(
        """
        INSERT INTO commands (id, service, type, key, user_id, siret, path, subject, sent_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING RETURNING id
        """,
        id_,
        service,
        command.TYPE,
        key,
        viewer.user_id,
        viewer.siret,
        path,
        subject,
        at,
    )
    if new is None:
        same = await connection.fetchval("SELECT key = $2 AND type = $3 FROM commands WHERE id = $1", id_, key, command.TYPE)
        if not same:  # the id of another form: no page of ours sends that
            raise ClientException
        # A double click. Its number is given back with the transaction's other effects: none of it must show as a gap.
        await connection.execute("UPDATE command_keys SET version = version - 1 WHERE source = $1 AND key = $2", counted["source"], key)
        return
    seen = await connection.fetch('SELECT topic, partition, "offset" FROM applied WHERE key = ANY($1)', [key, viewer.siret or key])
    envelope = Envelope(
        id=id_,
        source=counted["source"],
        type=command.TYPE,
        key=key,
        version=counted["version"],
        time=at,
        correlation=id_,
        actor=Actor(str(viewer.user_id), viewer.role, viewer.siret),
        after=tuple(Position(row["topic"], row["partition"], row["offset"]) for row in seen),
        trace=tracing.current(),
    )
    await outbox.insert(connection, f"{prefix}{service}.commands", envelope, command.body())
