"""From records to items: what is ours to handle, which keys it touches, and what cannot be understood. Nothing here asks the database."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol
from uuid import UUID, uuid5

from contracts.answers import CommandAnswered
from contracts.calendar import DayStarted
from contracts.envelope import NAMESPACE, Envelope, EnvelopeError
from contracts.message import Message
from contracts.refusals import Refusal

from .service import Outside, OutsideRecord, Service, Subscription
from .settings import CALENDAR, PERSONAL, Settings
from .work import Handler, Work

MAX_VERSION = 2**63
Act = Callable[[Work[Any]], Awaitable[None]]


class RawRecord(Protocol):
    """What aiokafka gives."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Iterable[tuple[str, bytes | None]]


def as_record(raw: RawRecord) -> OutsideRecord:
    """The record as it is kept and given to handlers."""
    written = datetime.fromtimestamp(max(raw.timestamp, 0) / 1000, UTC)
    return OutsideRecord(raw.topic, raw.partition, raw.offset, raw.key, tuple(raw.headers), raw.value, written)


@dataclass(frozen=True, slots=True)
class Item:
    """One record to handle, or to park when `poison` says why it cannot be."""

    record: OutsideRecord
    envelope: Envelope | None
    """None when it cannot be read."""
    keys: tuple[str, ...] = ()
    """Every key that it touches; none when its key cannot be read: it is then parked alone."""
    act: Act | None = None
    on_discard: Act | None = None
    on_refusal: Callable[[Work[Any], Refusal], Awaitable[None]] | None = None
    """Tells a stranger that what they sent is refused."""
    poison: str | None = None
    command: bool = False
    outside: bool = False
    numbered: tuple[str, str, int] | None = None
    """Source, key and version, by which a repeat is told."""
    answer: CommandAnswered | None = None
    numbering: UUID | None = None

    def spoilt(self, error: BaseException) -> Item:
        """The same, to be parked because of `error`. An outside record holds nobody else up."""
        text = "".join(traceback.format_exception(error)).encode(errors="replace").decode().replace("\0", "�")
        return replace(self, poison=text, keys=() if self.outside else self.keys)


class Reader(Protocol):
    """How one topic is read."""

    topic: str

    def sort(self, raw: RawRecord | OutsideRecord) -> Item | None:
        """The item for a record; None when nobody listens to it. Never raises."""


class SubscriptionReader:
    """A topic of ours: a look at the type's header, then the envelope, the body, the keys."""

    def __init__(self, subscription: Subscription, service: Service, settings: Settings) -> None:
        self.topic = settings.topic(subscription.topic)
        self._subscription, self._own = subscription, service.name.encode()
        self._table: dict[bytes, tuple[type[Message], Handler | None]] = {}
        if service.note and subscription.topic == "events":
            self._table[CommandAnswered.TYPE.encode()] = (CommandAnswered, None)
        self._table |= {kind.TYPE.encode(): (kind, handler) for kind, handler in subscription.handlers.items()}
        self._others: set[bytes] = set()
        self.own: dict[str, int] = {}
        """The highest version of this service's own events seen since `own` was emptied, by key."""

    def sort(self, raw: RawRecord | OutsideRecord) -> Item | None:
        """As `Reader`. What is neither in the table nor a command is skipped undecoded, if its type is a type at all."""
        kind = source = version = None
        for name, value in raw.headers:
            if name == "ce_type":
                kind = value
            elif name == "ce_source":
                source = value
            elif name == "ce_version":
                version = value
        if source == self._own and version is not None and version.isdigit() and len(version) < 19:
            self.own.update((key, int(version)) for key in _own_key(raw))
        found = self._table.get(kind) if kind is not None else None
        if found is None and not self._subscription.commands and self._is_another(kind):
            return None
        return self._read(raw if isinstance(raw, OutsideRecord) else as_record(raw), found)

    def _is_another(self, kind: bytes | None) -> bool:
        if kind is None:
            return False
        if kind not in self._others:
            try:
                kind.decode()
            except UnicodeDecodeError:
                return False
            self._others.add(kind)
        return True

    def _read(self, record: OutsideRecord, found: tuple[type[Message], Handler | None] | None) -> Item:
        item = Item(record, None, command=self._subscription.commands, keys=_own_key(record))
        try:
            envelope = _envelope(record)
            item = replace(
                item,
                envelope=envelope,
                keys=(envelope.key,),
                # A record of `personal` has a version of its own (the highest counts), under an id that may be the key of its
                # source's events too: told by one number, the record would be taken for an event that was seen.
                numbered=None if self._subscription.topic == PERSONAL else (envelope.source, envelope.key, envelope.version),
                numbering=envelope.id,
            )
            if found is None:
                raise EnvelopeError(f"nobody here handles {envelope.type!r}")
            kind, handler = found
            discard = self._subscription.on_discard.get(kind)
            message = kind.parse(record.body or b"")
            named = [_storable(key) for key in self._subscription.keys(message, envelope)] if self._subscription.keys else ()
            return replace(
                item,
                keys=tuple(sorted({envelope.key, *named})),
                act=_bound(handler, message) if handler else None,
                on_discard=_bound(discard, message) if discard else None,
                answer=message if isinstance(message, CommandAnswered) else None,
            )
        except Exception as error:
            return item.spoilt(error)


class OutsideReader:
    """A topic of strangers: no envelope; the service decodes it itself."""

    def __init__(self, outside: Outside, settings: Settings) -> None:
        self.topic = settings.topic(outside.topic)
        self._outside = outside

    def sort(self, raw: RawRecord | OutsideRecord) -> Item:
        """As `Reader`. The envelope is made up: its id from the record's place, its time from Kafka."""
        record = raw if isinstance(raw, OutsideRecord) else as_record(raw)
        place = uuid5(NAMESPACE, f"{record.topic}/{record.partition}/{record.offset}")
        text = (record.key or b"").decode(errors="replace").replace("\0", "�")
        envelope = Envelope(place, self._outside.topic, self._outside.topic, text, 0, record.timestamp, place)
        item = Item(record, envelope, outside=True, numbering=place)
        try:
            keys = sorted({key for key in self._outside.keys(record) if "\0" not in key})
            refused = partial(_refused, self._outside.refused, record)
            return replace(item, keys=tuple(keys), act=partial(_handed, self._outside.handle, record), on_refusal=refused)
        except Exception as error:
            return item.spoilt(error)


class CalendarReader:
    """The calendar: a day is one record, and one item per key that wants it (`of_key`), each told by the day's ordinal."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.topic = settings.topic(CALENDAR)
        self._daily = service.daily

    def sort(self, raw: RawRecord | OutsideRecord) -> Item | None:
        """As `Reader`. A parked record whose key is another than the day's is one key's part of it."""
        record = raw if isinstance(raw, OutsideRecord) else as_record(raw)
        try:
            envelope, day = self.read(record)
        except Exception as error:
            return Item(record, None).spoilt(error)
        if self._daily is None:
            return None
        return Item(
            record,
            envelope,
            keys=(envelope.key,),
            act=_bound(self._daily, day),
            numbered=(envelope.source, envelope.key, envelope.version),
            numbering=uuid5(envelope.id, envelope.key),
        )

    def read(self, record: OutsideRecord) -> tuple[Envelope, DayStarted]:
        """The day in a record. Raises EnvelopeError or pydantic's ValidationError."""
        envelope = _envelope(record)
        if envelope.type != DayStarted.TYPE:
            raise EnvelopeError(f"{envelope.type!r} on the calendar")
        return envelope, DayStarted.parse(record.body or b"")


def readers(service: Service, settings: Settings) -> dict[str, Reader]:
    """How each topic of the service is read, by its name in Kafka; everybody reads the calendar."""
    found: list[Reader] = [
        OutsideReader(one, settings) if isinstance(one, Outside) else SubscriptionReader(one, service, settings)
        for one in service.subscriptions
    ]
    return {reader.topic: reader for reader in (*found, CalendarReader(service, settings))}


def latest_after(items: Iterable[Item]) -> Mapping[tuple[str, int], int]:
    """The last `after` of each partition that these items ask for."""
    latest: dict[tuple[str, int], int] = {}
    for item in items:
        for place in item.envelope.after if item.envelope else ():
            latest[place.topic, place.partition] = max(place.offset, latest.get((place.topic, place.partition), -1))
    return latest


def _envelope(record: OutsideRecord) -> Envelope:
    envelope = Envelope.read(record.key, record.headers)
    if not 0 <= envelope.version < MAX_VERSION:
        raise EnvelopeError("a version that no counter reaches")
    _storable(envelope.key + envelope.source)
    return envelope


def _storable(text: str) -> str:
    if "\0" in text:
        raise EnvelopeError("PostgreSQL keeps no text with a zero byte")
    return text


def _own_key(record: RawRecord | OutsideRecord) -> tuple[str, ...]:
    """The record's key; none when there is none that can be read and stored."""
    try:
        return (_storable(record.key.decode()),) if record.key is not None else ()
    except ValueError:
        return ()


def _bound(handler: Callable[[Work[Any], Any], Awaitable[None]], message: Message) -> Act:
    return lambda work: handler(work, message)


async def _handed(handle: Callable[[Work[Any], OutsideRecord], Awaitable[None]], record: OutsideRecord, work: Work[Any]) -> None:
    await handle(work, record)


async def _refused(
    refused: Callable[[Work[Any], OutsideRecord, Refusal], Awaitable[None]], record: OutsideRecord, work: Work[Any], refusal: Refusal
) -> None:
    await refused(work, record, refusal)
