"""Each promise about messages, kept by an honest log and broken by one fault."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from auditor import log
from auditor.finding import Finding, Promise
from auditor.history import EVENTS, Told
from auditor.notes import notes
from auditor.promises import messages
from chassis.record import Record
from contracts.actions import EntryDate, EntryRequested, OpenAction, TraineeEntered
from contracts.answers import CommandAnswered
from contracts.codes import Frequency
from contracts.declarations import ConfirmMonth, EntryGranted, MonthConfirmed
from contracts.envelope import Envelope
from tests.rules.auditor.story import ANNE, CONTRACT, NOW, OCTOBER, Story, invoiced

COMMANDS = "declarations.commands"


def found(story: Story) -> Iterator[Finding]:
    """What is broken; all databases have counted what they have by now."""
    history = story.history()
    for check in (messages.versions, messages.answers, messages.decided, messages.sent, messages.applied):
        yield from check(history)
    yield from (finding for _, _, finding in messages.never_counted(history))


def broken(story: Story) -> set[Promise]:
    return {finding.promise for finding in found(story)}


def asked(**of_the_row: object) -> Story:
    """An action in whose October somebody has asked something, and everybody has seen all."""
    story = invoiced()
    command = story.say(ConfirmMonth(month=OCTOBER), topic=COMMANDS)
    row = {"id": command.id, "service": "declarations", "type": command.type, "sent_at": NOW.isoformat(), "answered_at": None}
    story.hold("gateway", "commands", **row | of_the_row)
    return story


def answered(**of_the_row: object) -> Story:
    story = asked(answered_at=NOW.isoformat(), **of_the_row)
    story.say(CommandAnswered(command_id=UUID(story.last(ConfirmMonth).id)), "declarations")
    return story


def seen(story: Story) -> Story:
    """The same, everybody having taken in all that they wait for."""
    for database, kinds in messages.HEARD.items():
        for source in {told.source for told in story.told}:
            heard = [told.version for told in story.told if told.source == source and told.topic == EVENTS and told.kind in kinds]
            if heard:
                story.hold(database, "seen", source=source, version=max(heard))
    return story


def test_an_honest_log_is_found_in_order() -> None:
    assert broken(seen(answered())) == set()


def test_what_was_sent_again_is_no_fault() -> None:
    story = seen(answered())
    again = story.last(MonthConfirmed)
    story.told.append(replace(again, offset=999))
    assert broken(story) == set()


def lost(story: Story) -> None:
    story.without(story.told[1])


def lost_at_the_end(story: Story) -> None:
    story.counted["billing"] = 99


def forged_later(story: Story) -> None:
    story.counted["declarations"] = story.last(MonthConfirmed).version


def said_otherwise(story: Story) -> None:
    story.told.append(replace(story.told[2], offset=999, digest=b"forged"))


def out_of_order(story: Story) -> None:
    first, second = story.told[1], story.told[2]
    story.told[1:3] = [replace(second, offset=first.offset), replace(first, offset=second.offset)]


def not_taken_in(story: Story) -> None:
    story.held["billing", "seen"] = [{**row, "version": 1} for row in story.held["billing", "seen"]]


def parked_for_nothing(story: Story) -> None:
    story.hold("billing", "parked", topic=EVENTS, partition=0, offset=12345, waits=True)


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        (lost, Promise.VERSIONS),
        (lost_at_the_end, Promise.VERSIONS),
        (forged_later, Promise.VERSIONS),
        (said_otherwise, Promise.VERSIONS),
        (out_of_order, Promise.VERSIONS),
        (not_taken_in, Promise.APPLIED),
        (parked_for_nothing, Promise.APPLIED),
    ],
)
def test_a_fault_is_named(fault: Callable[[Story], None], promise: Promise) -> None:
    story = seen(answered())
    fault(story)
    assert broken(story) == {promise}


def answered_twice(story: Story) -> None:
    answer = story.last(CommandAnswered)
    story.say(CommandAnswered.parse(answer.body), "declarations")


def shown_without_an_answer(story: Story) -> None:
    story.without(story.last(CommandAnswered))
    story.counted["declarations"] = max(told.version for told in story.told if told.source == "declarations" and told.topic == EVENTS)


def never_sent(story: Story) -> None:
    story.without(story.last(CommandAnswered))
    story.without(story.last(ConfirmMonth))
    story.held["gateway", "commands"][0] = {**story.held["gateway", "commands"][0], "answered_at": None}


@pytest.mark.parametrize("fault", [answered_twice, shown_without_an_answer, never_sent])
def test_a_command_without_its_one_answer_is_named(fault: Callable[[Story], None]) -> None:
    story = seen(answered())
    fault(story)
    assert Promise.ANSWERS in broken(story)


def test_a_command_that_its_service_read_and_never_answered_is_named() -> None:
    (finding,) = found(seen(asked()))
    assert (finding.promise, finding.about) == (Promise.ANSWERS, CONTRACT) and str(asked().last(ConfirmMonth).id) in finding.what


def not_read(story: Story) -> None:
    command = story.last(ConfirmMonth)
    story.told[story.told.index(command)] = replace(command, offset=999)


def in_the_outbox(story: Story) -> None:
    command = story.last(ConfirmMonth)
    story.told[story.told.index(command)] = replace(command, waits=True)


def parked(story: Story) -> None:
    story.hold("declarations", "parked", topic=COMMANDS, partition=0, offset=story.last(ConfirmMonth).offset, waits=False)


@pytest.mark.parametrize("why", [not_read, in_the_outbox, parked])
def test_a_command_on_its_way_is_no_fault(why: Callable[[Story], None]) -> None:
    story = seen(asked())
    why(story)
    assert broken(story) == set()


def change(story: Story, told: Told, **changes: object) -> None:
    story.told[story.told.index(told)] = replace(told, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("read", "promises"), [(11, {Promise.DECIDED}), (12, set()), (13, set())])
def test_a_command_that_was_decided_before_its_service_had_read_what_its_author_saw_is_named(read: int, promises: set[Promise]) -> None:
    story = seen(answered())
    change(story, story.last(ConfirmMonth), knew='{"0": 12}')
    change(story, story.last(CommandAnswered), knew=f'{{"0": {read}}}')
    assert broken(story) == promises


def answer_that_says(**headers: bytes) -> log.Told | None:
    answer = Envelope(uuid4(), "declarations", CommandAnswered.TYPE, CONTRACT, 1, NOW, uuid4())
    return log.message(EVENTS, Record(EVENTS, 0, 9, CONTRACT.encode(), (*answer.headers(), *headers.items()), b"{}", NOW))


def test_an_answer_that_does_not_say_what_was_known_is_no_fault() -> None:
    """It was given before services said it."""
    told = answer_that_says()
    assert told and told.knew == ""
    story = seen(answered())
    change(story, story.last(ConfirmMonth), knew='{"0": 12}')
    assert broken(story) == set()


def test_a_command_that_was_decided_before_its_service_had_read_anything_is_named() -> None:
    told = answer_that_says(ce_decided=b'{"by": ["declarations.commands", 0, 3], "tick": null, "read": {}}')
    assert told and told.knew == "{}"
    story = seen(answered())
    change(story, story.last(ConfirmMonth), knew='{"0": 12}')
    change(story, story.last(CommandAnswered), knew=told.knew)
    assert broken(story) == {Promise.DECIDED}


@pytest.mark.parametrize(("gone", "promises"), [(9, set()), (10, set()), (11, {Promise.SENT})])
def test_a_row_that_stays_behind_in_an_outbox_is_named(gone: int, promises: set[Promise]) -> None:
    story = seen(asked())
    change(story, story.last(ConfirmMonth), waits=True, sequence=10)
    story.sent = {"gateway": gone}
    assert broken(story) == promises


def test_what_is_on_its_topic_and_not_yet_forgotten_by_the_outbox_is_no_fault() -> None:
    story = seen(answered())
    story.told.append(replace(story.last(ConfirmMonth), waits=True, sequence=10))
    story.sent = {"gateway": 11}
    assert broken(story) == set()


@pytest.mark.parametrize("decided", [b"", b"no", b"[]", b'{"read": 5}', b'{"read": {"0": "x", "1": 1e99}}'])
def test_what_a_stranger_writes_in_its_headers_stops_no_audit(decided: bytes) -> None:
    forged = Envelope(uuid4(), "declarations", MonthConfirmed.TYPE, CONTRACT, 1, NOW, uuid4())
    headers = (*forged.headers(), ("ce_decided", decided), ("ce_sequence", b"9" * 30))
    told = log.message(EVENTS, Record(EVENTS, 0, 999, CONTRACT.encode(), headers, b"{}", NOW))
    assert told and told.sequence == 0
    with notes() as kept:
        kept.tell([told])


def asking() -> Story:
    """Actions has asked declarations whether somebody may enter."""
    story = invoiced()
    command = story.say(OpenAction(actual_start=date(2007, 9, 3), frequency=Frequency.MONTHLY), topic="actions.commands")
    story.say(EntryRequested(entries=(EntryDate(trainee_id=ANNE, entered_on=date(2007, 9, 4)),)), cause=command.id)
    return story


def test_a_command_that_waits_for_what_was_asked_of_another_service_is_no_fault() -> None:
    story = asking()
    story.behind["declarations"] = sum(told.topic == EVENTS for told in story.told) - 1
    assert Promise.ANSWERS not in broken(story)


def test_a_command_whose_ask_was_read_and_never_answered_is_named() -> None:
    assert Promise.ANSWERS in broken(asking())


def test_a_command_whose_ask_was_granted_without_an_end_is_named() -> None:
    story = asking()
    ask = story.last(EntryRequested)
    story.say(EntryGranted(entries=EntryRequested.parse(ask.body).entries), cause=ask.id)
    assert Promise.ANSWERS in broken(story)
    story.behind["actions"] = sum(told.topic == EVENTS for told in story.told) - 1
    assert Promise.ANSWERS not in broken(story)


def test_an_event_that_a_reader_has_not_reached_is_in_flight() -> None:
    story = seen(answered())
    length = sum(told.topic == EVENTS for told in story.told)
    story.say(TraineeEntered(trainee_id=ANNE, entered_on=date(2007, 9, 4)))
    story.behind |= {"declarations": length, "surveys": length, "gateway": length}
    assert broken(story) == set()


def test_commands_are_forgotten_by_their_topics_after_a_week() -> None:
    story = seen(asked())
    command = story.last(ConfirmMonth)
    story.told[story.told.index(command)] = replace(command, written=NOW - timedelta(days=8))
    assert broken(story) == set()


def test_a_command_that_nobody_recorded_is_named_and_one_that_a_restored_portal_noted_again_is_not() -> None:
    story = seen(answered())
    command = story.last(ConfirmMonth)
    story.told[story.told.index(command)] = replace(command, source="gateway/3f9a0c1e")
    assert broken(story) == set()
    story.held["gateway", "commands"].clear()
    assert broken(story) == {Promise.VERSIONS}


@pytest.mark.parametrize("version", [10**30, 10**18, -1, 0])
def test_a_number_that_nobody_could_count_stops_no_audit(version: int) -> None:
    story = seen(answered())
    forged = Envelope(uuid4(), "declarations", MonthConfirmed.TYPE, CONTRACT, version, NOW, uuid4())
    record = Record(EVENTS, 0, 999, CONTRACT.encode(), forged.headers(), b"{}", NOW)
    told = log.message(EVENTS, record)
    assert told
    story.counted["declarations"] = story.last(CommandAnswered).version
    story.told.append(told)
    with notes() as kept:
        kept.tell(story.told)
    assert broken(story) == {Promise.VERSIONS}


@pytest.mark.parametrize(("key", "headers"), [(None, ()), (b"\xff", (("ce_id", None),)), (b"k", (("ce_id", b"\xff"),))])
def test_what_no_reader_could_take_for_a_message_is_none(key: bytes | None, headers: tuple[tuple[str, bytes | None], ...]) -> None:
    assert log.message(EVENTS, Record(EVENTS, 0, 0, key, headers, b"", NOW)) is None
