"""One database transaction: lock positions, keys and what is shared, drop what was seen, decide, write each table with one statement."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, LiteralString, Protocol, cast

import structlog
from pydantic import TypeAdapter

from contracts.envelope import Position
from contracts.refusals import Refusal, Refusals
from contracts.refusals.common import Failed, HeldUp

from .. import metrics, outbox
from ..db import Connection
from ..logs import about
from ..record import Partition
from ..service import Series, Service
from ..settings import EVENTS, Settings
from ..tracing import Handled
from ..trouble import is_transient, where
from ..work import Aggregate, Work, WorkError
from . import parked, tables
from .incoming import Incoming
from .savepoint import Revocable

log = structlog.get_logger()


class Again(Protocol):
    """What was decided already, though this database knows nothing of it: it was restored from a backup, and decides it again."""

    last_tick: datetime | None
    """The time of the last tick then."""

    def unsaid(self, rows: Sequence[outbox.Row]) -> list[outbox.Row]:
        """Those that the log does not hold. Raises Trouble when it holds anything else."""


@dataclass(slots=True)
class Outcome:
    """What a transaction did: how many messages were handled, parked, refused; how many answers and messages it sent."""

    handled: int = 0
    parked: int = 0
    refused: int = 0
    answered: int = 0
    sent: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        """What both did."""
        return Outcome(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(slots=True)
class Transaction:
    """What is locked, decided and to be written in one transaction of the service's database."""

    service: Service
    settings: Settings
    states: TypeAdapter[Any]
    """Reads and writes the state in a row of `aggregates`."""
    connection: Connection
    traced: Handled
    again: Again | None = None
    """What its messages said the first time, when it is not the first."""
    last_tick: datetime | None = None
    aggregates: dict[str, Aggregate[Any]] = field(default_factory=dict)
    """Those that are locked."""
    blocked: set[str] = field(default_factory=set)
    """The keys for which messages are parked."""
    emitted: set[str] = field(default_factory=set)
    saved: set[str] = field(default_factory=set)
    """The keys whose version, and those whose state, are to be written."""
    outgoing: list[outbox.Row] = field(default_factory=list)
    parked: list[Incoming] = field(default_factory=list)
    seen: dict[Series, tables.Seen] = field(default_factory=dict)
    positions: dict[Partition, int] = field(default_factory=dict)
    """To be written."""
    read: dict[int, int] = field(default_factory=dict)
    """The last record of each partition of `events` that was handled in this transaction."""
    works: list[Work[Any]] = field(default_factory=list)
    put_off: dict[LiteralString, list[tuple[object, ...]]] = field(default_factory=lambda: defaultdict(list))
    """Statements, and the values of each of their messages."""
    outcome: Outcome = field(default_factory=Outcome)

    async def lock_positions(self, partitions: Collection[Partition]) -> dict[Partition, int]:
        """Where the service stands in these partitions; nobody else moves it until this transaction ends."""
        positions, last_tick = await tables.lock_positions(self.connection, partitions)
        self.last_tick = self.again.last_tick if self.again else last_tick
        return positions

    async def take(self, messages: Sequence[Incoming]) -> None:
        """Locks what `messages` touch, drops repeats, parks what is poison or comes after it, and handles the rest.

        A command of many keys of which another's is held up is refused, and says which.
        """
        for create in (True, False):
            await self.lock_keys({key for incoming in messages if incoming.creates is create for key in incoming.keys}, create=create)
        await self.lock_shared(messages)
        for incoming in await self._without_repeats(messages):
            if incoming.poison or not self.blocked.isdisjoint(incoming.holds):
                self.blocked.update(incoming.holds)
                self.parked.append(incoming)
                self.outcome.parked += 1
                if incoming.kind == "impostor":
                    self._alarm("impostor", incoming, "a message claims a source that may not say it")
                await self._note_answer_of_parked(incoming)
            elif held := sorted(self.blocked.intersection(incoming.keys)):
                await self.handle(incoming.refused(Refusals([HeldUp(item=key, key=key) for key in held])))
            else:
                await self.handle(incoming)

    async def lock_keys(self, keys: Iterable[str], *, create: bool) -> None:
        """Locks `keys` in one order and loads their states. A key that has no row is given one, or left out unless `create`."""
        wanted = sorted(set(keys) - self.aggregates.keys())
        if not wanted:
            return
        if create:
            # All insertions before any lock, both sorted: two batches never wait for each other in a circle.
            await tables.create_aggregates(self.connection, wanted)
        rows = await tables.lock_aggregates(self.connection, wanted)
        for key, version, state in rows:
            self.aggregates[key] = Aggregate(version, self.states.validate_json(state) if state is not None else None)
        self.blocked |= await parked.blocked(self.connection, wanted)

    async def lock_shared(self, messages: Sequence[Incoming]) -> None:
        """Locks what `messages` may write that belongs to no key, after all keys and in one order. A handler that locked it would do so in
        the order of its batch.
        """
        if (shared := self.service.shared) is None:
            return
        names: set[str] = set()
        for incoming in messages:
            if incoming.envelope and incoming.handler:
                of = self.aggregates.get(incoming.envelope.key)
                names.update(shared(incoming.message, incoming.envelope, of.state if of else None))
        if names:
            await tables.lock_shared(self.connection, names)

    async def handle(self, incoming: Incoming) -> None:
        """One message. What its handler decides joins the batch; a refusal takes back what it did, and is told to who asked."""
        incoming = self._followed(incoming)
        may_refuse = incoming.kind != "event"
        revocable = Revocable(self.connection) if may_refuse else None
        work = self.work(incoming, cast(Connection, revocable) if revocable else self.connection)
        if incoming.answer and self.service.note:
            await self.service.note(work, incoming.answer)
        if incoming.handler:
            try:
                with about(work.envelope):
                    await incoming.handler(work, incoming.message)
            except Refusal as refusal:
                if revocable is None:
                    raise WorkError(f"{work.envelope.type} is no command and cannot be refused: {refusal.code()}") from refusal
                await revocable.take_back()
                work = await self._refused(incoming, refusal)
            else:
                if revocable:
                    await revocable.keep()
                if incoming.kind == "command" and not work.is_answered_later:
                    work.answer(work.envelope.id)
            await self.join(work)
        self.works.append(work)

    def _followed(self, incoming: Incoming) -> Incoming:
        """The same; what it causes goes on with its trace."""
        if incoming.envelope is None or not (incoming.handler or incoming.answer):
            return incoming
        trace = self.traced.begin(incoming.envelope, incoming.record.topic, from_outside=incoming.kind == "outside")
        return incoming if trace is None else replace(incoming, envelope=replace(incoming.envelope, trace=trace))

    async def _refused(self, incoming: Incoming, refusal: Refusal) -> Work[Any]:
        work = self.work(incoming, self.connection)
        if incoming.on_refusal:
            await incoming.on_refusal(work, incoming.record, refusal)
        else:
            work.answer(work.envelope.id, *refusal.faults())
            self.outcome.refused += 1
        return work

    def work(self, incoming: Incoming, connection: Connection) -> Work[Any]:
        """What the handler of `incoming` gets. A stranger's record has no time of ours: it happens at the last tick."""
        envelope, record = incoming.envelope, incoming.record
        if envelope is None or incoming.id is None:
            raise WorkError("a message without an envelope cannot be handled")
        return Work(
            envelope=envelope,
            position=Position(record.topic, record.partition, record.offset),
            at=(incoming.kind == "outside" and self.last_tick) or envelope.time,
            last_tick=self.last_tick,
            connection=connection,
            source=self.service.name,
            keys=incoming.keys,
            aggregates=self.aggregates,
            settings=self.settings,
            id=incoming.id,
            publishes=self.service.publishes,
            records_topic=self.service.records_topic,
            says=self.service.says,
        )

    async def join(self, work: Work[Any]) -> None:
        """What `work` decided joins the transaction. Raises WorkError for a message that is too large."""
        self.outcome.answered += len(work.answers)
        work.close()
        if work.records:
            if self.service.keep_records is None:
                raise WorkError("this service keeps no records")
            await self.service.keep_records(self.connection, work.records)
        if work.saved and self.service.state is None:
            raise WorkError("this service keeps no state")
        for statement, values in work.put_off:
            self.put_off[statement].append(values)
        topic, partition = work.position.topic, work.position.partition
        if topic == self.settings.topic(EVENTS) and (topic, partition) in self.positions:  # what was parked is no position
            self.read[partition] = work.position.offset
        self.outgoing += [outbox.prepared(self.settings, sent, work.position, self.read) for sent in work.outgoing]
        for key, state in work.saved.items():
            self.aggregates[key].state = state
        for key, count in work.emitted.items():
            self.aggregates[key].version += count
        self.saved.update(work.saved)
        self.emitted.update(work.emitted)
        self.outcome.handled += 1

    async def write(self) -> None:
        """Everything, one statement per table."""
        for statement, values in self.put_off.items():
            await self.connection.executemany(statement, values)
        if self.service.after_batch:
            await self.service.after_batch(self.connection, self.works)
        if changed := sorted(self.emitted | self.saved):
            of = self.aggregates
            states = (self.states.dump_json(of[key].state).decode() if key in self.saved else None for key in changed)
            versions = (of[key].version for key in changed)
            await tables.write_aggregates(self.connection, zip(changed, versions, states, strict=True))
        if self.again:
            self.outgoing = self.again.unsaid(self.outgoing)
        if self.outgoing:
            await outbox.put(self.connection, self.outgoing, self.settings.topic(EVENTS), self.last_tick)
        if self.parked:
            await parked.park(self.connection, self.parked)
        if self.seen:
            await tables.write_seen_versions(self.connection, self.seen)
        if self.positions:
            await tables.write_positions(self.connection, self.positions)
        self.outcome.sent = len(self.outgoing)

    def _alarm(self, kind: metrics.Alarm, incoming: Incoming, why: str) -> None:
        record = incoming.record
        metrics.alarm(self.service.name, kind)
        with about(incoming.envelope):
            log.error(why, topic=record.topic, partition=record.partition, offset=record.offset)

    async def _without_repeats(self, messages: Sequence[Incoming]) -> list[Incoming]:
        known = await tables.seen_versions(self.connection, {incoming.number[:2] for incoming in messages if incoming.number})
        new = []
        for incoming in messages:
            if incoming.number is None:
                new.append(incoming)
                continue
            of, version = incoming.number[:2], incoming.number[2]
            taken, by = known.get(of, (-1, None))
            if version > taken:
                known[of] = self.seen[of] = (version, incoming.id)
                new.append(incoming)
            elif version == taken and by not in {None, incoming.id}:
                self._alarm("number-taken", incoming, "a message under the number of another: was who says it restored from a backup?")
                if incoming.kind == "command":  # dropped without a word, it would be waited for without end
                    known[of] = self.seen[of] = (version, incoming.id)
                    new.append(incoming.refused(Failed()))
        return new

    async def _note_answer_of_parked(self, incoming: Incoming) -> None:
        """A parked view hides no answer; and a note that fails stops nothing."""
        if not (incoming.answer and self.service.note):
            return
        work = self.work(incoming, self.connection)
        try:
            async with self.connection.transaction():
                await self.service.note(work, incoming.answer)
        except Exception as error:
            if is_transient(error, self.connection):
                raise
            with about(incoming.envelope):
                log.error("answer not noted", error=type(error).__name__, where=where(error), command=str(incoming.answer.command_id))
        else:
            self.works.append(work)
