"""Four services in this process without Kafka and PostgreSQL: their own handlers, readers and messages; what is kept is in dictionaries.

What only a database or a broker can get wrong is proven elsewhere (`tests/messages`, `tests/faults`); here a year is played in a second.
"""

from collections import defaultdict, deque
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid5

import actions.store
import billing.store
import declarations.store
from actions.app import service as actions_service
from billing.app import service as billing_service
from chassis import outbox
from chassis.engine.incoming import Incoming
from chassis.reading.reader import Reader
from chassis.reading.readers import readers
from chassis.record import Record
from chassis.service import Service
from chassis.settings import Settings
from chassis.work import Aggregate, Work
from contracts.answers import CommandAnswered, Fault
from contracts.envelope import NAMESPACE, Actor, Envelope, Position
from contracts.finance import Payment, Reply
from contracts.message import Command, Event, Message
from contracts.personal import PersonalRecord, TraineeRecord, TraineeSheet, record_id
from contracts.refusals import Refusal
from contracts.registry import MESSAGES
from declarations.app import service as declarations_service
from surveys.app import service as surveys_service

SERVICES = (actions_service, declarations_service, billing_service, surveys_service)
SETTINGS = Settings(kafka="nowhere:9092", database="postgresql://nowhere/nothing")


def finished(routine: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine returns that has nothing to wait for."""
    try:
        routine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waits for something")


@dataclass
class Tables:
    """What the services keep beside their states: legal numbers, payments, people."""

    numbers: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    payments: dict[str, tuple[str, Payment]] = field(default_factory=dict)
    people: dict[str, PersonalRecord] = field(default_factory=dict)

    async def issue(self, _: Any, _invoice: UUID, _contract: str, _number: int | None, _offer: Any, issuer: str, year: int) -> int:
        """The next legal number (BIL-9)."""
        self.numbers[issuer, year] += 1
        return self.numbers[issuer, year]

    async def payment(self, _: Any, reference: str) -> tuple[str, Payment] | None:
        """The payment with this reference, and its contract (BIL-13)."""
        return self.payments.get(reference)

    async def record_payment(self, _: Any, contract_number: str, new: Payment) -> tuple[str, Payment]:
        """Enters it, and gives what stands under its reference."""
        return self.payments.setdefault(new.reference, (contract_number, new))

    async def records_of(self, _: Any, ids: Iterable[str]) -> dict[str, PersonalRecord]:
        """Those that are known."""
        return {id_: self.people[id_] for id_ in ids if id_ in self.people}

    async def sheets(self, _: Any, contract_number: str, trainees: Iterable[UUID]) -> dict[UUID, TraineeSheet]:
        """The sheets of these trainees."""
        known = {trainee: self.people.get(record_id(contract_number, trainee)) for trainee in trainees}
        return {trainee: record.sheet for trainee, record in known.items() if isinstance(record, TraineeRecord)}

    async def nothing(self, *_: Any) -> None:
        """Kept by a table that only forbids what rules forbid first."""


@dataclass
class Hosted:
    """One service: how it reads each topic, and its states."""

    service: Service
    readers: dict[str, Reader]
    states: dict[str, Aggregate[Any]] = field(default_factory=dict)


class Memory:
    """An installation. Each command is answered, and all that it caused is done, before the next."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.hosted = {service.name: Hosted(service, readers(service, SETTINGS)) for service in SERVICES}
        self.said: list[tuple[str, Message]] = []
        """Every event so far, with its key."""
        self._waiting: deque[Record] = deque()
        self._versions: dict[tuple[str, str], int] = defaultdict(int)
        self._offset = 0
        self._answers: dict[UUID, list[tuple[Fault, ...]]] = defaultdict(list)
        self._replies: list[Reply] = []

    @contextmanager
    def playing(self) -> Iterator["Memory"]:
        """The services' tables are this installation's until the block ends."""
        tables, nothing = self.tables, self.tables.nothing
        with ExitStack() as stack:
            for store, functions in (
                (
                    billing.store,
                    {"issue": tables.issue, "void": nothing, "payment": tables.payment, "record_payment": tables.record_payment},
                ),
                (declarations.store, {"confirmed": nothing, "reopened": nothing}),
                (actions.store, {"people": tables.records_of, "sheets": tables.sheets}),
            ):
                stack.enter_context(patch.multiple(store, **functions))  # type: ignore[arg-type]
            yield self

    def state(self, service: str, key: str) -> Any:
        """What that service holds of `key`."""
        return self.hosted[service].states[key].state

    def ask(self, key: str, command: Command, actor: Actor, at: datetime) -> tuple[Fault, ...]:
        """A command and its one answer: why it was refused; nothing when it was not."""
        made = self._tell(f"{command.TYPE.partition('.')[0]}.commands", "gateway", key, command, at, actor)
        (answer,) = self._answers[made]
        return answer

    def finance(self, key: str, body: Message, at: datetime) -> Reply:
        """A record of the finance system, and its one reply."""
        before = len(self._replies)
        self._waiting.append(Record("region.decisions", 0, self._next(), key.encode(), (), body.body(), at))
        self._drain()
        (reply,) = self._replies[before:]
        return reply

    def _tell(self, topic: str, source: str, key: str, message: Message, at: datetime, actor: Actor | None) -> UUID:
        self._versions[source, key] += 1
        made = uuid5(NAMESPACE, f"{source}/{key}/{self._versions[source, key]}")
        envelope = Envelope(made, source, message.TYPE, key, self._versions[source, key], at, made, actor=actor)
        self._waiting.append(Record(topic, 0, self._next(), key.encode(), envelope.headers(), message.body(), at))
        self._drain()
        return made

    def _next(self) -> int:
        self._offset += 1
        return self._offset

    def _drain(self) -> None:
        while self._waiting:
            record = self._waiting.popleft()
            for hosted in self.hosted.values():
                reader = hosted.readers.get(record.topic)
                incoming = reader.read(record) if reader else None
                if incoming:
                    assert incoming.poison is None, incoming.poison
                    self._handle(hosted, incoming)

    def _handle(self, hosted: Hosted, incoming: Incoming) -> None:
        if incoming.creates:
            for key in incoming.keys:
                hosted.states.setdefault(key, Aggregate(0, None))
        work = self._work(hosted, incoming)
        assert incoming.handler and incoming.envelope
        try:
            finished(incoming.handler(work, incoming.message))
        except Refusal as refusal:
            assert incoming.kind != "event", refusal
            work = self._work(hosted, incoming)
            if incoming.on_refusal:
                finished(incoming.on_refusal(work, incoming.record, refusal))
            else:
                work.answer(incoming.envelope.id, *refusal.faults())
        else:
            if incoming.kind == "command" and not work.is_answered_later:
                work.answer(incoming.envelope.id)
        work.close()
        self.tables.people.update((record.id, record) for record in work.records)
        for key, state in work.saved.items():
            hosted.states[key].state = state
        for key, count in work.emitted.items():
            hosted.states[key].version += count
        self._take(work, incoming.record)

    def _take(self, work: Work[Any], cause: Record) -> None:
        for sent in work.outgoing:
            outbox.prepared(SETTINGS, sent, work.position, {})  # raises for what no topic would take
            message = MESSAGES[sent.envelope.type].parse(sent.body)
            if isinstance(message, CommandAnswered):
                self._answers[message.command_id].append(message.faults)
            elif isinstance(message, Reply):
                self._replies.append(message)
            elif isinstance(message, Event):
                self.said.append((sent.envelope.key, message))
                key = sent.envelope.key.encode()
                self._waiting.append(Record(sent.topic, 0, self._next(), key, sent.envelope.headers(), sent.body, cause.timestamp))

    def _work(self, hosted: Hosted, incoming: Incoming) -> Work[Any]:
        envelope, record, service = incoming.envelope, incoming.record, hosted.service
        assert envelope and incoming.id
        return Work(
            envelope=envelope,
            position=Position(record.topic, record.partition, record.offset),
            at=envelope.time,
            last_tick=record.timestamp,
            connection=None,  # type: ignore[arg-type]
            source=service.name,
            keys=incoming.keys,
            aggregates=hosted.states,
            id=incoming.id,
            publishes=service.publishes,
            records_topic=service.records_topic,
            says=service.says,
        )
