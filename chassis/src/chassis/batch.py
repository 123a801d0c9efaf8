"""One batch, one transaction: lock the positions, lock the keys, drop what is known, decide, write each table with one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import TypeAdapter

from contracts.answers import Fault
from contracts.envelope import CommandRef, Position
from contracts.month import PARIS
from contracts.refusals import Refusal

from . import outbox, parked
from .db import Connection
from .logs import about
from .reading import Act, Item
from .service import Service
from .settings import Settings
from .steps import STEPS
from .trouble import is_transient, where
from .work import Keyed, Work, WorkError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

log = structlog.get_logger()
Partition = tuple[str, int]


class Gap(Exception):
    """A batch starts past the position: what lies between was not handled, or is no longer there."""

    def __init__(self, partition: Partition, first: int) -> None:
        self.partition, self.first = partition, first
        super().__init__(f"{partition} starts at {first}")


@dataclass(frozen=True, slots=True)
class Span:
    """What a batch holds of one partition: its first and last offset, skipped records too."""

    first: int
    last: int
    gap_is_real: bool = False
    """The broker was asked again for what lies before `first`, and has nothing."""


@dataclass(slots=True)
class Outcome:
    """What a transaction did."""

    handled: int = 0
    parked: int = 0
    refused: int = 0
    answered: int = 0
    sent: int = 0


class Engine:
    """Applies items to the service's database."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.service, self.settings = service, settings
        self._adapter: TypeAdapter[Any] | None = TypeAdapter(service.state) if service.state else None

    async def apply(self, connection: Connection, items: Sequence[Item], spans: Mapping[Partition, Span]) -> Outcome:
        """The whole batch in one transaction; when that fails, message by message, and the one that fails alone is parked.

        Raises Gap, and whatever trying again can help (database away): nothing is done then, and the batch is given again.
        """
        try:
            return await self._transact(connection, items, spans)
        except Exception as error:
            if isinstance(error, Gap) or is_transient(error, connection) or not items:
                raise
        total = Outcome()
        for item in items:
            place = (item.record.topic, item.record.partition)
            span = {place: Span(item.record.offset, item.record.offset, True)} if place in spans else {}
            try:
                outcome = await self._transact(connection, [item], span)
            except Exception as error:
                if is_transient(error, connection):
                    raise
                with about(item.envelope):
                    log.error("message parked", error=type(error).__name__, where=where(error), topic=item.record.topic, keys=item.keys)
                outcome = await self._transact(connection, [item.spoilt(error)], span)
            total = Outcome(*(getattr(total, name) + getattr(outcome, name) for name in Outcome.__slots__))
        rest = await self._transact(connection, [], {place: replace(span, gap_is_real=True) for place, span in spans.items()})
        return replace(total, sent=total.sent + rest.sent)

    async def replay(self, connection: Connection, number: int, item: Item, act: Act | None) -> None:
        """A parked message, in its own transaction: `act` is done and it is parked no longer. Raises what `act` raises."""
        async with self.transaction(connection) as transaction:
            await transaction.lock(item.keys, create=not item.outside)
            if await parked.remove(connection, number) and act:
                await transaction.handle(replace(item, act=act))

    async def _transact(self, connection: Connection, items: Sequence[Item], spans: Mapping[Partition, Span]) -> Outcome:
        async with self.transaction(connection) as transaction:
            ends = await transaction.lock_positions(spans or {(item.record.topic, item.record.partition): None for item in items})
            STEPS.reached("positions-locked")
            # `spans` is empty for a chunk of keys of one day: its record is at or above the position until the last chunk.
            new = [item for item in items if item.record.offset > ends.get((item.record.topic, item.record.partition), -1)]
            await transaction.take(new)
            transaction.ends = {
                place: max(span.last, ends.get(place, -1)) for place, span in spans.items() if span.last > ends.get(place, -1)
            }
        STEPS.reached("committed")
        return transaction.outcome

    @asynccontextmanager
    async def transaction(self, connection: Connection) -> AsyncIterator[Transaction]:
        """A transaction of the database that writes, at its end, all that was decided in it."""
        async with connection.transaction():
            transaction = Transaction(self, connection)
            yield transaction
            await transaction.write()
            STEPS.reached("written")

    def load(self, text: str | None) -> Any:
        """The state in a row of `aggregates`."""
        return self._adapter.validate_json(text) if self._adapter and text is not None else None

    def dump(self, state: Any) -> str | None:
        """The state for a row of `aggregates`. Raises WorkError in a process that has none."""
        if self._adapter is None:
            raise WorkError("this service keeps no state")
        return self._adapter.dump_json(state).decode() if state is not None else None


@dataclass(slots=True)
class Transaction:
    """What is locked, decided and to be written in one database transaction."""

    engine: Engine
    connection: Connection
    today: date | None = None
    keyed: dict[str, Keyed[Any]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)
    outgoing: list[outbox.Row] = field(default_factory=list)
    parked: list[Item] = field(default_factory=list)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    ends: dict[Partition, int] = field(default_factory=dict)
    works: list[Work[Any]] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)

    async def lock_positions(self, spans: Mapping[Partition, Span | None]) -> dict[Partition, int]:
        """The positions of these partitions, locked: a second reader of the same partition waits here, and then finds them moved.

        Raises Gap when a span starts past its position.
        """
        rows = await self.connection.fetch(
            """
            SELECT topic, partition, "offset", (SELECT day FROM today) AS day
            FROM positions JOIN unnest($1::text[], $2::int[]) AS wanted (topic, partition) USING (topic, partition)
            ORDER BY topic, partition FOR UPDATE OF positions
            """,
            [topic for topic, _ in spans],
            [partition for _, partition in spans],
        )
        found = {(row["topic"], row["partition"]): row["offset"] for row in rows}
        self.today = rows[0]["day"] if rows else None
        for place, span in spans.items():
            if span and not span.gap_is_real and span.first > found.get(place, -1) + 1:
                raise Gap(place, span.first)
        return found

    async def take(self, items: Sequence[Item]) -> None:
        """Locks what `items` touch, drops repeats, parks what is poisoned or comes after it, and does the rest."""
        await self.lock({key for item in items if not item.outside for key in item.keys}, create=True)
        await self.lock({key for item in items if item.outside for key in item.keys}, create=False)
        STEPS.reached("keys-locked")
        new = await self._drop_repeats(items)
        for item in new:
            if item.poison or not self.blocked.isdisjoint(item.keys):
                self.blocked.update(item.keys)
                self.parked.append(item)
                await self._note_safely(item)
            else:
                await self.handle(item)
        self.outcome.parked = len(self.parked)
        STEPS.reached("handled")

    async def lock(self, keys: Iterable[str], *, create: bool) -> None:
        """Locks the rows of `keys` in one order, and loads their states; what is parked for them is known from here on."""
        wanted = sorted(set(keys) - self.keyed.keys())
        if not wanted:
            return
        if create:
            # All insertions before any lock, both sorted: two batches never wait for each other in a circle.
            await self.connection.execute(
                "INSERT INTO aggregates (key) SELECT key FROM unnest($1::text[]) AS key ORDER BY key ON CONFLICT DO NOTHING", wanted
            )
        rows = await self.connection.fetch(
            'SELECT key, version, state::text FROM aggregates WHERE key = ANY($1) ORDER BY key COLLATE "C" FOR UPDATE', wanted
        )
        self.keyed.update((row["key"], Keyed(row["version"], self.engine.load(row["state"]))) for row in rows)
        self.blocked |= await parked.blocked(self.connection, wanted)

    async def handle(self, item: Item) -> None:
        """One message. What its handler decided joins the batch; a refusal is its answer, and takes back the rest."""
        work = self.work(item)
        self.works.append(work)
        if item.answer and self.engine.service.note:
            await self.engine.service.note(work, item.answer)
        if item.act is None:
            return
        ref = CommandRef(work.envelope.id, work.key, work.envelope.correlation, work.actor, work.at)
        with about(work.envelope):
            try:
                await item.act(work)
            except Refusal as refusal:
                if not item.command:
                    raise WorkError(f"{work.envelope.type} is no command and cannot be refused: {refusal.code()}") from refusal
                self.works[-1] = work = self.work(item)
                work.answer(ref, *refusal.faults())
                self.outcome.refused += 1
            else:
                if item.command and not work.is_answered_later:
                    work.answer(ref)
        await self.merge(work)

    def work(self, item: Item) -> Work[Any]:
        """What the handler of `item` gets."""
        envelope, record = item.envelope, item.record
        if envelope is None or item.numbering is None:
            raise WorkError("a message without an envelope cannot be handled")
        return Work(
            envelope=envelope,
            position=Position(record.topic, record.partition, record.offset),
            at=datetime.combine(self.today or envelope.time.date(), time(), PARIS) if item.outside else envelope.time,
            today=self.today,
            connection=self.connection,
            source=self.engine.service.name,
            keys=item.keys,
            keyed=self.keyed,
            numbering=item.numbering,
            publishes=self.engine.service.publishes,
            says=self.engine.service.says,
        )

    async def write(self) -> None:
        """Everything, one statement per table."""
        if self.engine.service.after_batch:
            await self.engine.service.after_batch(self.connection, self.works)
        await self._write_aggregates()
        if self.outgoing:
            await outbox.put(self.connection, self.outgoing)
            await outbox.notify(self.connection)
        if self.parked:
            await parked.park(self.connection, self.parked)
        if self.seen:
            await self.connection.execute(
                """
                INSERT INTO seen (source, key, version) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
                ON CONFLICT (source, key) DO UPDATE SET version = excluded.version
                """,
                [source for source, _ in self.seen],
                [key for _, key in self.seen],
                list(self.seen.values()),
            )
        if self.ends:
            await self.connection.execute(
                """
                INSERT INTO positions (topic, partition, "offset") SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
                ON CONFLICT (topic, partition) DO UPDATE SET "offset" = excluded."offset"
                """,
                [topic for topic, _ in self.ends],
                [partition for _, partition in self.ends],
                list(self.ends.values()),
            )
        self.outcome.sent = len(self.outgoing)

    async def _write_aggregates(self) -> None:
        if not self.versions and not self.states:
            return
        keys = sorted(self.versions.keys() | self.states.keys())
        await self.connection.execute(
            """
            UPDATE aggregates SET version = new.version, state = coalesce(new.state, aggregates.state)
            FROM unnest($1::text[], $2::bigint[], $3::jsonb[]) AS new (key, version, state) WHERE aggregates.key = new.key
            """,
            keys,
            [self.keyed[key].version for key in keys],
            [self.engine.dump(self.states[key]) if key in self.states else None for key in keys],
        )

    async def _drop_repeats(self, items: Sequence[Item]) -> list[Item]:
        numbered = {item.numbered[:2] for item in items if item.numbered}
        rows = await self.connection.fetch(
            """
            SELECT source, key, version FROM seen
            JOIN unnest($1::text[], $2::text[]) AS wanted (source, key) USING (source, key)
            """,
            [source for source, _ in numbered],
            [key for _, key in numbered],
        )
        known = {(row["source"], row["key"]): row["version"] for row in rows}
        new = []
        for item in items:
            if item.numbered:
                source, key, version = item.numbered
                if version <= known.get((source, key), -1):
                    continue
                known[source, key] = self.seen[source, key] = version
            new.append(item)
        return new

    async def _note_safely(self, item: Item) -> None:
        """A parked view hides no answer; and a note that fails stops nothing."""
        if not (item.answer and self.engine.service.note):
            return
        work = self.work(item)
        try:
            async with self.connection.transaction():
                await self.engine.service.note(work, item.answer)
        except Exception as error:
            if is_transient(error, self.connection):
                raise
            with about(item.envelope):
                log.error("answer not noted", error=type(error).__name__, where=where(error), command=str(item.answer.command_id))
        else:
            self.works.append(work)

    async def merge(self, work: Work[Any]) -> None:
        """What `work` decided joins the batch. Raises WorkError for a message that is too large."""
        answers = len(work.answers)
        work.close()
        if work.records:
            if self.engine.service.keep_records is None:
                raise WorkError("this service keeps no records")
            await self.engine.service.keep_records(self.connection, work.records)
        rows = [outbox.prepared(self.engine.settings, sent) for sent in work.outgoing]
        for key, state in work.saved.items():
            self.keyed[key].state = self.states[key] = state
        for key, count in work.emitted.items():
            self.keyed[key].version += count
            self.versions[key] = self.keyed[key].version
        self.outgoing += rows
        self.outcome.handled += 1
        self.outcome.answered += answers


def refused(*faults: Fault) -> Act:
    """Answers a command with `faults`, and does nothing else."""

    async def act(work: Work[Any]) -> None:
        work.answer(work.answer_later(), *faults)

    return act
