"""Whatever a record holds, reading it never raises, never keeps what PostgreSQL could not store, and skips what is somebody else's."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.engine.incoming import Incoming
from chassis.reading.readers import readers
from chassis.record import Record
from chassis.settings import Settings
from contracts.envelope import Actor, Envelope, Position
from tests.chassis.sample import SERVICE, Add, Added, Poked, Share

READERS = readers(SERVICE, Settings(kafka="", database=""))
AT = datetime(2008, 2, 1, tzinfo=UTC)
GOOD = Envelope(
    UUID(int=1), "gateway", Add.TYPE, "k", 1, AT, UUID(int=1), actor=Actor("me", "agent"), after=(Position("events", 0, 1),)
).headers()
NAMES = [name for name, _ in GOOD]


def record(topic: str, key: bytes | None, headers: list[tuple[str, bytes | None]], body: bytes | None) -> Record:
    return Record(topic, 0, 0, key, headers, body, AT)


def read(topic: str, kind: bytes | None, source: bytes | None = None, body: bytes = b"{}", key: bytes = b"k") -> Incoming | None:
    source = source or (b"gateway" if topic == "billing.commands" else b"surveys")
    changed: dict[str, bytes | None] = {"ce_type": kind, "ce_source": source}
    return READERS[topic].read(record(topic, key, list({**dict(GOOD), **changed}.items()), body))


values = (
    st.none()
    | st.binary()
    | st.sampled_from([b"0", b"-1", b"9" * 25, b"[]", b"[[1]]", b"{}", b"null", b"[" * 3_000, b"\x00", b"2008-02-01"])
)


@given(
    topic=st.sampled_from(list(READERS)),
    key=st.none() | st.binary() | st.sampled_from([b"\x00", b"k\x00", b"\xff"]),
    changed=st.dictionaries(st.sampled_from(NAMES), values, max_size=3),
    missing=st.sets(st.sampled_from(NAMES), max_size=2),
    body=st.none() | st.binary() | st.sampled_from([b"[" * 100_000, b'{"amount":1e400}', b'{"to":["\\u0000"],"amount":1}']),
)
def test_reading_never_raises(
    topic: str, key: bytes | None, changed: dict[str, bytes | None], missing: set[str], body: bytes | None
) -> None:
    headers: dict[str, bytes | None] = {**dict(GOOD), **changed}
    incoming = READERS[topic].read(record(topic, key, [(name, value) for name, value in headers.items() if name not in missing], body))
    if incoming is None:
        return
    assert not any("\0" in text for text in (*incoming.keys, incoming.poison or ""))
    if incoming.number:
        source, numbered_key, version = incoming.number
        assert "\0" not in source + numbered_key
        assert 0 <= version < 2**63
    if incoming.poison is None:
        assert incoming.handler is not None


@pytest.mark.parametrize(
    ("topic", "kind", "body", "becomes"),
    [
        ("events", Poked.TYPE.encode(), b"{}", "handled"),
        ("events", Added.TYPE.encode(), b"garbage", "skipped"),
        ("events", b"somebody.elses.v1", b"garbage", "skipped"),
        ("events", None, b"{}", "parked"),
        ("events", b"\xff", b"{}", "parked"),
        ("billing.commands", Add.TYPE.encode(), b'{"amount": 1}', "handled"),
        ("billing.commands", Add.TYPE.encode(), b'{"amount": "much"}', "parked"),
        ("billing.commands", b"billing.add.v2", b'{"amount": 1}', "parked"),
        ("billing.commands", Poked.TYPE.encode(), b"{}", "parked"),
    ],
)
def test_the_table_of_subscriptions_says_what_is_read(topic: str, kind: bytes | None, body: bytes, becomes: str) -> None:
    incoming = read(topic, kind, body=body)
    assert ("skipped" if incoming is None else "parked" if incoming.poison else "handled") == becomes
    assert incoming is None or incoming.keys == ("k",)


def test_a_message_touches_its_own_key_and_those_that_its_subscription_names() -> None:
    incoming = read("billing.commands", Share.TYPE.encode(), body=b'{"to": ["b", "a", "k"], "amount": 1}')
    assert incoming is not None
    assert incoming.keys == ("a", "b", "k")


def test_a_named_key_that_cannot_be_stored_parks_the_message_under_its_own() -> None:
    incoming = read("billing.commands", Share.TYPE.encode(), body=b'{"to": ["a\\u0000"], "amount": 1}')
    assert incoming is not None
    assert incoming.keys == ("k",)
    assert incoming.poison


@pytest.mark.parametrize(
    ("topic", "kind", "source"),
    [
        ("events", Poked.TYPE.encode(), b"billing"),
        ("events", Poked.TYPE.encode(), b"gateway"),
        ("events", Poked.TYPE.encode(), b"\xff"),
        ("billing.commands", Add.TYPE.encode(), b"surveys"),
        ("billing.commands", b"billing.unheard-of.v1", b"surveys"),
        ("calendar", b"calendar.day-started.v1", b"surveys"),
    ],
)
def test_what_claims_a_source_that_may_not_say_it_is_parked_alone(topic: str, kind: bytes, source: bytes) -> None:
    incoming = read(topic, kind, source=source, body=b'{"amount": 1, "day": "2008-02-01"}')
    assert incoming is not None
    assert (incoming.kind, incoming.keys, incoming.number, incoming.handler) == ("impostor", (), None, None)
    assert incoming.poison and "may not say this" in incoming.poison
