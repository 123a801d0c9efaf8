"""Actions, declarations, billing and surveys beside the portal: their own handlers and rules, on states that are kept in memory.

What somebody asks is decided by the service that it is for, and what that says is heard by the others, as it would be from Kafka. Only
their databases are missing: `Tables` stands in for each one's `store`.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from unittest import mock
from uuid import UUID, uuid4

from actions import app as actions
from billing import app as billing
from chassis.service import Outside, OutsideRecord, Service, Subscription
from chassis.settings import EVENTS, PERSONAL
from chassis.work import Keyed, Work
from contracts.envelope import Actor, Envelope, Position
from contracts.finance import Payment, Reply
from contracts.message import Command, Message
from contracts.month import Month
from contracts.personal import PersonalRecord, TraineeRecord, TraineeSheet
from contracts.refusals import Refusal
from contracts.registry import MESSAGES
from declarations import app as declarations
from surveys import app as surveys

SERVICES = (actions, declarations, billing, surveys)


@dataclass
class Tables:
    """What a service keeps beside its states, and asks of its database."""

    records: dict[str, PersonalRecord] = field(default_factory=dict)
    invoices: set[UUID] = field(default_factory=set)
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)

    async def keep(self, _: object, records: Iterable[PersonalRecord]) -> None:
        """As each service's `keep_records`."""
        self.records |= {record.id: record for record in records}

    async def people(self, _: object, ids: Iterable[str]) -> dict[str, PersonalRecord]:
        """As `actions.store.people`."""
        return {id_: self.records[id_] for id_ in ids if id_ in self.records}

    async def sheets(self, _: object, trainees: Iterable[UUID]) -> dict[UUID, TraineeSheet]:
        """As `actions.store.sheets`."""
        found = await self.people(_, map(str, trainees))
        return {UUID(record.id): record.sheet for record in found.values() if isinstance(record, TraineeRecord)}

    async def confirmed(self, *_: object) -> None:
        """As `declarations.store.confirmed`: the confirmations of a month are kept for auditors."""

    reopened = confirmed

    async def issue(
        self, _: object, invoice: UUID, contract: str, number: int | None, months: Sequence[Month], issuer: str, year: int
    ) -> int | None:
        """As `billing.store.issue`."""
        if invoice in self.invoices:
            return None
        self.invoices.add(invoice)
        self.numbers[issuer, year] = self.numbers.get((issuer, year), 0) + 1
        return self.numbers[issuer, year]

    async def void(self, *_: object) -> None:
        """As `billing.store.void`: the rules hold the months too."""

    async def payment(self, _: object, reference: str) -> Payment | None:
        """As `billing.store.payment`."""
        return self.payments.get(reference)

    async def record_payment(self, _: object, new: Payment) -> Payment:
        """As `billing.store.record_payment`."""
        return self.payments.setdefault(new.reference, new)


@dataclass(frozen=True)
class Said:
    """What a service says, under which key."""

    key: str
    message: Message


class Services:
    """The four services; a key's states begin with its award."""

    def __init__(self) -> None:
        self._states: dict[str, dict[str, Keyed[Any]]] = {app.service.name: {} for app in SERVICES}
        self._tables = {app.service.name: Tables() for app in SERVICES}

    def state(self, service: str, key: str) -> Any:
        """What the service keeps of `key`."""
        return self._states[service][key].state

    async def ask(self, key: str, command: Command, at: datetime, actor: Actor, id_: UUID | None = None) -> list[Said]:
        """All that comes of a command, in the log's order, its answer among it."""
        app = next(app for app in SERVICES if command.TYPE.startswith(f"{app.service.name}."))
        envelope = Envelope(id_ or uuid4(), "gateway", command.TYPE, key, 1, at, uuid4(), actor=actor)
        return await self._spread(await self._do(app, envelope, command))

    async def hear(self, key: str, event: Message, at: datetime, actor: Actor | None) -> list[Said]:
        """All that the services say to an event of somebody else's."""
        return (await self._spread([(Said(key, event), at, actor)]))[1:]

    async def finance(self, key: str, asked: Message, at: datetime) -> list[Said]:
        """All that comes of what the finance system decides or pays. Fails when it is refused."""
        [outside] = [entry for entry in billing.service.subscriptions if isinstance(entry, Outside)]
        record = OutsideRecord(outside.topic, 0, 0, key.encode(), (), asked.body(), at)
        envelope = Envelope(uuid4(), "", "", key, 0, at, uuid4())
        work = self._work(billing.service, envelope, (key,))
        work.today = at.date()
        with mock.patch.object(billing.handlers, "store", self._tables["billing"]):
            await outside.handle(work, record)
        [reply] = [Reply.parse(sent.body) for sent in work.outgoing if sent.envelope.type == Reply.TYPE]
        assert reply.outcome == "recorded", reply
        return await self._spread(await self._kept(billing.service, work))

    async def _spread(self, said: "list[Heard]") -> list[Said]:
        """What was said, and what the others say to it, until nobody says anything more."""
        told, waiting = [], deque(said)
        while waiting:
            one, at, actor = waiting.popleft()
            told.append(one)
            for app in SERVICES:
                if type(one.message) in _table(app.service, EVENTS).handlers:
                    envelope = Envelope(uuid4(), "", one.message.TYPE, one.key, 1, at, uuid4(), actor=actor)
                    waiting.extend(await self._do(app, envelope, one.message))
        return told

    async def _do(self, app: Any, envelope: Envelope, message: Message) -> "list[Heard]":
        """One message, done by a service."""
        service: Service = app.service
        command = isinstance(message, Command)
        table = _table(service, f"{service.name}.commands" if command else EVENTS)
        keys = tuple(table.keys(message, envelope)) if table.keys else (envelope.key,)
        work = self._work(service, envelope, keys)
        try:
            with mock.patch.object(app.handlers, "store", self._tables[service.name], create=True):
                await table.handlers[type(message)](work, message)
        except Refusal as refusal:
            work = self._work(service, envelope, keys)
            work.answer(envelope.id, *refusal.faults())
        else:
            if command and not work.is_answered_later:
                work.answer(envelope.id)
        return await self._kept(service, work)

    def _work(self, service: Service, envelope: Envelope, keys: tuple[str, ...]) -> Work[Any]:
        states = self._states[service.name]
        keyed = {key: states.setdefault(key, Keyed(0, None)) for key in keys}
        position = Position("", 0, 0)
        return Work(
            envelope,
            position,
            envelope.time,
            None,
            cast(Any, None),
            service.name,
            keys,
            keyed,
            envelope.id,
            service.publishes,
            service.says,
        )

    async def _kept(self, service: Service, work: Work[Any]) -> "list[Heard]":
        work.close()
        await self._tables[service.name].keep(None, work.records)
        for key, state in work.saved.items():
            self._states[service.name][key] = Keyed(work.keyed[key].version + work.emitted.get(key, 0), state)
        for key in work.emitted.keys() - work.saved.keys():
            self._states[service.name][key].version += work.emitted[key]
        sent = [
            (sent.envelope, MESSAGES[sent.envelope.type].parse(sent.body)) for sent in work.outgoing if sent.topic in (EVENTS, PERSONAL)
        ]
        return [(Said(envelope.key, message), envelope.time, work.actor) for envelope, message in sent]


Heard = tuple[Said, datetime, Actor | None]


def _table(service: Service, topic: str) -> Subscription:
    [found] = [entry for entry in service.subscriptions if isinstance(entry, Subscription) and entry.topic == topic]
    return found


def noon_utc(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T11:00+00:00").astimezone(UTC)
