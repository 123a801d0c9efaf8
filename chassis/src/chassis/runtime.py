"""A running process: migrations, the service's own parts, the relay, a consumer per topic, HTTP; until it is told to stop, or must."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

import asyncpg
import structlog
from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

from contracts.envelope import Actor, Envelope

from . import cli, kafka, logs
from .batch import Engine
from .consume import Consumer
from .db import Connection, connect
from .health import Health, Server, listen
from .ids import uuid7
from .migrate import migrate
from .reading import Item, readers
from .relay import Relay
from .service import OutsideRecord, Service
from .settings import EVENTS, Settings, read
from .trouble import Trouble, explain, is_transient
from .work import Work

log = structlog.get_logger()
T = TypeVar("T")

PATIENCE = 30.0
"""Seconds that a starting process waits for its database and Kafka."""


class Runtime:
    """A process that runs `service`; what the service's own parts (`on_start`, `http`) may use."""

    def __init__(self, service: Service, settings: Any) -> None:
        self.service, self.settings = service, settings
        self.engine = Engine(service, settings)
        self.readers = readers(service, settings)
        self.partitions: dict[str, set[int]] = {}
        self.consumers: list[Consumer] = []
        self.started = False
        self.port = 0
        """Of its HTTP, once started."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def connect(self) -> Connection:
        """A new connection to the service's database; whoever asks closes it."""
        return await connect(self.settings)

    @asynccontextmanager
    async def work(self, connection: Connection, key: str, at: datetime, actor: Actor | None = None) -> AsyncIterator[Work[Any]]:
        """Work that no message caused (a call by HTTP, an operator's command): its own transaction, written when the block ends."""
        async with direct(self.engine, connection, key, at, actor) as work:
            yield work

    def background(self, routine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs `routine` until the process stops; what it raises ends the process."""
        task = asyncio.create_task(routine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def fail(self, trouble: BaseException) -> None:
        """Ends the process with `trouble`."""
        if not self._end.done():
            self._end.set_exception(trouble)
            self._end.exception()  # looked at, even when the process is ending for another reason already

    def stop(self) -> None:
        """Ends the process in good order."""
        if not self._end.done():
            self._end.set_result(None)

    def group(self, topic: str) -> str:
        """The consumer group of a topic: `billing.events`. An installation's prefix comes second: a principal's groups begin with it."""
        prefix: str = self.settings.topic_prefix
        name = topic.removeprefix(prefix)
        return f"{self.service.name}.{prefix}{name.removeprefix(f'{self.service.name}.')}"

    async def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Until `stop`. Raises Trouble when the process cannot go on, or what one of its parts raised."""
        await patiently(lambda: migrate(self.service, self.settings), "PostgreSQL")
        self.partitions = await patiently(self._look_at_topics, "Kafka")
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._cancel_tasks)
            for part in self.service.on_start:
                await stack.enter_async_context(part(self))
            self.background(Relay(self.settings, self.service.name).run())
            inner = self.service.http(self) if self.service.http else None
            health = Health(self, inner)
            self.background(health.measure())
            await stack.enter_async_context(self._serving(Server(health, lifespan=inner is not None)))
            await stack.enter_async_context(self._consuming())
            self.started = True
            log.info("started", port=self.port, topics=sorted(self.readers))
            on_ready()
            await self._end
            log.info("stopping")

    @asynccontextmanager
    async def _serving(self, server: Server) -> AsyncIterator[None]:
        with listen(self.settings) as door:
            self.port = door.getsockname()[1]
            serving = asyncio.create_task(server.serve([door]))
            serving.add_done_callback(lambda _: self.fail(Trouble("Le serveur HTTP du processus s’est arrêté.")))
            try:
                yield
            finally:
                server.should_exit = True
                await serving

    @asynccontextmanager
    async def _consuming(self) -> AsyncIterator[None]:
        broker = KafkaBroker(
            self.settings.kafka.split(","),
            security=kafka.security(self.settings),
            client_id=self.service.name,
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            logger=logs.FastStreamLog(self._kafka_said),
        )
        self.consumers = [Consumer(self, reader, broker) for reader in self.readers.values()]
        try:
            try:
                await broker.start()
            except KafkaError as error:
                raise explain(error) or Trouble(f"Kafka ne répond plus ({type(error).__name__}).") from error
            for consumer in self.consumers:
                self.background(consumer.watch())
            yield
        finally:
            for consumer in self.consumers:
                consumer.ask_back()
            await broker.stop()
            for consumer in self.consumers:
                await consumer.close()

    def _kafka_said(self, error: BaseException) -> None:
        if trouble := explain(error):
            self.fail(trouble)

    async def _look_at_topics(self) -> dict[str, set[int]]:
        """The partitions of every topic that is read or written. Raises Trouble when one is not there, or not for this process."""
        found = await kafka.partitions(self.settings)
        wanted = {*self.readers, *([self.settings.topic(EVENTS)] if self.service.state else [])}
        if missing := wanted - found.keys():
            raise Trouble(
                f"Ces topics n’existent pas, ou l’utilisateur Kafka « {self.settings.kafka_user} » n’y a pas droit : "
                f"{', '.join(sorted(missing))}. Appliquez deploy/kafka/topics.toml (topics et ACL)."
            )
        return found

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.fail(error)

    async def _cancel_tasks(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def direct(engine: Engine, connection: Connection, key: str, at: datetime, actor: Actor | None = None) -> AsyncIterator[Work[Any]]:
    """Work that no message caused, in its own transaction. What the block raises undoes it."""
    name, cause = engine.service.name, uuid7()
    envelope = Envelope(cause, name, f"{name}.direct", key, 0, at, cause, actor=actor)
    record = OutsideRecord("", 0, 0, key.encode(), (), None, at)
    async with engine.transaction(connection) as transaction:
        await transaction.lock([key], create=True)
        work = transaction.work(Item(record, envelope, keys=(key,), numbering=cause))
        yield work
        await transaction.merge(work)


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
                raise Trouble(f"{whom} ne répond pas ({error}). Vérifiez qu’il tourne et que son adresse est la bonne.") from error
            log.warning("waiting", whom=whom, error=type(error).__name__)
            await asyncio.sleep(1)


def main(service: Service, arguments: Sequence[str] | None) -> None:
    """Runs the process, or the operator's command that `arguments` (the process's own by default) name."""
    parser = argparse.ArgumentParser(prog=f"python -m {service.name}", description="Sans argument : lance le service.")
    cli.add_to(parser)
    chosen = parser.parse_args(arguments)
    settings = read(service.settings)
    if not chosen.command:
        logs.set_up(service.name, settings)
    try:
        asyncio.run(chosen.command(service, settings, chosen) if chosen.command else _until_signal(service, settings))
    except (Trouble, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, KafkaError) as error:
        if not (trouble := explain(error)):
            raise
        if chosen.command:
            sys.exit(str(trouble))
        log.critical("cannot go on", why=str(trouble))
        sys.exit(1)


async def _until_signal(service: Service, settings: Settings) -> None:
    runtime = Runtime(service, settings)
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, runtime.stop)
    await runtime.run()
