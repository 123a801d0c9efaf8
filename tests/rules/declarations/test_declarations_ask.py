"""What `actions` asks: entries, removals, the closing. TRN-5, TRN-6, TRN-9, CLO-1."""

import pytest

from contracts.actions import ClosingRequested, EntryDate
from contracts.declarations import AskRefused, ClosingGranted, EntryGranted, RemovalGranted
from contracts.month import Month
from contracts.refusals.common import Discarded, NotFound
from declarations.rules.ask import refused
from tests.rules.declarations.course import BORG, FRANCO, KOURNIKOVA, NADAL, Course, checked, codes, day, early, ended


def said_no(course: Course, asked: str) -> list[tuple[str, str | None]]:
    (event,) = course.said
    assert isinstance(event, AskRefused) and event.asked == asked
    return [(fault.code, fault.field or fault.item) for fault in checked(list(event.faults))]


def entry_refused(course: Course) -> list[tuple[str, str | None]]:
    return said_no(course, "actions.entry-requested.v1")


@pytest.mark.parametrize(("on", "granted"), [("2007-09-02", False), ("2007-09-03", True), ("2008-06-27", True), ("2008-06-28", False)])
def test_trn_06_an_entry_lies_between_actual_start_and_planned_end(on: str, granted: bool):
    course = Course().registers(NADAL).asks_entry((NADAL, on))
    if granted:
        assert course.said == [EntryGranted(entries=(EntryDate(trainee_id=NADAL, entered_on=day(on)),))]
        assert course.action.trainees[NADAL].entered_on == day(on)
    else:
        assert entry_refused(course) == [("entry-outside-training", "entries.0.entered_on")]
        assert course.action.trainees[NADAL].entered_on is None


def test_trn_06_nobody_enters_in_a_confirmed_month():
    course = Course().declares("2007-09").registers(NADAL)
    assert entry_refused(course.asks_entry((NADAL, "2007-09-10"))) == [("entry-month-confirmed", "entries.0.entered_on")]
    assert isinstance(course.asks_entry((NADAL, "2007-10-01")).said[0], EntryGranted)


def test_trn_06_a_reopened_month_counts_as_not_confirmed():
    course = Course().declares("2007-09").rejects("2007-09").registers(NADAL).asks_entry((NADAL, "2007-09-10"))
    assert isinstance(course.said[0], EntryGranted)


def test_trn_06_nobody_enters_once_the_action_is_closed_even_in_a_reopened_month():
    course = Course().leaves(BORG, early("2007-09-28")).declares("2007-09").asks_closing().rejects("2007-09")
    assert [code for code, _ in entry_refused(course.asks_entry((NADAL, "2007-09-10")))] == ["entry-after-closing"]


def test_trn_06_a_list_is_granted_whole_or_not_at_all_and_every_fault_is_said():
    course = Course().declares("2007-09").registers(NADAL).registers(FRANCO).registers(KOURNIKOVA)
    course.asks_entry((NADAL, "2007-09-10"), (FRANCO, "2007-10-08"), (KOURNIKOVA, "2008-07-01"))
    assert entry_refused(course) == [
        ("entry-month-confirmed", "entries.0.entered_on"),
        ("entry-outside-training", "entries.2.entered_on"),
    ]
    assert course.action.trainees[FRANCO].entered_on is None


def test_trn_06_a_changed_entry_date_needs_the_old_and_the_new_month_unconfirmed():
    course = Course(trainees=(BORG,)).enters(NADAL, "2007-09-10").enters(KOURNIKOVA, "2007-11-05").declares("2007-09")
    assert entry_refused(course.asks_entry((NADAL, "2007-11-05"))) == [
        ("entry-month-confirmed", "entries.0.entered_on"),
        ("hours-before-entry", "entries.0.entered_on"),
    ]
    assert entry_refused(course.asks_entry((KOURNIKOVA, "2007-09-20"))) == [("entry-month-confirmed", "entries.0.entered_on")]
    assert isinstance(course.asks_entry((KOURNIKOVA, "2007-10-20")).said[0], EntryGranted)


def test_trn_06_a_changed_entry_date_leaves_no_line_before_it_zeros_too():
    course = Course().enters(NADAL, "2007-09-10").saves(NADAL, "2007-09", "0 0 0 0 0 0")
    assert entry_refused(course.asks_entry((NADAL, "2007-10-01"))) == [("hours-before-entry", "entries.0.entered_on")]
    assert isinstance(course.asks_entry((NADAL, "2007-09-30")).said[0], EntryGranted)


def test_trn_06_an_entry_does_not_come_after_the_exit():
    course = Course().leaves(BORG, early("2007-09-20"))
    assert entry_refused(course.asks_entry((BORG, "2007-09-21"))) == [("entry-after-exit", "entries.0.entered_on")]
    assert isinstance(course.asks_entry((BORG, "2007-09-20")).said[0], EntryGranted)


def test_trn_06_an_entry_date_that_does_not_change_is_granted_whatever_is_confirmed():
    course = Course().declares("2007-09").asks_entry((BORG, "2007-09-03"))
    assert isinstance(course.said[0], EntryGranted)


def test_trn_09_who_never_came_leaves_the_list_and_every_month():
    course = Course().enters(NADAL, "2007-09-10").asks_entry((NADAL, None))
    assert course.said == [EntryGranted(entries=(EntryDate(trainee_id=NADAL, entered_on=None),))]
    assert course.action.present(Month("2007-09")) == (BORG,)
    with pytest.raises(NotFound):
        course.saves(NADAL, "2007-09", "0 0 0 0 0 0")


@pytest.mark.parametrize("typed", ["5 0 0 0 0 0", "0 0 0 0 0 0", "- - - - - -"])
def test_trn_09_somebody_with_a_line_came_zeros_are_a_line(typed: str):
    course = Course().saves(BORG, "2007-09", typed)
    assert entry_refused(course.asks_entry((BORG, None))) == [("hours-recorded", str(BORG))]


@pytest.mark.parametrize("typed", ["5 0 0 0 0 0", "0 0 0 0 0 0", "- - - - - -"])
def test_trn_05_hours_first_then_no_removal(typed: str):
    course = Course().saves(BORG, "2007-09", typed).asks_removal(BORG)
    assert said_no(course, "actions.removal-requested.v1") == [("hours-recorded", str(BORG))]
    assert BORG in course.action.trainees


def test_trn_05_removal_first_then_no_hours():
    course = Course().enters(NADAL, "2007-09-10").asks_removal(NADAL)
    assert course.said == [RemovalGranted(trainee_id=NADAL)]
    with pytest.raises(NotFound):
        course.saves(NADAL, "2007-09", "5 0 0 0 0 0")


def finished() -> Course:
    course = Course(start="2008-05-05", trainees=(BORG, KOURNIKOVA)).declares("2008-05")
    return course.leaves(BORG, early("2008-06-10")).leaves(KOURNIKOVA, ended("2008-06-27")).declares("2008-06")


def test_clo_01_closing_is_granted_when_every_month_is_confirmed_and_everybody_out():
    course = finished().asks_closing("2008-06-27")
    assert course.said == [ClosingGranted(actual_end=day("2008-06-27"))]
    assert course.action.closed


def test_clo_01_all_that_stands_in_the_way_of_closing_is_said():
    course = Course(start="2008-05-05", trainees=(BORG, KOURNIKOVA)).leaves(KOURNIKOVA, early("2008-05-20")).registers(NADAL).asks_closing()
    assert said_no(course, "actions.closing-requested.v1") == [
        ("month-still-to-confirm", "2008-05"),
        ("month-still-to-confirm", "2008-06"),
        ("still-in-training", str(BORG)),
        ("entry-missing", str(NADAL)),
    ]
    assert not course.action.closed


def test_clo_01_a_reopened_month_is_confirmed_again_before_closing():
    course = finished().rejects("2008-05")
    assert said_no(course.asks_closing(), "actions.closing-requested.v1") == [("month-still-to-confirm", "2008-05")]
    assert isinstance(course.confirms("2008-05", on="2008-03-25").asks_closing().said[0], ClosingGranted)


def test_clo_01_a_registered_trainee_without_an_entry_date_is_removed_or_marked_first():
    course = finished().registers(NADAL)
    assert said_no(course.asks_closing(), "actions.closing-requested.v1") == [("entry-missing", str(NADAL))]
    assert isinstance(course.asks_removal(NADAL).asks_closing().said[0], ClosingGranted)


def test_clo_01_months_after_the_last_trainee_left_need_no_declaration():
    course = Course().leaves(BORG, early("2007-09-28")).declares("2007-09").asks_closing()
    assert isinstance(course.said[0], ClosingGranted)


def test_clo_01_a_closed_action_keeps_everybodys_exit():
    course = Course().leaves(BORG, early("2007-09-28")).declares("2007-09").asks_closing().rejects("2007-09")
    assert codes(lambda: course.leaves(BORG, None)) == ["exit-still-needed"]


def test_clo_01_an_ask_that_the_operator_gave_up_is_answered_no():
    event = refused(ClosingRequested(actual_end=day("2008-06-27")), Discarded())
    assert (event.asked, [fault.code for fault in event.faults]) == ("actions.closing-requested.v1", ["discarded"])
