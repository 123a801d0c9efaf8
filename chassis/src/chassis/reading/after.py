"""A command waits until its service has read what its author saw: `after`, places in other topics that the service reads."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from time import monotonic

import structlog

from .. import metrics
from ..db import Connection
from ..engine import tables
from ..engine.incoming import Incoming
from ..record import Partition

log = structlog.get_logger()

PATIENCE_PAST_END = 2.0
"""Seconds that a command waits for a place past the end of its topic."""
LONGEST_WAIT = 30.0
"""Seconds until a waiting batch is given back, far below Kafka's `max.poll.interval`."""

EndOffsets = Callable[[Collection[Partition]], Awaitable[Mapping[Partition, int]]]
"""Asks Kafka for the offset after the last record of each partition."""


class GiveBack(Exception):
    """The batch is to be read again later: its partitions are asked back, or what it waits for has not come."""


class After:
    """The waiting of one consumer."""

    def __init__(self, service: str, partitions: Mapping[str, Collection[int]], end_offsets: EndOffsets) -> None:
        """`partitions`: of the other topics that the service reads; a place elsewhere is not waited for."""
        self._service, self._partitions, self._end_offsets = service, partitions, end_offsets

    async def wait(self, connection: Connection, messages: Iterable[Incoming], asked_back: asyncio.Event) -> None:
        """Until the service stands past every `after` of these messages. Raises GiveBack when it takes too long, or `asked_back` is set."""
        missing = self._latest(messages)
        started = checked = monotonic()
        while missing := await tables.positions_not_reached(connection, missing):
            now = monotonic()
            if now - checked > PATIENCE_PAST_END:
                checked = now
                missing = await self._without_past_end(missing)
            if now - started > LONGEST_WAIT or asked_back.is_set():
                raise GiveBack
            await asyncio.sleep(min(0.05, 0.002 + (now - started) / 10))

    def _latest(self, messages: Iterable[Incoming]) -> dict[Partition, int]:
        """The last position of each partition that is waited for."""
        latest: dict[Partition, int] = {}
        for incoming in messages:
            for position in incoming.envelope.after if incoming.envelope else ():
                if position.partition in self._partitions.get(position.topic, ()):
                    partition = (position.topic, position.partition)
                    latest[partition] = max(position.offset, latest.get(partition, -1))
        return latest

    async def _without_past_end(self, missing: Mapping[Partition, int]) -> dict[Partition, int]:
        ends = await self._end_offsets(missing.keys())
        past = {partition for partition, offset in missing.items() if offset >= ends[partition]}
        if past:
            metrics.alarm(self._service, "after-past-end", len(past))
            log.error("a command's `after` is past the end of the log: not waited for", partitions=sorted(past))
        return {partition: offset for partition, offset in missing.items() if partition not in past}
