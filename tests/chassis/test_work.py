"""What a handler decides, before any database or broker is asked: what is said, in which order, and what is answered."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.decision import Decision
from chassis.work import Aggregate, Work, WorkError
from contracts.envelope import Envelope, Position
from contracts.message import Event
from tests.chassis.sample import Add, Added, Asked, Poked, Purse

AT = datetime(2008, 2, 1, 9, tzinfo=UTC)
COMMAND = UUID(int=7)


def filled(before: Purse | None, after: Purse) -> tuple[Event, ...]:
    """A purse that holds something else than before says what it holds."""
    return () if before and before.total == after.total else (Added(amount=0, total=after.total),)


def work(state: Purse | None = None, message_id: UUID = COMMAND) -> Work[Purse]:
    """A command about the purse `a`, which it shares with `b`."""
    envelope = Envelope(COMMAND, "gateway", Add.TYPE, "a", 1, AT, COMMAND)
    aggregates = {"a": Aggregate(4, state), "b": Aggregate[Purse](0, None)}
    return Work(envelope, Position("commands", 0, 0), AT, None, None, "billing", ("a", "b"), aggregates, message_id, says=filled)  # type: ignore[arg-type]


def said(done: Work[Purse]) -> list[tuple[str, str, int]]:
    """What goes out: type, key, version."""
    done.close()
    return [(sent.envelope.type.removeprefix("billing."), sent.envelope.key, sent.envelope.version) for sent in done.outgoing]


def test_what_changed_is_said_after_the_handlers_events_and_before_the_answer():
    handled = work(Purse(total=1))
    handled.keep(Decision(Purse(total=3), (Asked(),)))
    handled.answer(COMMAND)
    assert said(handled) == [("asked.v1", "a", 5), ("added.v1", "a", 6), ("command-answered.v1", "a", 7)]


def test_it_is_said_once_of_each_key_however_often_a_handler_saves_it():
    handled = work(Purse(total=1))
    for total in (2, 3):
        handled.keep(Decision(Purse(total=total)))
    handled.save(Purse(total=9), key="b")
    assert said(handled) == [("added.v1", "a", 5), ("added.v1", "b", 1)]
    assert b'"total":3' in handled.outgoing[0].body


def test_nothing_is_said_of_a_state_that_says_the_same():
    handled = work(Purse(total=1))
    handled.keep(Decision(Purse(total=1, pokes=4)))
    assert said(handled) == []


def test_a_decision_that_waits_for_another_service_is_answered_later():
    asking, deciding = work(), work()
    asking.keep(Decision(Purse(), (Asked(),), waits=True))
    deciding.keep(Decision(Purse()))
    assert asking.is_answered_later and not deciding.is_answered_later


def test_a_service_says_nothing_of_which_another_is_the_owner():
    with pytest.raises(WorkError, match="billing may not say surveys"):
        work(Purse()).emit(Poked())
