"""Where a service's process starts: migrations, the service's own parts, its HTTP, the relay, a consumer for each topic."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

import structlog
from litestar import Litestar

from . import kafka
from .db import Connection, connect
from .engine.batch import Engine
from .health import DatabaseHealth
from .http import health, serving, serving_health
from .lifetime import Lifetime, ending_with_a_sentence, run_until_signal
from .migrate import migrate
from .operating import Operator, add_commands
from .reading.consumer import Consumer
from .reading.faststream import Broker, make_broker
from .reading.readers import readers
from .recovery.start import recover
from .relay import Relay
from .service import Service
from .settings import EVENTS, Settings, read
from .trouble import explain, is_transient
from .words import Words, say

log = structlog.get_logger()
T = TypeVar("T")

LONGEST_PAUSE = 5.0
"""Seconds between two tries to reach a database or a Kafka that is away: for however long it is, who waits is there soon after."""


def run(service: Service, words: Words, arguments: Sequence[str] | None = None) -> None:
    """What `python -m <name>` does: runs the service, or the operator's command in `arguments` (the process's own by default).

    `words` is how the installation says what operators read. Ends the process with a sentence when it cannot go on.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {service.name}", description=say(words, "Without argument: runs the service."))
    add_commands(parser, words)
    chosen = parser.parse_args(arguments)
    with ending_with_a_sentence(words):
        settings = read(service.settings)
        if chosen.command:
            asyncio.run(_operate(service, settings, words, chosen))
    if not chosen.command:
        run_until_signal(service.name, settings, words, lambda lifetime: Process(service, settings, lifetime).run())


class Process:
    """A process that runs `service`: the Host of its parts."""

    def __init__(self, service: Service, settings: Any, lifetime: Lifetime) -> None:
        self.service, self.settings = service, settings
        self.port = 0
        """Of `/live`, `/ready` and `/metrics`, once started."""
        self._lifetime = lifetime
        self._engine, self._readers = Engine(service, settings), readers(service, settings)
        self._engine.is_live = True
        self._database = DatabaseHealth(service.name, settings)
        self._consumers: list[Consumer] = []
        self._has_started = False

    async def connect(self) -> Connection:
        """As `Host`."""
        return await connect(self.settings)

    def background(self, routine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """As `Host`."""
        return self._lifetime.background(routine)

    async def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Until its lifetime ends. Raises Trouble when the process cannot go on, or what one of its parts raised."""
        async with AsyncExitStack() as stack:
            # First of all: who waits for a database or Kafka that is away is alive, and must not be restarted for it.
            app = health(self.service.name, lambda: not self._lifetime.has_failed, self._not_ready)
            self.port = await stack.enter_async_context(serving_health(app, self.settings, self._lifetime.fail))
            self.background(self._database.measure())
            if await self._lifetime.outlasts(self._start(stack)):
                self._has_started = True
                log.info("started", port=self.port, topics=sorted(self._readers))
                on_ready()
                await self._lifetime.ended()
            log.info("stopping")

    async def _start(self, stack: AsyncExitStack) -> None:
        await patiently(lambda: migrate(self.service, self.settings), "PostgreSQL")
        partitions = await patiently(self._look_at_topics, "Kafka")
        await patiently(lambda: recover(self.service, self.settings, partitions), "Kafka or PostgreSQL")
        for part in self.service.on_start:
            await stack.enter_async_context(part(self))
        self.background(Relay(self.settings, self.service).run())
        if self.service.http:
            own = Litestar(self.service.http(), openapi_config=None, logging_config=None)
            await stack.enter_async_context(serving(own, self.settings, self._lifetime.fail, self.service.name, believes=True))
        await stack.enter_async_context(self._consuming(partitions))

    @asynccontextmanager
    async def _consuming(self, partitions: dict[str, set[int]]) -> AsyncIterator[None]:
        broker = await patiently(lambda: self._join(partitions), "Kafka")
        try:
            for consumer in self._consumers:
                self.background(consumer.watch())
            yield
        finally:
            await self._leave(broker)

    async def _join(self, partitions: dict[str, set[int]]) -> Broker:
        """Raises KafkaError when Kafka has gone away meanwhile; then nothing is left of the try."""
        broker = make_broker(self.service.name, self.settings, self._kafka_said)
        self._consumers = [
            Consumer(self._engine, reader, broker, {topic: partitions[topic] for topic in self._readers}, self._lifetime.fail)
            for reader in self._readers.values()
        ]
        try:
            await broker.start()
        except BaseException:
            await self._leave(broker)
            raise
        return broker

    async def _leave(self, broker: Broker) -> None:
        for consumer in self._consumers:
            consumer.stop()
        await broker.stop()
        for consumer in self._consumers:
            await consumer.close()

    def _kafka_said(self, error: BaseException) -> None:
        if trouble := explain(error):
            self._lifetime.fail(trouble)

    async def _not_ready(self) -> list[str]:
        missing = [f"{consumer.topic}: {consumer.lacks}" for consumer in self._consumers if consumer.lacks]
        if not self._database.answers:
            missing.append("the database does not answer")
        return missing if self._has_started else ["starting", *missing]

    async def _look_at_topics(self) -> dict[str, set[int]]:
        """The partitions of every topic that is read or written. Raises Trouble when one is not there, or not for this process."""
        wanted = {*self._readers, *([self.settings.topic(EVENTS)] if self.service.state else [])}
        return await kafka.partitions(self.settings, wanted)


async def patiently(attempt: Callable[[], Awaitable[T]], whom: str) -> T:
    """What `attempt` gives, tried again as long as `whom` is away. Raises Trouble, for what waiting does not help, and its bugs."""
    pause = 0.1
    while True:
        try:
            return await attempt()
        except Exception as error:
            if trouble := explain(error):
                raise trouble from error
            if not (is_transient(error) or isinstance(error, OSError)):
                raise
            pause = min(LONGEST_PAUSE, pause * 2)
            log.warning(
                f"waiting for {whom}, which does not answer: is it running, and its address right?", error=str(error), again_in=pause
            )
            await asyncio.sleep(pause)


async def _operate(service: Service, settings: Settings, words: Words, chosen: argparse.Namespace) -> None:
    connection = await connect(settings, statement=None)
    try:
        await chosen.command(Operator(service, settings, words, connection), chosen)
    finally:
        await connection.close()
