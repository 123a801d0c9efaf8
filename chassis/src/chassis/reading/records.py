"""Topics whose records are a message each: ours, with an envelope, and those of strangers, without."""

from dataclasses import replace
from uuid import uuid5

from contracts.answers import CommandAnswered
from contracts.envelope import NAMESPACE, Envelope, EnvelopeError
from contracts.message import Command, Message

from ..engine.incoming import Incoming
from ..record import Record
from ..service import Outside, Service, Subscription
from ..settings import EVENTS, Settings
from ..work import ERASED, Handler
from .reader import Reader, envelope_of, impostor, storable


class SubscriptionReader(Reader):
    """A topic of ours: a look at the type's header, then the envelope, the body, the keys."""

    def __init__(self, subscription: Subscription, service: Service, settings: Settings) -> None:
        super().__init__(settings.topic(subscription.topic))
        self._subscription, self._own_source = subscription, service.name.encode()
        self._is_of_commands = subscription.commands
        self._has_records = subscription.topic == service.records_topic
        self._handlers: dict[bytes, tuple[type[Message], Handler | None]] = {}
        if service.note and subscription.topic == EVENTS:
            self._handlers[CommandAnswered.TYPE.encode()] = (CommandAnswered, None)
        self._handlers |= {kind.TYPE.encode(): (kind, handler) for kind, handler in subscription.handlers.items()}

    def read(self, record: Record) -> Incoming | None:
        """As `Reader`. What is neither in the table nor a command is skipped undecoded, if its type is a type at all."""
        headers = dict(record.headers)
        if record.body is None and self._subscription.erased:
            return self._erasure(record, self._subscription.erased)
        type_, version = headers.get("ce_type"), headers.get("ce_version")
        if headers.get("ce_source") == self._own_source and version is not None and version.isdigit() and len(version) < 19:
            self.own_versions.update((key, int(version)) for key in _readable_key(record))
        handled = self._handlers.get(type_) if type_ is not None else None
        if handled is None and not self._is_of_commands and _is_text(type_):
            return None
        if (handled or self._is_of_commands) and (found := impostor(record, handled[0] if handled else Command)):
            return found
        incoming = Incoming(record, kind="command" if self._is_of_commands else "event", keys=_readable_key(record))
        try:
            incoming = self._with_envelope(incoming)
            if handled is None:
                raise EnvelopeError(f"nobody here handles {type_!r}")
            return self._with_message(incoming, *handled)
        except Exception as error:
            return incoming.poisoned_by(error)

    def _erasure(self, record: Record, erased: Handler) -> Incoming:
        """A record without a body erases what its key names, whatever its headers say or lack: Kafka decides who may write the topic."""
        keys, made = _readable_key(record), uuid5(NAMESPACE, f"{record.topic}/{record.partition}/{record.offset}")
        if not keys:
            return Incoming(record).poisoned_by(EnvelopeError("it erases nothing: its key cannot be read"))
        envelope = Envelope(made, record.topic, ERASED, keys[0], 0, record.timestamp, made)
        return Incoming(record, envelope, keys=keys, handler=erased, id=made)

    def _with_envelope(self, incoming: Incoming) -> Incoming:
        envelope = envelope_of(incoming.record)
        # A record has a version of its own (the highest counts), under an id that may be the key of its source's events too: told by
        # one number, the record would be taken for an event that was seen.
        number = None if self._has_records else (envelope.source, envelope.key, envelope.version)
        return replace(incoming, envelope=envelope, keys=(envelope.key,), number=number, id=envelope.id)

    def _with_message(self, incoming: Incoming, kind: type[Message], handler: Handler | None) -> Incoming:
        message, envelope = kind.parse(incoming.record.body or b""), incoming.envelope
        named = self._subscription.keys(message, envelope) if self._subscription.keys and envelope else ()
        keys = tuple(sorted({*incoming.keys, *map(storable, named)}))
        return replace(incoming, keys=keys, message=message, handler=handler, on_discard=self._subscription.on_discard.get(kind))


class OutsideReader(Reader):
    """A topic of strangers: no envelope; the service decodes it itself."""

    def __init__(self, outside: Outside, settings: Settings) -> None:
        super().__init__(settings.topic(outside.topic))
        self._outside = outside

    def read(self, record: Record) -> Incoming:
        """As `Reader`. The envelope is made up: its id from the record's position, its time from Kafka."""
        record_id = uuid5(NAMESPACE, f"{record.topic}/{record.partition}/{record.offset}")
        key = (record.key or b"").decode(errors="replace").replace("\0", "�")
        envelope = Envelope(
            record_id, self._outside.topic, self._outside.topic, key, 0, record.timestamp, record_id, actor=self._outside.actor
        )
        incoming = Incoming(
            record,
            envelope,
            kind="outside",
            creates=self._outside.creates,
            message=record,
            handler=self._outside.handle,
            on_refusal=self._outside.refused,
            id=record_id,
        )
        try:
            return replace(incoming, keys=tuple(sorted({key for key in self._outside.keys(record) if "\0" not in key})))
        except Exception as error:
            return incoming.poisoned_by(error)


def _is_text(header: bytes | None) -> bool:
    try:
        return header is not None and bool(header.decode())
    except UnicodeDecodeError:
        return False


def _readable_key(record: Record) -> tuple[str, ...]:
    """The record's key; none when there is none that can be read and stored."""
    try:
        return (storable(record.key.decode()),) if record.key is not None else ()
    except ValueError:
        return ()
