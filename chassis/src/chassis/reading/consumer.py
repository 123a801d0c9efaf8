"""One subscription: a consumer group on one topic, its own lock and its own database connection.

Where it stands is in the database; Kafka's offsets only show lag. A batch that starts past the position goes back, and so does what
Kafka's client has passed over: nothing is lost, whatever loses it.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from time import monotonic, time

import structlog
from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition

from .. import metrics
from ..db import Connection, connect
from ..engine import tables
from ..engine.batch import Engine, Gap, OffsetRange
from ..engine.transaction import Outcome
from ..kafka import as_record
from ..record import Partition, Record
from ..trouble import Trouble, explain, is_transient, where
from ..waits import is_set
from .after import After, GiveBack
from .faststream import Broker, Feed
from .progress import Progress
from .reader import Reader

log = structlog.get_logger()

HUNG = 30
"""Looks, a second apart, at which nothing moved, after which the connection to the database is given up."""
STALLED = 90
"""Looks after which the process must start anew. Longer than a group takes to share its partitions out, which is what can be waited for."""
LOOK = 10.0
"""Seconds that Kafka has for the answers to one look."""
SEEK_AGAIN = 3.0
"""Seconds until an idle consumer seeks again to the same place."""


class Consumer(ConsumerRebalanceListener):  # type: ignore[misc]
    """Reads one topic into the database."""

    def __init__(
        self,
        engine: Engine,
        reader: Reader,
        broker: Broker,
        partitions: Mapping[str, Collection[int]],
        fail: Callable[[BaseException], None],
    ) -> None:
        """`partitions` of every topic that the service reads; `fail` ends the process."""
        self._engine, self._reader, self._fail = engine, reader, fail
        self.topic = reader.topic
        self.is_joined = False
        """Whether the group has given it partitions, or said that there are none for it."""
        service, settings = engine.service.name, engine.settings
        self._labels = (service, self.topic)
        self._partitions = [(self.topic, number) for number in sorted(partitions[self.topic])]
        others = {topic: numbers for topic, numbers in partitions.items() if topic != self.topic}
        self._after = After(service, others, self._end_offsets)
        self._feed = Feed(broker, self.topic, group(service, settings.topic_prefix, self.topic), settings.replica, self._handle, self)
        self._lock = asyncio.Lock()
        """Held while a batch is handled: Kafka's client gives partitions away without waiting for it."""
        self._connection: Connection | None = None
        self._positions: dict[int, int] = {}
        """The last offset handled, of each partition that is ours."""
        self._after_gap: dict[int, int] = {}
        """The first offset that came after a gap, though what lies before was asked for."""
        self._committed: dict[int, int] = {}
        self._asked_back = asyncio.Event()
        self._is_stopping = False
        self._failures = 0
        self._last_batch_at = self._kafka_answered_at = monotonic()
        self._progress = Progress()

    @property
    def lacks(self) -> str:
        """What it needs in order to read, and has not; nothing when it has all."""
        if monotonic() - self._kafka_answered_at > LOOK + 2:
            return "Kafka does not answer"
        return "" if self.is_joined else "not joined"

    def stop(self) -> None:
        """The process stops: a waiting batch is given back."""
        self._is_stopping = True
        self._asked_back.set()

    async def close(self) -> None:
        """Lets the database go."""
        if self._connection:
            self._connection.terminate()

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        """Waits for the batch at hand: Kafka's client does not."""
        self._asked_back.set()
        self.is_joined = False
        async with self._lock:
            self._positions.clear()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Goes on where the database stands, whatever Kafka remembers."""
        async with self._lock:
            while not self._is_stopping:
                try:
                    await self._take_over(sorted(topic_partition.partition for topic_partition in assigned))
                    self._asked_back.clear()
                    self.is_joined = True
                    return
                except Trouble as trouble:
                    self._fail(trouble)
                    return
                except Exception as error:
                    log.warning("positions not read", topic=self.topic, error=type(error).__name__)
                    self._progress.moved()
                    await asyncio.sleep(0.5)

    async def _take_over(self, partitions: Sequence[int]) -> None:
        stored = await tables.open_positions(await self._database(), self.topic, partitions)
        for (_, partition), end in (await self._end_offsets([(self.topic, partition) for partition in partitions])).items():
            if stored[partition] >= end:
                raise Trouble(
                    "The database has read {topic}-{partition} up to {position}, and this log ends at {end}: it was made anew. "
                    "Bring database and log together before you start {service} again.",
                    topic=self.topic,
                    partition=partition,
                    position=stored[partition],
                    end=end - 1,
                    service=self._engine.service.name,
                )
        self._positions = stored
        self._after_gap.clear()
        self._seek_to_positions()

    async def _database(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._engine.settings)
            self._connection.add_query_logger(self._progress.moved)
        return self._connection

    async def _end_offsets(self, partitions: Collection[Partition]) -> Mapping[Partition, int]:
        if not partitions:
            return {}
        ends = await self._feed.client.end_offsets([TopicPartition(*partition) for partition in partitions])
        return {(topic_partition.topic, topic_partition.partition): end for topic_partition, end in ends.items()}

    async def _handle(self, raw: Sequence[ConsumerRecord]) -> None:
        async with self._lock:
            self._last_batch_at = started = monotonic()
            try:
                await self._take([as_record(record) for record in raw if record.partition in self._positions])
                self._failures = 0
            except GiveBack:
                self._give_back()
            except Exception as error:
                await self._alarm(error)
                self._give_back()
            metrics.BATCH_SECONDS.labels(*self._labels).observe(monotonic() - started)
            self._last_batch_at = monotonic()
            self._progress.moved()

    async def _take(self, records: Sequence[Record]) -> None:
        if not records:
            return
        started = monotonic()
        connection, ranges = await self._database(), self._ranges(records)
        try:
            outcome = await self._apply(connection, records, ranges)
        except Gap as gap:
            self._after_gap[gap.partition[1]] = gap.first
            handled, self._positions = self._positions, await tables.open_positions(connection, self.topic, sorted(self._positions))
            if any(self._positions[partition] < position for partition, position in handled.items()):
                raise self._gone_back() from gap
            raise GiveBack from gap
        for (topic, partition), offsets in ranges.items():
            position = self._positions[partition]
            before = self._after_gap.pop(partition, None)
            if before and offsets.first == 0:
                log.warning("records are no longer there", topic=topic, partition=partition, before=before, after=position)
            self._positions[partition] = max(position, offsets.last)
        await self._compare_own_versions(connection)
        self._measure(records, outcome, monotonic() - started)

    async def _apply(self, connection: Connection, records: Sequence[Record], ranges: Mapping[Partition, OffsetRange]) -> Outcome:
        """Raises GiveBack, and what `Engine.apply` raises."""
        new = [record for record in records if record.offset > self._positions[record.partition]]
        outcome = Outcome()
        async for batch in self._reader.batches(connection, new, ranges):
            if self._asked_back.is_set():
                raise GiveBack
            await self._after.wait(connection, batch.messages, self._asked_back)
            outcome += await self._engine.apply(connection, batch)
        return outcome

    def _ranges(self, records: Sequence[Record]) -> dict[Partition, OffsetRange]:
        ranges: dict[Partition, OffsetRange] = {}
        for record in records:
            known, gap_is_real = ranges.get(record.topic_partition), self._after_gap.get(record.partition) == record.offset
            first = known.first if known else 0 if gap_is_real else record.offset
            ranges[record.topic_partition] = OffsetRange(first, record.offset)
        return ranges

    async def _compare_own_versions(self, connection: Connection) -> None:
        """Own events that the database has not counted: it went back since this process started, or somebody else said them."""
        versions = self._reader.own_versions
        if not versions:
            return
        ahead = await tables.uncounted(connection, versions)
        versions.clear()
        if ahead:
            metrics.alarm(self._engine.service.name, "own-events-ahead", len(ahead))
            log.error(
                "own events are ahead of the database: was it restored, or is somebody else writing?", topic=self.topic, keys=ahead[:10]
            )

    def _gone_back(self) -> Trouble:
        return Trouble(
            "The database of {service} went back under the running process: it was restored, or another server took over that lacked "
            "the last transactions. The process starts anew, which brings the database back to what the log holds.",
            service=self._engine.service.name,
        )

    def _give_back(self) -> None:
        metrics.RETRIES.labels(*self._labels).inc()
        self._seek_to_positions()

    def _seek_to_positions(self) -> None:
        """What comes next is what the database has not."""
        for topic_partition in self._feed.client.assignment():
            if topic_partition.partition in self._positions:
                self._feed.client.seek(topic_partition, self._positions[topic_partition.partition] + 1)

    async def _alarm(self, error: Exception) -> None:
        """Tells of `error`, ends the process when trying again cannot help, or waits, longer each time."""
        if trouble := explain(error):
            self._fail(trouble)
        self._failures += 1
        delay = min(5.0, 0.05 * 2**self._failures)
        tell = log.warning if is_transient(error, self._connection) else log.error
        tell("batch given back", topic=self.topic, error=type(error).__name__, where=where(error), again_in=delay)
        await is_set(self._asked_back, delay)

    def _measure(self, records: Sequence[Record], outcome: Outcome, seconds: float) -> None:
        service = self._engine.service.name
        metrics.BATCH_RECORDS.labels(*self._labels).observe(len(records))
        metrics.DELAY.labels(*self._labels).observe(max(0.0, time() - min(record.timestamp.timestamp() for record in records)))
        metrics.HANDLED.labels(*self._labels).inc(outcome.handled)
        metrics.ANSWERS.labels(service, "refused").inc(outcome.refused)
        metrics.ANSWERS.labels(service, "accepted").inc(outcome.answered - outcome.refused)
        if outcome.handled or outcome.parked:
            counts = {"handled": outcome.handled, "parked": outcome.parked, "refused": outcome.refused, "sent": outcome.sent}
            log.info("batch", topic=self.topic, records=len(records), **counts, ms=round(seconds * 1000, 1))

    async def watch(self) -> None:
        """Once a second: commits for the lag's onlookers, and heals what an idle consumer skipped, or what hangs.

        Ends the process when nothing but a new start heals it.
        """
        sought: dict[int, tuple[int, float]] = {}
        while True:
            await asyncio.sleep(1)
            waits = self._lock.locked()
            try:
                async with asyncio.timeout(LOOK):
                    waits |= await self._look(sought)
            except Exception as error:
                log.debug("not watched", topic=self.topic, error=type(error).__name__)
            self._progress.look(waits=waits)
            self._heal_what_hangs()

    async def _look(self, sought: dict[int, tuple[int, float]]) -> bool:
        """Whether there is something to read, or Kafka gives no partitions though it answers."""
        ends = await self._end_offsets(self._partitions)
        self._kafka_answered_at = monotonic()
        lag = self._measure_lag(ends)
        if self._lock.locked() or not self.is_joined:
            return not self.is_joined
        await self._commit()
        if monotonic() - self._last_batch_at > 1:
            await self._heal(sought)
            if lag:  # or is it that what comes next has expired?
                starts = await self._feed.client.beginning_offsets([TopicPartition(*partition) for partition in self._partitions])
                lag = self._measure_lag(ends, {(place.topic, place.partition): start for place, start in starts.items()})
        return lag > 0

    def _heal_what_hangs(self) -> None:
        """A connection that hangs is given up, and its batch with it; whatever else does not move needs a new process."""
        if self._progress.stuck == HUNG and self._connection and not self._connection.is_closed():
            log.warning("the database does not answer: another connection", topic=self.topic)
            self._connection.terminate()
        if self._progress.stuck >= STALLED:
            self._fail(Trouble("The reading of {topic} is stuck: the process must start anew.", topic=self.topic))

    async def _commit(self) -> None:
        moved = {partition: offset for partition, offset in self._positions.items() if self._committed.get(partition) != offset}
        if moved:
            await self._feed.client.commit({TopicPartition(self.topic, partition): offset + 1 for partition, offset in moved.items()})
            self._committed |= moved

    def _measure_lag(self, ends: Mapping[Partition, int], starts: Mapping[Partition, int] | None = None) -> int:
        first = {
            (self.topic, number): max(offset + 1, (starts or {}).get((self.topic, number), 0)) for number, offset in self._positions.items()
        }
        lag = sum(max(0, ends.get(partition, 0) - offset) for partition, offset in first.items())
        metrics.LAG.labels(*self._labels).set(lag)
        return lag

    async def _heal(self, sought: dict[int, tuple[int, float]]) -> None:
        for topic_partition in self._feed.client.assignment():
            stored = self._positions.get(topic_partition.partition)
            if stored is None or self._lock.locked():
                continue
            # What comes again can be swallowed again; what has expired never comes: so seek anew, but not at every look.
            before, when = sought.get(topic_partition.partition, (-2, 0.0))
            if before == stored and monotonic() - when < SEEK_AGAIN:
                continue
            if await self._feed.client.position(topic_partition) > stored + 1:
                sought[topic_partition.partition] = (stored, monotonic())
                self._feed.client.seek(topic_partition, stored + 1)


def group(service: str, prefix: str, topic: str) -> str:
    """The consumer group of a topic: `<service>.events`. A principal's groups begin with its name: the prefix comes second."""
    return f"{service}.{prefix}{topic.removeprefix(prefix).removeprefix(f'{service}.')}"
