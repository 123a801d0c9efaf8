"""One batch, one transaction; and when that fails, message by message, so that only the one that fails alone is parked."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import structlog
from pydantic import TypeAdapter

from contracts.envelope import Actor, Envelope
from contracts.refusals.common import Failed

from .. import metrics, tracing
from ..db import Connection
from ..ids import uuid7
from ..logs import about
from ..record import Partition, Record
from ..service import Service
from ..settings import Settings
from ..trouble import Trouble, is_transient, where
from ..work import Handler, Work
from . import parked, tables
from .incoming import Incoming
from .transaction import Again, Outcome, Transaction

log = structlog.get_logger()


class Gap(Exception):
    """A batch starts past the position: what lies between was not handled, or is no longer there."""

    def __init__(self, partition: Partition, first: int) -> None:
        self.partition, self.first = partition, first
        super().__init__(f"{partition} starts at {first}")


@dataclass(frozen=True, slots=True)
class OffsetRange:
    """The offsets of one partition that a batch answers for, both included: of the records that it skips too."""

    first: int
    """0 when the broker was asked again for what lies before, and has nothing."""
    last: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction does: messages in their order, and how far the service stands afterwards."""

    messages: Sequence[Incoming]
    ranges: Mapping[Partition, OffsetRange] = field(default_factory=dict)
    """Empty when more transactions follow for the same record: until then only `seen` tells what of it is done."""


class Engine:
    """Applies batches to the database of `service`."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.service, self.settings = service, settings
        self.is_live = False
        """Whether what it handles has just come: of what is folded again, or done again, nobody follows the way."""
        self.again: Again | None = None
        """What the log holds of the batch that comes, while a restored database is brought back."""
        self._states: TypeAdapter[Any] = TypeAdapter(cast(Any, service.state or type(None)))

    async def apply(self, connection: Connection, batch: Batch) -> Outcome:
        """The whole batch in one transaction; when that fails, message by message, and the one that fails alone is parked.

        Raises Gap, and whatever trying again can help (database away): nothing is done then, and the batch is given again.
        """
        try:
            return await self._transact(connection, batch)
        except Exception as error:
            if isinstance(error, Gap | Trouble) or is_transient(error, connection) or not batch.messages:
                raise
        total = Outcome()
        for incoming in batch.messages:
            total += await self._apply_alone(connection, incoming, batch.ranges)
        rest = {partition: replace(offsets, first=0) for partition, offsets in batch.ranges.items()}
        return total + await self._transact(connection, Batch([], rest))

    async def replay(self, connection: Connection, number: int, incoming: Incoming, handler: Handler | None) -> None:
        """The parked message `number` in its own transaction: `handler` handles it, and it is parked no longer.

        Raises what `handler` raises.
        """
        async with self._transaction(connection) as transaction:
            await transaction.lock_positions([incoming.record.topic_partition])
            await transaction.lock_keys(incoming.keys, create=incoming.creates)
            await transaction.lock_shared([incoming])
            if await parked.remove(connection, number) and handler:
                await transaction.handle(replace(incoming, handler=handler))

    @asynccontextmanager
    async def direct(
        self, connection: Connection, key: str, at: datetime, actor: Actor | None = None, cause: UUID | None = None
    ) -> AsyncIterator[Work[Any]]:
        """Work on `key` that no message caused (a call by HTTP, an operator's command), in its own transaction.

        It is written when the block ends; what the block raises undoes it. `cause` is the id that it had, when it is done again.
        """
        cause = cause or uuid7()
        envelope = Envelope(
            cause, self.service.name, f"{self.service.name}.direct", key, 0, at, cause, actor=actor, trace=tracing.current()
        )
        record = Record("", 0, 0, key.encode(), (), None, at)
        async with self._transaction(connection) as transaction:
            await transaction.lock_keys([key], create=True)
            work = transaction.work(Incoming(record, envelope, keys=(key,), id=cause), connection)
            yield work
            await transaction.join(work)

    async def _apply_alone(self, connection: Connection, incoming: Incoming, ranges: Iterable[Partition]) -> Outcome:
        """One message of a batch; parked when it fails again, unless trying again can help. A command of many keys is refused instead."""
        record = incoming.record
        own = {record.topic_partition: OffsetRange(0, record.offset)} if record.topic_partition in ranges else {}
        try:
            return await self._transact(connection, Batch([incoming], own))
        except Exception as error:
            if isinstance(error, Trouble) or is_transient(error, connection):
                raise
            with about(incoming.envelope):
                what = "command of many keys refused" if incoming.is_of_many else "message parked"
                log.error(what, error=type(error).__name__, where=where(error), topic=record.topic, keys=incoming.holds)
            if incoming.is_of_many:
                metrics.alarm(self.service.name, "command-failed")
                return await self._transact(connection, Batch([incoming.refused(Failed())], own))
            return await self._transact(connection, Batch([incoming.poisoned_by(error)], own))

    async def _transact(self, connection: Connection, batch: Batch) -> Outcome:
        if not batch.messages:
            return await self._pass_over(connection, batch.ranges)
        async with self._transaction(connection) as transaction:
            positions = await transaction.lock_positions(
                {incoming.record.topic_partition for incoming in batch.messages} | set(batch.ranges)
            )
            for partition, offsets in batch.ranges.items():
                if offsets.first > positions.get(partition, -1) + 1:
                    raise Gap(partition, offsets.first)
                if offsets.last > positions.get(partition, -1):
                    transaction.positions[partition] = offsets.last
            await transaction.take([incoming for incoming in batch.messages if _is_new(incoming.record, batch, positions)])
        return transaction.outcome

    async def _pass_over(self, connection: Connection, ranges: Mapping[Partition, OffsetRange]) -> Outcome:
        """Nothing there is this service's, as most of the log is to most services: one statement, and no transaction around it."""
        passed = await tables.pass_over(connection, {partition: (offsets.first, offsets.last) for partition, offsets in ranges.items()})
        for partition in sorted(ranges.keys() - passed):
            raise Gap(partition, ranges[partition].first)
        return Outcome()

    @asynccontextmanager
    async def _transaction(self, connection: Connection) -> AsyncIterator[Transaction]:
        traced = tracing.Handled(is_followed=self.is_live and not self.again)
        with traced.together():
            async with connection.transaction():
                transaction = Transaction(self.service, self.settings, self._states, connection, traced, self.again)
                yield transaction
                await transaction.write()


def _is_new(record: Record, batch: Batch, positions: Mapping[Partition, int]) -> bool:
    return record.topic_partition not in batch.ranges or record.offset > positions.get(record.topic_partition, -1)
