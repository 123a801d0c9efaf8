"""Test support: a service in this process or in one of its own, that can be told to die at a step; and the log, as the gateway sees it.

Never imported by what runs in production.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import importlib
import os
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from contracts.answers import CommandAnswered
from contracts.calendar import DayStarted
from contracts.envelope import Actor, Envelope, EnvelopeError, Position, derived_id
from contracts.message import Message

from . import kafka
from .ids import uuid7
from .reading import RawRecord
from .runtime import Runtime
from .service import Service
from .settings import CALENDAR, EVENTS, Settings
from .steps import STEPS, Step

Headers = Sequence[tuple[str, bytes | None]]


@asynccontextmanager
async def running(service: Service, settings: Settings) -> AsyncIterator[Runtime]:
    """The service in this process, ready, until the block ends. Raises what ended it."""
    runtime = Runtime(service, settings)
    ready = asyncio.Event()
    task = asyncio.create_task(runtime.run(ready.set))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        await task
    try:
        yield runtime
    finally:
        runtime.stop()
        await task


class Process:
    """The service in a process of its own: `at` is `module:name` of its Service."""

    def __init__(self, at: str, environment: Mapping[str, str], die_at: Step | None = None, times: int = 1) -> None:
        arguments = [sys.executable, "-m", "chassis.testing", at, *(["--die-at", die_at, "--times", str(times)] if die_at else [])]
        path = os.pathsep.join(entry for entry in (os.getcwd(), os.environ.get("PYTHONPATH", "")) if entry)  # noqa: PTH109
        # A file, not a pipe: a full pipe that nobody reads stops the process.
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._child = subprocess.Popen(
            arguments, env={**os.environ, **environment, "PYTHONPATH": path}, stdout=self._said, stderr=subprocess.STDOUT
        )

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._child.poll() is None

    def kill(self) -> None:
        """kill -9."""
        self._child.kill()
        self._child.wait()
        self._said.close()

    def freeze(self, on: bool) -> None:
        """Stops it as a long pause would, or lets it go on."""
        self._child.send_signal(signal.SIGSTOP if on else signal.SIGCONT)

    async def ended(self, within: float = 30) -> tuple[int, str]:
        """Waits for its end; its exit code (negative: the signal) and what it said. Raises TimeoutError, and kills it."""
        try:
            await asyncio.to_thread(self._child.wait, within)
        except subprocess.TimeoutExpired as error:
            self._child.kill()
            raise TimeoutError(self._read()) from error
        return self._child.returncode, self._read()

    def _read(self) -> str:
        self._said.seek(0)
        said = self._said.read()
        self._said.close()
        return said

    async def stop(self) -> tuple[int, str]:
        """Ends it in good order."""
        if self.is_running:
            self._child.terminate()
        return await self.ended()


@dataclass
class Log:
    """The topics of one installation, read and written by a principal that may: what the gateway, the clock and strangers do."""

    settings: Settings
    versions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _producer: AIOKafkaProducer | None = None
    _consumer: AIOKafkaConsumer | None = None
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __aenter__(self) -> Log:
        self._producer = AIOKafkaProducer(**kafka.client_options(self.settings), acks="all", max_request_size=6 * 1024 * 1024)
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in (self._producer, self._consumer):
            if client:
                await client.stop()

    async def send(self, topic: str, key: bytes | None, headers: Headers, body: bytes | None, partition: int | None = None) -> Position:
        """One record, as it is; where it came to stand."""
        assert self._producer
        sent = await self._producer.send_and_wait(self.settings.topic(topic), body, key, partition, headers=list(headers))
        return Position(sent.topic, sent.partition, sent.offset)

    async def publish(self, topic: str, envelope: Envelope, message: Message) -> Position:
        """One message of ours."""
        return await self.send(topic, envelope.key.encode(), envelope.headers(), message.body())

    async def delete_before(self, topic: str, partition: int, offset: int) -> None:
        """Forgets what stands before `offset`, as retention does."""
        admin = AIOKafkaAdminClient(**kafka.client_options(self.settings))
        await admin.start()
        try:
            await admin.delete_records({TopicPartition(topic, partition): RecordsToDelete(before_offset=offset)})
        finally:
            await admin.close()

    def envelope(self, source: str, key: str, kind: type[Message], actor: Actor | None = None, after: Iterable[Position] = ()) -> Envelope:
        """The envelope of the next message that `source` writes about `key`."""
        made = uuid7()
        self.versions[f"{source}/{key}"] += 1
        version = self.versions[f"{source}/{key}"]
        return Envelope(made, source, kind.TYPE, key, version, datetime.now(UTC), made, actor=actor, after=tuple(after))

    async def command(self, service: str, key: str, command: Message, actor: Actor | None = None, after: Iterable[Position] = ()) -> UUID:
        """A command, as the gateway sends it; its id."""
        envelope = self.envelope("gateway", key, type(command), actor, after)
        await self.publish(f"{service}.commands", envelope, command)
        return envelope.id

    async def day(self, day: DayStarted) -> Position:
        """A day, as the clock says it."""
        ordinal = day.day.toordinal()
        at = datetime(day.day.year, day.day.month, day.day.day, tzinfo=UTC)
        made = derived_id(UUID(int=ordinal), 0)
        return await self.publish(CALENDAR, Envelope(made, "clock", DayStarted.TYPE, "day", ordinal, at, made), day)

    async def records(self, topic: str, key: str | None = None) -> list[RawRecord]:
        """Every record of `topic` until now, of one key if given, in order within each partition."""
        async with self._reading:
            if self._consumer is None:
                self._consumer = AIOKafkaConsumer(**kafka.client_options(self.settings), fetch_max_wait_ms=20)
                await self._consumer.start()
            consumer, name = self._consumer, self.settings.topic(topic)
            places = [TopicPartition(name, partition) for partition in sorted((await kafka.partitions(self.settings))[name])]
            consumer.assign(places)
            starts, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
            for place in places:
                consumer.seek(place, starts[place])
            found: list[RawRecord] = []
            while any([await consumer.position(place) < ends[place] for place in places]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += [record for record in records if key is None or record.key == key.encode()]
        return found

    async def messages(self, topic: str = EVENTS, key: str | None = None) -> list[tuple[Envelope, bytes]]:
        """Every message of ours on `topic`, with its body; what is not one is left out."""
        found = []
        for record in await self.records(topic, key):
            with suppress(EnvelopeError):
                found.append((Envelope.read(record.key, record.headers), record.value or b""))
        return found

    async def answers(self, command: UUID) -> list[CommandAnswered]:
        """Every answer to `command` on the log, of distinct versions: a relay that crashed may send one twice."""
        distinct = {(envelope.key, envelope.version): (envelope, body) for envelope, body in await self.messages()}
        parsed = [CommandAnswered.parse(body) for envelope, body in distinct.values() if envelope.type == CommandAnswered.TYPE]
        return [answer for answer in parsed if answer.command_id == command]

    async def answer(self, command: UUID, within: float = 20) -> CommandAnswered:
        """The one answer to `command`, waited for. Raises TimeoutError."""
        found: list[CommandAnswered] = await eventually(lambda: self.answers(command), within)
        return found[0]


async def eventually(look: Callable[[], Any], within: float = 20) -> Any:
    """What `look` (a coroutine function) gives, once that is true. Raises TimeoutError."""
    began, pause = monotonic(), 0.005
    while not (found := await look()):
        if monotonic() - began > within:
            raise TimeoutError(f"still {found!r}")
        await asyncio.sleep(pause)
        pause = min(0.05, pause * 1.5)
    return found


def _die_at(step: Step, times: int) -> None:
    left = times

    def reached(at: Step) -> None:
        nonlocal left
        if at == step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    setattr(STEPS, "reached", reached)  # noqa: B010


def main() -> None:
    """`python -m chassis.testing module:SERVICE`: runs it, and dies at the n-th time of a step when told to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("service")
    parser.add_argument("--die-at")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("rest", nargs="*")
    chosen = parser.parse_args()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a test run that is killed leaves no service behind
    module, _, name = chosen.service.partition(":")
    if chosen.die_at:
        _die_at(chosen.die_at, chosen.times)
    from .runtime import main as run

    run(getattr(importlib.import_module(module), name), chosen.rest)


if __name__ == "__main__":
    main()
