"""Where a service's process starts: migrations, the service's own parts, its HTTP, the relay, a consumer for each topic."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic
from typing import Any, TypeVar

import structlog
from aiokafka.errors import KafkaError
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
from .reading.faststream import make_broker
from .reading.readers import readers
from .recovery.start import recover
from .relay import Relay
from .service import Service
from .settings import EVENTS, Settings, read
from .trouble import Trouble, explain, is_transient
from .words import Words, say

log = structlog.get_logger()
T = TypeVar("T")

PATIENCE = 30.0
"""Seconds that a starting process waits for its database and Kafka."""


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
        await patiently(lambda: migrate(self.service, self.settings), "PostgreSQL")
        partitions = await patiently(self._look_at_topics, "Kafka")
        await patiently(lambda: recover(self.service, self.settings, partitions), "Kafka")
        async with AsyncExitStack() as stack:
            for part in self.service.on_start:
                await stack.enter_async_context(part(self))
            self.background(Relay(self.settings, self.service).run())
            self.background(self._database.measure())
            app = health(lambda: True, self._not_ready)  # a stalled consumer ends the process by itself
            self.port = await stack.enter_async_context(serving_health(app, self.settings, self._lifetime.fail))
            if self.service.http:
                own = Litestar(self.service.http(), openapi_config=None, logging_config=None)
                await stack.enter_async_context(serving(own, self.settings, self._lifetime.fail))
            await stack.enter_async_context(self._consuming(partitions))
            self._has_started = True
            log.info("started", port=self.port, topics=sorted(self._readers))
            on_ready()
            await self._lifetime.ended()
            log.info("stopping")

    @asynccontextmanager
    async def _consuming(self, partitions: dict[str, set[int]]) -> AsyncIterator[None]:
        broker = make_broker(self.service.name, self.settings, self._kafka_said)
        self._consumers = [
            Consumer(self._engine, reader, broker, {topic: partitions[topic] for topic in self._readers}, self._lifetime.fail)
            for reader in self._readers.values()
        ]
        try:
            try:
                await broker.start()
            except KafkaError as error:
                raise explain(error) or Trouble("Kafka no longer answers ({kind}).", kind=type(error).__name__) from error
            for consumer in self._consumers:
                self.background(consumer.watch())
            yield
        finally:
            for consumer in self._consumers:
                consumer.stop()
            await broker.stop()
            for consumer in self._consumers:
                await consumer.close()

    def _kafka_said(self, error: BaseException) -> None:
        if trouble := explain(error):
            self._lifetime.fail(trouble)

    async def _not_ready(self) -> list[str]:
        missing = [f"{consumer.topic}: not joined" for consumer in self._consumers if not consumer.is_joined]
        if not self._database.answers:
            missing.append("the database does not answer")
        return missing if self._has_started else ["starting", *missing]

    async def _look_at_topics(self) -> dict[str, set[int]]:
        """The partitions of every topic that is read or written. Raises Trouble when one is not there, or not for this process."""
        wanted = {*self._readers, *([self.settings.topic(EVENTS)] if self.service.state else [])}
        return await kafka.partitions(self.settings, wanted)


async def patiently(attempt: Callable[[], Awaitable[T]], whom: str) -> T:
    """What `attempt` gives, tried again for a while when `whom` is away. Raises Trouble."""
    deadline = monotonic() + PATIENCE
    while True:
        try:
            return await attempt()
        except Exception as error:
            if trouble := explain(error):
                raise trouble from error
            if not (is_transient(error) or isinstance(error, OSError)):
                raise
            if monotonic() > deadline:
                raise Trouble(
                    "{whom} does not answer ({error}). Check that it runs and that its address is right.", whom=whom, error=error
                ) from error
            log.warning("waiting", whom=whom, error=type(error).__name__)
            await asyncio.sleep(1)


async def _operate(service: Service, settings: Settings, words: Words, chosen: argparse.Namespace) -> None:
    connection = await connect(settings)
    try:
        await chosen.command(Operator(service, settings, words, connection), chosen)
    finally:
        await connection.close()
