"""One subscription: a consumer group on one topic, its own lock and its own database connection.

Where it stands is in the database; Kafka's offsets only show lag. FastStream gives batches; it must not be able to lose one: neither
parser nor decoder looks at anything, nothing leaves the handler, and a batch that starts past the position goes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from time import monotonic, time
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from . import metrics, positions
from .batch import Engine, Gap, Outcome, Partition, Span
from .daily import take_day
from .db import Connection, connect
from .reading import CalendarReader, Item, RawRecord, Reader, SubscriptionReader, as_record, latest_after
from .trouble import Trouble, explain, is_transient, where

if TYPE_CHECKING:
    from .runtime import Runtime

log = structlog.get_logger()

PATIENCE_PAST_END = 2.0
"""Seconds that a command waits for a place past the end of the log."""
MOST = 200
"""Records in a batch."""
LONGEST_WAIT = 30.0
"""Seconds until a waiting batch is given back, far below Kafka's `max.poll.interval`."""
STALLED = 60.0
ASK_AGAIN = 3.0
"""Seconds until an idle reader asks again for the same place."""


class NotNow(Exception):
    """The batch is given back: its partitions are, or what it waits for has not come."""


class Consumer(ConsumerRebalanceListener):  # type: ignore[misc]
    """Reads one topic into the database."""

    def __init__(self, runtime: Runtime, reader: Reader, broker: KafkaBroker) -> None:
        self._runtime, self._reader = runtime, reader
        self._engine: Engine = runtime.engine
        self.topic = reader.topic
        self._labels = (runtime.service.name, self.topic)
        self._lock = asyncio.Lock()
        self._asked_back = asyncio.Event()
        self._connection: Connection | None = None
        self._positions: dict[int, int] = {}
        """The last offset handled, of each partition that is ours."""
        self._asked_again: dict[int, int] = {}
        """The first offset that came after a gap, though what lies before was asked for."""
        self._failures = 0
        self._committed: dict[int, int] = {}
        self._touched = monotonic()
        self._stopping = False
        self.joined = False
        self._subscriber = broker.subscriber(
            self.topic,
            group_id=runtime.group(self.topic),
            group_instance_id=runtime.settings.replica or None,
            ack_policy=AckPolicy.MANUAL,
            batch=True,
            max_records=MOST,
            fetch_max_wait_ms=100,
            auto_offset_reset="earliest",
            session_timeout_ms=6000,
            heartbeat_interval_ms=1000,
            rebalance_timeout_ms=60_000,
            parser=_keep_raw,
            decoder=_decode_nothing,
            listener=self,
        )
        self._subscriber(self._handle)
        # FastStream's own sleeps whenever nothing has come yet: what comes meanwhile is late, and an idle machine is never idle.
        self._subscriber.get_msg = self._next  # type: ignore[method-assign]

    @property
    def _consumer(self) -> AIOKafkaConsumer:
        if self._subscriber.consumer is None:
            raise NotNow
        return self._subscriber.consumer

    def ask_back(self) -> None:
        """The process stops: what waits is given back."""
        self._stopping = True
        self._asked_back.set()

    async def close(self) -> None:
        """Lets the database go."""
        if self._connection:
            self._connection.terminate()

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        """Waits for the batch at hand: Kafka's client does not."""
        self._asked_back.set()
        async with self._lock:
            self._positions.clear()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Goes on where the database stands, whatever Kafka remembers."""
        async with self._lock:
            while not self._stopping:
                try:
                    await self._take_over(sorted(place.partition for place in assigned))
                    self._asked_back.clear()
                    self.joined = True
                    return
                except Trouble as trouble:
                    self._runtime.fail(trouble)
                    return
                except Exception as error:
                    log.warning("positions not read", topic=self.topic, error=type(error).__name__)
                    await asyncio.sleep(0.5)

    async def _take_over(self, partitions: Sequence[int]) -> None:
        stored = await positions.open_all(await self._database(), self.topic, partitions)
        places = [TopicPartition(self.topic, partition) for partition in partitions]
        ends = await self._consumer.end_offsets(places) if places else {}
        for place, end in ends.items():
            if stored[place.partition] >= end:
                raise Trouble(
                    f"La base de données a lu {self.topic}-{place.partition} jusqu’à {stored[place.partition]}, et ce journal s’arrête à "
                    f"{end - 1} : il a été recréé. Remettez la base et le journal d’accord avant de relancer {self._runtime.service.name}."
                )
        self._positions = stored
        self._asked_again.clear()
        self._back()

    async def _database(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._runtime.settings)
        return self._connection

    async def _next(self, consumer: AIOKafkaConsumer) -> tuple[RawRecord, ...]:
        """What has come, as soon as it has; nothing after a second, so that FastStream may stop."""
        return tuple(chain.from_iterable((await consumer.getmany(timeout_ms=1000, max_records=MOST)).values()))

    async def _handle(self, records: Any) -> None:
        # FastStream makes a pydantic model of what is annotated here.
        async with self._lock:
            self._touched = started = monotonic()
            try:
                await self._take([record for record in records if record.partition in self._positions])
                self._failures = 0
            except NotNow:
                self._give_back()
            except Exception as error:
                await self._alarm(error)
                self._give_back()
            metrics.BATCH_SECONDS.labels(*self._labels).observe(monotonic() - started)
            self._touched = monotonic()

    async def _take(self, records: Sequence[RawRecord]) -> None:
        if not records:
            return
        started = monotonic()
        connection = await self._database()
        spans, outcome = self._spans(records), Outcome()
        try:
            outcome = await self._apply(connection, records, spans)
        except Gap as gap:
            self._asked_again[gap.partition[1]] = gap.first
            self._positions = await positions.open_all(connection, self.topic, sorted(self._positions))
            raise NotNow from gap
        for (topic, partition), done in spans.items():
            if done.gap_is_real:
                log.warning(
                    "records are no longer there", topic=topic, partition=partition, before=done.first, after=self._positions[partition]
                )
            self._positions[partition] = max(self._positions[partition], done.last)
            self._asked_again.pop(partition, None)
        await self._compare_own(connection)
        self._tell(records, outcome, monotonic() - started)

    async def _apply(self, connection: Connection, records: Sequence[RawRecord], spans: Mapping[Partition, Span]) -> Outcome:
        for (topic, partition), span in spans.items():
            if not span.gap_is_real and span.first > self._positions[partition] + 1:
                raise Gap((topic, partition), span.first)
        if not isinstance(self._reader, CalendarReader):
            items = self._sort(records)
            await self._wait_for(connection, latest_after(items))
            return await self._engine.apply(connection, items, spans)
        for record in records:
            if record.offset > self._positions[record.partition]:
                alone = {(self.topic, record.partition): Span(record.offset, record.offset, True)}
                await take_day(self._engine, self._reader, connection, as_record(record), alone, self._stop_if_asked)
        return Outcome()

    def _sort(self, records: Sequence[RawRecord]) -> list[Item]:
        new = (record for record in records if record.offset > self._positions[record.partition])
        return [item for record in new if (item := self._reader.sort(record)) is not None]

    def _spans(self, records: Sequence[RawRecord]) -> dict[Partition, Span]:
        found: dict[Partition, Span] = {}
        for record in records:
            place = (self.topic, record.partition)
            first = found[place].first if place in found else record.offset
            found[place] = Span(first, record.offset, self._asked_again.get(record.partition) == first)
        return found

    async def _wait_for(self, connection: Connection, wanted: Mapping[Partition, int]) -> None:
        """Until the service stands past every place of `wanted` that exists. Raises NotNow when the batch is to be given back."""
        known = {topic: self._runtime.partitions[topic] for topic in self._runtime.readers if topic != self.topic}
        missing = {place: offset for place, offset in wanted.items() if place[1] in known.get(place[0], ())}
        started = checked = monotonic()
        while missing := await positions.not_reached(connection, missing):
            now = monotonic()
            if now - checked > PATIENCE_PAST_END:
                checked = now
                missing = await self._without_past_end(missing)
            if now - started > LONGEST_WAIT:
                raise NotNow
            await asyncio.sleep(min(0.05, 0.002 + (now - started) / 10))
            self._stop_if_asked()

    async def _without_past_end(self, missing: Mapping[Partition, int]) -> dict[Partition, int]:
        ends = await self._consumer.end_offsets([TopicPartition(*place) for place in missing])
        past = {place for place, offset in missing.items() if offset >= ends[TopicPartition(*place)]}
        if past:
            metrics.ALARMS.labels(self._runtime.service.name, "after-past-end").inc(len(past))
            log.error("a command's `after` is past the end of the log: not waited for", topic=self.topic, places=sorted(past))
        return {place: offset for place, offset in missing.items() if place not in past}

    def _stop_if_asked(self) -> None:
        if self._asked_back.is_set():
            raise NotNow

    async def _compare_own(self, connection: Connection) -> None:
        """Own events that the database has not counted: it was restored from a backup, and is making them again."""
        if not isinstance(self._reader, SubscriptionReader) or not self._reader.own:
            return
        ahead = await positions.ahead(connection, self._reader.own)
        self._reader.own.clear()
        if ahead:
            metrics.ALARMS.labels(self._runtime.service.name, "own-events-ahead").inc(len(ahead))
            log.error("own events are ahead of the database: was it restored?", topic=self.topic, keys=ahead[:10])

    def _give_back(self) -> None:
        metrics.RETRIES.labels(*self._labels).inc()
        self._back()

    def _back(self) -> None:
        """To right after what the database has."""
        for place in self._consumer.assignment():
            if place.partition in self._positions:
                self._consumer.seek(place, self._positions[place.partition] + 1)

    async def _alarm(self, error: Exception) -> None:
        """Tells of `error`, ends the process when trying again cannot help, or waits, longer each time."""
        if trouble := explain(error):
            self._runtime.fail(trouble)
        transient = is_transient(error, self._connection)
        self._failures += 1
        delay = min(5.0, 0.05 * 2**self._failures)
        say = log.warning if transient else log.error
        say("batch given back", topic=self.topic, error=type(error).__name__, where=where(error), again_in=delay)
        try:
            await asyncio.wait_for(self._asked_back.wait(), delay)
        except TimeoutError:
            return

    def _tell(self, records: Sequence[RawRecord], outcome: Outcome, seconds: float) -> None:
        name = self._runtime.service.name
        metrics.BATCH_RECORDS.labels(*self._labels).observe(len(records))
        metrics.DELAY.labels(*self._labels).observe(max(0.0, time() - min(record.timestamp for record in records) / 1000))
        metrics.HANDLED.labels(*self._labels).inc(outcome.handled)
        metrics.ANSWERS.labels(name, "refused").inc(outcome.refused)
        metrics.ANSWERS.labels(name, "accepted").inc(outcome.answered - outcome.refused)
        if outcome.handled or outcome.parked:
            counts = {"handled": outcome.handled, "parked": outcome.parked, "refused": outcome.refused, "sent": outcome.sent}
            log.info("batch", topic=self.topic, records=len(records), **counts, ms=round(seconds * 1000, 1))

    async def watch(self) -> None:
        """Once a second: commits for the lag's onlookers, and heals what an idle consumer skipped. Ends the process when it is stalled."""
        asked: dict[int, tuple[int, float]] = {}
        while True:
            await asyncio.sleep(1)
            if self._lock.locked() or not self.joined:
                continue
            try:
                await self._commit()
                lag = await self._lag()
                idle = monotonic() - self._touched
                if idle > 1:
                    await self._heal(asked)
                if lag and idle > STALLED:
                    self._runtime.fail(Trouble(f"La lecture de {self.topic} est bloquée depuis une minute : le processus doit redémarrer."))
            except Exception as error:
                log.debug("not watched", topic=self.topic, error=type(error).__name__)

    async def _commit(self) -> None:
        moved = {partition: offset + 1 for partition, offset in self._positions.items() if self._committed.get(partition) != offset}
        if moved:
            await self._consumer.commit({TopicPartition(self.topic, partition): offset for partition, offset in moved.items()})
            self._committed |= {partition: offset - 1 for partition, offset in moved.items()}

    async def _lag(self) -> int:
        current = dict(self._positions)
        if not current:
            return 0
        ends = await self._consumer.end_offsets([TopicPartition(self.topic, partition) for partition in current])
        lag: int = sum(end - 1 - current[place.partition] for place, end in ends.items())
        metrics.LAG.labels(*self._labels).set(lag)
        return lag

    async def _heal(self, asked: dict[int, tuple[int, float]]) -> None:
        for place in self._consumer.assignment():
            stored = self._positions.get(place.partition)
            if stored is None or self._lock.locked():
                continue
            # What comes again can be swallowed again; what has expired never comes: so ask anew, but not at every look.
            before, when = asked.get(place.partition, (-2, 0.0))
            if before == stored and monotonic() - when < ASK_AGAIN:
                continue
            if await self._consumer.position(place) > stored + 1:
                asked[place.partition] = (stored, monotonic())
                self._consumer.seek(place, stored + 1)


async def _keep_raw(records: Any) -> KafkaMessage:
    return KafkaMessage(records, body=b"", consumer=NOBODY)


async def _decode_nothing(message: KafkaMessage) -> Any:
    return message.raw_message


class _Nobody:
    """FastStream acknowledges nothing here."""

    async def commit(self) -> None:
        """Nothing."""

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Nothing."""


NOBODY = _Nobody()
