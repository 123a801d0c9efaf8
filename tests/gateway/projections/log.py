"""A log in memory, numbered as services number it, and folded by chassis' own engine into a real database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from chassis.db import Connection
from chassis.engine import tables
from chassis.engine.batch import Engine, OffsetRange
from chassis.reading.readers import readers
from chassis.record import Record
from chassis.service import Service
from contracts.answers import CommandAnswered, Fault, PersonalRef
from contracts.calendar import CALENDAR, DayStarted
from contracts.envelope import NAMESPACE, Actor, Envelope
from contracts.message import Message
from contracts.month import PARIS
from contracts.personal import PersonalRecord
from gateway.settings import GatewaySettings
from gateway.worker.service import service as worker
from tests.guide import CONTRACT, SIRET
from tests.saying import Saying

HOLDER = SIRET
SECRETARY = Actor(str(UUID(int=101)), "organisation", HOLDER)
AGENT = Actor(str(UUID(int=102)), "agent", None)


def at(day: str, hour: int = 10) -> datetime:
    """That hour of that day, in Paris."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), PARIS).replace(hour=hour)


def named(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(NAMESPACE, name)


@dataclass
class Log:
    """What was said, in order, topic by topic, each in one partition."""

    records: list[Record] = field(default_factory=list)
    _versions: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _saying: Saying = field(default_factory=Saying)
    _offsets: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def say(self, message: Message, when: datetime, by: Actor | None = None, key: str = CONTRACT, source: str = "") -> UUID:
        """One message, on the topic where its kind belongs, and where its action stands then; its id."""
        personal = isinstance(message, PersonalRecord)
        topic = "personal" if personal else CALENDAR if isinstance(message, DayStarted) else "events"
        source = source or min(message.sources())
        key = message.id if isinstance(message, PersonalRecord) else key
        self._versions[source, key] += 1
        version = message.version if isinstance(message, PersonalRecord) else self._versions[source, key]
        made = uuid5(NAMESPACE, f"{source}/{key}/{version}")
        envelope = Envelope(made, source, message.TYPE, key, version, when, made, actor=by)
        self.put(topic, key.encode(), envelope.headers(), message.body())
        for said in self._saying.after(key, [message]) if topic == "events" else ():
            self.say(said, when, by, key)
        return made

    def put(self, topic: str, key: bytes | None, headers: Iterable[tuple[str, bytes | None]], body: bytes | None) -> None:
        """A record as it is."""
        offset = self._offsets[topic]
        self._offsets[topic] += 1
        self.records.append(Record(topic, 0, offset, key, tuple(headers), body, datetime.now(UTC)))

    def day(self, day: str) -> UUID:
        """A day begins."""
        begun = DayStarted(day=date.fromisoformat(day))
        self._versions["clock", "day"] = begun.day.toordinal() - 1
        return self.say(begun, at(day, 0), key="day")

    def answer(
        self, command: UUID, when: datetime, *faults: Fault, personal: tuple[PersonalRef, ...] = (), by: str = "declarations"
    ) -> UUID:
        """A command is answered, by the service `by`."""
        return self.say(CommandAnswered(command_id=command, faults=faults, personal=personal), when, SECRETARY, source=by)


async def fold(log: Log, connection: Connection, batch: int = 5, service: Service = worker) -> None:
    """All that the log says, in batches, each in one transaction; what was folded before is known by the database."""
    settings = GatewaySettings(kafka="", database="")
    engine, by_topic = Engine(service, settings), readers(service, settings)
    for topic, records in _batches(log.records, batch):
        await tables.open_positions(connection, topic, [0])
        ranges = {(topic, 0): OffsetRange(0, records[-1].offset)}
        async for each in by_topic[topic].batches(connection, records, ranges):
            await engine.apply(connection, each)


def _batches(records: Iterable[Record], most: int) -> Iterator[tuple[str, list[Record]]]:
    """The records in their order, at most so many of a topic at once, and what came before a day before it."""
    waiting: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        waiting[record.topic].append(record)
        if record.topic == CALENDAR or sum(map(len, waiting.values())) == most:
            yield from sorted(waiting.items(), key=lambda of: of[0] == CALENDAR)
            waiting.clear()
    yield from waiting.items()
