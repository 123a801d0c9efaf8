"""The topics, from their beginnings to where they end now, and what each record says."""

import hashlib
import json
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chassis import kafka
from chassis.outbox import DECIDED, SEQUENCE
from chassis.record import Record
from chassis.trouble import Trouble
from contracts.envelope import Envelope, EnvelopeError
from contracts.personal import PERSONAL

from .document import summary
from .history import CONTRACTS, CONTRACTS_REPLIES, DECISIONS, DOCUMENTS, EVENTS, INVOICES, REPLIES, Told
from .settings import AuditSettings

KEPT = frozenset({EVENTS, INVOICES, REPLIES, CONTRACTS_REPLIES})
"""The topics of whose messages the bodies are needed; none of these holds anything personal."""
STRANGERS = {DECISIONS: "finance", CONTRACTS: "programme"}
"""Who writes without an envelope, by topic."""
MOST = 2**63
PATIENCE = 60
"""Seconds without a record where there should be one."""
WHILE = timedelta(seconds=60)
"""Longer than any transaction lasts: by then, what was numbered before a message is committed too."""
OF_THE_RECORD = frozenset({"id", "version", "contract_number", "user_id"})
"""What a record of `personal` says of itself, and a table keeps in columns or leaves out."""


def topics_of(databases: Collection[str]) -> set[str]:
    """The topics on which these databases' owners speak, and are spoken to."""
    topics = {EVENTS, PERSONAL} if set(databases) - {"declarations"} else {EVENTS}
    services = set(databases) - {"gateway"}
    topics |= {f"{service}.commands" for service in services}
    topics |= {DOCUMENTS} if "gateway" in databases else set()
    topics |= {CONTRACTS, CONTRACTS_REPLIES} if "actions" in services else set()
    return topics | ({INVOICES, DECISIONS, REPLIES} if "billing" in services else set())


async def read(settings: AuditSettings, topics: Collection[str]) -> AsyncIterator[Record]:
    """Every record of `topics` (named without prefix), each partition in order, up to where it ends when this begins.

    Raises Trouble when a topic is not there, and what Kafka raises.
    """
    try:
        async for record in kafka.records(settings, {settings.topic(topic) for topic in topics}, patience=PATIENCE):
            yield record
    except TimeoutError as error:
        raise Trouble("Kafka ne donne plus rien depuis {seconds} secondes ; relancez l’audit.", seconds=PATIENCE) from error


def message(topic: str, record: Record, *, waits: bool = False) -> Told | None:
    """What a record of `topic` (without prefix) says; None when no reader could take it for a message of ours."""
    key = (record.key or b"").decode(errors="replace")
    if topic in STRANGERS:
        # Without an envelope: it is known by its place.
        return _told(topic, key, record, STRANGERS[topic], record.offset, "", "", "", waits)
    if topic == PERSONAL and record.body is None:
        return _told(topic, key, record, "", 0, "", "", "", waits)  # erases what was said before
    try:
        envelope = Envelope.read(record.key, record.headers)
    except EnvelopeError:
        return None
    version = _number(read_json(record.body).get("sequence")) if topic == INVOICES else envelope.version
    cause = str(envelope.causation or "")
    told = _told(topic, key, record, envelope.source, version, envelope.type, str(envelope.id), cause, waits)
    headers = dict(record.headers)
    events = record.topic.removesuffix(topic) + EVENTS
    seen = {position.partition: position.offset for position in envelope.after if position.topic == events}
    read = read_json(headers.get(DECIDED)).get("read")
    knew = {partition: _number(offset) for partition, offset in read.items()} if isinstance(read, dict) else seen
    sequence = record.offset if waits else _number(headers.get(SEQUENCE))
    return replace(told, sequence=sequence, knew=json.dumps(knew) if knew or read == {} else "")


def _told(topic: str, key: str, record: Record, source: str, version: int, type_: str, id_: str, cause: str, waits: bool) -> Told:
    body = summary(record.body or b"") if topic == DOCUMENTS else record.body or b""
    digest = content(read_json(body)) if topic == PERSONAL else hashlib.blake2b(f"{id_}{type_}".encode() + body, digest_size=8).digest()
    kept = body if topic in {*KEPT, DOCUMENTS} else b""
    version = version if abs(version) < MOST else 0  # a number that nobody gives
    return Told(topic, key, source, version, type_, id_, cause, record.partition, record.offset, waits, record.timestamp, kept, digest)


def content(record: Mapping[str, Any]) -> bytes:
    """Equal for the same person or text, whether it stands on `personal` or in a table of people, and whichever version wrote it: one that
    knows a field less does not say that it is empty. Tells nothing of it.
    """
    part = record.get("sheet") or record.get("contact") or {name: value for name, value in record.items() if name not in OF_THE_RECORD}
    return hashlib.blake2b(json.dumps(_filled(part), sort_keys=True).encode(), digest_size=8).digest()


def _filled(value: Any) -> Any:
    """Without fields that are empty."""
    if isinstance(value, Mapping):
        return {name: _filled(part) for name, part in value.items() if part is not None}
    return [_filled(part) for part in value] if isinstance(value, list) else value


def read_json(body: bytes | None) -> Mapping[str, Any]:
    """The object in a body; empty when there is none that could be read."""
    try:
        read = json.loads(body or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _number(text: object) -> int:
    """A number that a message says; 0 when it says none that anybody gives."""
    number = int(text) if isinstance(text, int) or (isinstance(text, bytes) and text.isdigit() and len(text) < 20) else 0
    return number if abs(number) < MOST else 0
