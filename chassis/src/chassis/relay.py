"""The relay: outbox rows go to Kafka in order of seq, and are deleted once Kafka has acknowledged them.

One relay at a time per database (an advisory lock), or a key's order is lost; the others stand by. A crash between two steps sends
rows again, with the same version: readers drop them.
"""

import asyncio
import json
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer

from . import kafka, metrics, outbox, tracing
from .db import Connection, connect
from .service import Service
from .settings import Settings
from .trouble import AWAY, explain
from .waits import is_set

log = structlog.get_logger()

BATCH = 500
LOCK = 0x5E5A3E
"""The advisory lock's number, in the service's own database."""
IDLE = 1.0
"""Seconds until the table is read though nobody called."""
STATEMENT = 15.0
"""Seconds that one of the relay's may take."""
FROZEN = 2 * kafka.REQUEST
"""Milliseconds without a statement after which the server ends the session, and with it the lock of a leader that does nothing."""


@dataclass(slots=True)
class Floor:
    """Below it nothing is left to send: without it, each poll wades through what was deleted while an old snapshot is open.

    A row may become visible after rows with a higher seq. So a seq becomes the floor when every transaction that had begun to write when
    it was read has ended, and the table was read once more.
    """

    seq: int = 0
    candidate: int = 0
    horizon: int = 0
    """A transaction's number that was taken after the candidate was read: whoever took a seq below has a lower one."""

    def read(self, xmin: int, *, all_read: bool) -> None:
        """What waited was read and sent, perhaps all; `xmin` is the lowest number of a transaction that was at work then."""
        if all_read and xmin >= self.horizon:
            self.seq = self.candidate

    @property
    def may_rise(self) -> bool:
        """Whether no candidate waits."""
        return self.seq == self.candidate

    def aim(self, highest: int, horizon: int) -> None:
        """The next candidate."""
        self.candidate, self.horizon = highest, horizon


class Relay:
    """Sends what is in the outbox of the settings' database, for as long as it is the one."""

    def __init__(self, settings: Settings, service: Service) -> None:
        self._settings, self._service = settings, service
        self._called = asyncio.Event()
        self._is_doubted = False
        """Somebody found the database to be another than it was: whoever sends looks first, as at the beginning."""
        self.leading = False

    async def run(self) -> None:
        """Until cancelled. Raises Trouble when Kafka or the database refuses this process."""
        pause = 0.1
        while True:
            try:
                await self._lead()
            except AWAY as error:
                if trouble := explain(error):
                    raise trouble from error
                log.warning("relay interrupted", error=type(error).__name__)
            pause = 0.1 if self.leading else min(pause * 2, 5)
            self.leading = False
            await asyncio.sleep(pause)

    async def _lead(self) -> None:
        connection = await connect(self._settings, STATEMENT)
        try:
            await connection.add_listener(outbox.CHANNEL, self._hear)
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110
                await asyncio.sleep(IDLE)
            self._is_doubted = False
            if self._service.before_sending:
                await self._service.before_sending(connection, self._settings)
            await connection.execute("SELECT set_config('idle_session_timeout', $1, false)", str(FROZEN))
            # A producer can stay broken after an error: every leadership, and every error ends one, has its own.
            producer = AIOKafkaProducer(
                **kafka.client_options(self._settings),
                enable_idempotence=True,
                acks="all",
                max_request_size=self._settings.max_message_bytes,
            )
            try:
                await _uncut(producer.start())
                self.leading = True
                await self._send_all(connection, producer)
            finally:
                await producer.stop()
        finally:
            connection.terminate()

    async def _send_all(self, connection: Connection, producer: AIOKafkaProducer) -> None:
        floor = Floor()
        while not self._is_doubted:
            self._called.clear()
            rows, xmin = await outbox.waiting(connection, floor.seq, BATCH)
            if rows:
                await _send(producer, rows)
                waited = datetime.now(UTC) - min(row["created_at"] for row in rows)
                metrics.RELAY_SECONDS.labels(self._service.name).observe(max(0.0, waited.total_seconds()))
                await outbox.delete(connection, [row["seq"] for row in rows])
                metrics.RELAYED.labels(self._service.name).inc(len(rows))
            floor.read(xmin, all_read=len(rows) < BATCH)
            if rows and floor.may_rise:
                floor.aim(rows[-1]["seq"], await outbox.number_of_now(connection))
            if len(rows) < BATCH:
                await self._wait()

    def _hear(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self._is_doubted |= payload == outbox.DOUBT
        self._called.set()

    async def _wait(self) -> None:
        await is_set(self._called, IDLE)


async def _send(producer: AIOKafkaProducer, rows: Sequence[asyncpg.Record]) -> None:
    """Until Kafka has acknowledged every row."""
    acks, followed = [], []
    for row in rows:
        headers = json.loads(row["headers"]) | _order(row)
        if span := tracing.sent(headers, row["topic"], row["created_at"]):
            headers |= span.headers
            followed.append(span)
        encoded = [(name, value.encode()) for name, value in headers.items()]
        acks.append(await producer.send(row["topic"], row["body"], row["key"].encode(), headers=encoded))
    await asyncio.gather(*acks)
    for span in followed:
        span.end()


def _order(row: asyncpg.Record) -> dict[str, str]:
    """In which order this was said and, of what was decided, what was known then: for a database that is restored, and for the auditor."""
    return {outbox.SEQUENCE: str(row["seq"])} | ({outbox.DECIDED: row["decided"]} if row["decided"] else {})


async def _uncut(routine: Coroutine[Any, Any, None]) -> None:
    """Awaits `routine` to its end even when cancelled: a client that is cut short while it connects leaves its connection open."""
    task = asyncio.create_task(routine)
    try:
        await asyncio.shield(task)
    finally:
        await asyncio.wait([task])
