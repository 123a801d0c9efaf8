"""What a message says when it is handled again is held against what it said the first time."""

import json
from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest

from chassis import outbox
from chassis.record import Record
from chassis.recovery.facts import Fact, NotBroughtBack, SaidBefore, by_cause, read_fact
from contracts.envelope import Envelope, derived_id
from tests.chassis.sample import Added

CAUSE = UUID(int=1)


def row(version: int, total: int = 0, place: int = 0, key: str = "purse") -> outbox.Row:
    at, kind = datetime(2027, 3, 1, tzinfo=UTC), Added.TYPE
    envelope = Envelope(uuid5(derived_id(CAUSE, place), key), "billing", kind, key, version, at, CAUSE, causation=CAUSE)
    headers = json.dumps({name: value.decode() for name, value in envelope.headers()})
    return "events", key, version, headers, Added(amount=1, total=total).body(), ""


def on_the_log(row: outbox.Row, sequence: int = 7, offset: int = 3) -> Fact:
    topic, key, _, headers, body, _ = row
    decided = {"by": ["billing.commands", 0, offset], "read": {"0": 12}, "tick": None}
    sent = json.loads(headers) | {outbox.SEQUENCE: str(sequence), outbox.DECIDED: json.dumps(decided)}
    named = [(name, value.encode()) for name, value in sent.items()]
    return read_fact(Record(topic, 0, 0, key.encode(), named, body, datetime.now(UTC)))


def said(*rows: outbox.Row) -> SaidBefore:
    [decided] = by_cause([on_the_log(each) for each in rows])
    return SaidBefore({"purse": 2}, "events", decided)


def test_what_the_log_holds_is_not_sent_again_and_what_it_lacks_is() -> None:
    assert said(row(1)).unsaid([row(1)]) == []
    assert said(row(2)).unsaid([row(2), row(3, place=1)]) == [row(3, place=1)]


def test_what_is_said_otherwise_or_under_a_number_that_was_given_or_no_more_is_not_brought_back() -> None:
    for now in ([row(1, total=5)], [row(2)], [row(1), row(2, place=1)], []):
        with pytest.raises(NotBroughtBack, match="of purse is"):
            said(row(1)).unsaid(now)


def test_a_message_that_says_nothing_of_how_it_was_decided_is_not_brought_back() -> None:
    topic, key, _, headers, body, _ = row(1)
    bare = Record(
        topic, 0, 8, key.encode(), [(name, value.encode()) for name, value in json.loads(headers).items()], body, datetime.now(UTC)
    )
    with pytest.raises(NotBroughtBack, match="events-0@8 does not say"):
        read_fact(bare)


def test_what_was_decided_is_done_again_in_the_order_in_which_it_was_decided() -> None:
    late, early = on_the_log(row(1), sequence=9, offset=3), on_the_log(row(2, place=1), sequence=8, offset=4)
    assert [decided.first for decided in by_cause([late, early])] == [early, late]


def test_what_a_tick_did_to_each_key_is_done_again_by_itself() -> None:
    facts = [on_the_log(row(1, key=key), sequence=sequence) for sequence, key in ((7, "purse"), (8, "other"))]
    assert [decided.first for decided in by_cause(facts, {"billing.commands"})] == facts
    assert len(by_cause(facts)) == 1
