"""What `actions` asks: entries, removals, the closing. TRN-5, TRN-6, TRN-9, CLO-1."""

import pytest

from contracts.actions import ClosingRequested, EntryDate
from contracts.declarations import AskRefused, ClosingGranted, EntryGranted, RemovalGranted
from contracts.month import Month
from contracts.refusals.common import Discarded, NotFound
from declarations.rules.ask import refused
from tests.rules.declarations.declared_action import BORG, FRANCO, KOURNIKOVA, NADAL, DeclaredAction, checked, codes, day, early, ended


def said_no(action: DeclaredAction, asked: str) -> list[tuple[str, str | None]]:
    (event,) = action.said
    assert isinstance(event, AskRefused) and event.asked == asked
    return [(fault.code, fault.field or fault.item) for fault in checked(list(event.faults))]


def entry_refused(action: DeclaredAction) -> list[tuple[str, str | None]]:
    return said_no(action, "actions.entry-requested.v1")


@pytest.mark.parametrize(("on", "granted"), [("2007-09-02", False), ("2007-09-03", True), ("2008-06-27", True), ("2008-06-28", False)])
def test_trn_06_an_entry_lies_between_actual_start_and_planned_end(on: str, granted: bool):
    action = DeclaredAction().registers(NADAL).asks_entry((NADAL, on))
    if granted:
        assert action.said == [EntryGranted(entries=(EntryDate(trainee_id=NADAL, entered_on=day(on)),))]
        assert action.state.trainees[NADAL].entered_on == day(on)
    else:
        assert entry_refused(action) == [("entry-outside-training", "entries.0.entered_on")]
        assert action.state.trainees[NADAL].entered_on is None


def test_trn_06_nobody_enters_in_a_confirmed_month():
    action = DeclaredAction().declares("2007-09").registers(NADAL)
    assert entry_refused(action.asks_entry((NADAL, "2007-09-10"))) == [("entry-month-confirmed", "entries.0.entered_on")]
    assert isinstance(action.asks_entry((NADAL, "2007-10-01")).said[0], EntryGranted)


def test_trn_06_a_reopened_month_counts_as_not_confirmed():
    action = DeclaredAction().declares("2007-09").rejects("2007-09").registers(NADAL).asks_entry((NADAL, "2007-09-10"))
    assert isinstance(action.said[0], EntryGranted)


def test_trn_06_nobody_enters_once_the_action_is_closed_even_in_a_reopened_month():
    action = DeclaredAction().leaves(BORG, early("2007-09-28")).declares("2007-09").asks_closing().rejects("2007-09")
    assert [code for code, _ in entry_refused(action.asks_entry((NADAL, "2007-09-10")))] == ["entry-after-closing"]


def test_trn_06_a_list_is_granted_whole_or_not_at_all_and_every_fault_is_said():
    action = DeclaredAction().declares("2007-09").registers(NADAL).registers(FRANCO).registers(KOURNIKOVA)
    action.asks_entry((NADAL, "2007-09-10"), (FRANCO, "2007-10-08"), (KOURNIKOVA, "2008-07-01"))
    assert entry_refused(action) == [
        ("entry-month-confirmed", "entries.0.entered_on"),
        ("entry-outside-training", "entries.2.entered_on"),
    ]
    assert action.state.trainees[FRANCO].entered_on is None


def test_trn_06_a_changed_entry_date_needs_the_old_and_the_new_month_unconfirmed():
    action = DeclaredAction(trainees=(BORG,)).enters(NADAL, "2007-09-10").enters(KOURNIKOVA, "2007-11-05").declares("2007-09")
    assert entry_refused(action.asks_entry((NADAL, "2007-11-05"))) == [
        ("entry-month-confirmed", "entries.0.entered_on"),
        ("hours-before-entry", "entries.0.entered_on"),
    ]
    assert entry_refused(action.asks_entry((KOURNIKOVA, "2007-09-20"))) == [("entry-month-confirmed", "entries.0.entered_on")]
    assert isinstance(action.asks_entry((KOURNIKOVA, "2007-10-20")).said[0], EntryGranted)


def test_trn_06_a_changed_entry_date_leaves_no_line_before_it_zeros_too():
    action = DeclaredAction().enters(NADAL, "2007-09-10").saves(NADAL, "2007-09", "0 0 0 0 0 0")
    assert entry_refused(action.asks_entry((NADAL, "2007-10-01"))) == [("hours-before-entry", "entries.0.entered_on")]
    assert isinstance(action.asks_entry((NADAL, "2007-09-30")).said[0], EntryGranted)


def test_trn_06_an_entry_does_not_come_after_the_exit():
    action = DeclaredAction().leaves(BORG, early("2007-09-20"))
    assert entry_refused(action.asks_entry((BORG, "2007-09-21"))) == [("entry-after-exit", "entries.0.entered_on")]
    assert isinstance(action.asks_entry((BORG, "2007-09-20")).said[0], EntryGranted)


def test_trn_06_an_entry_date_that_does_not_change_is_granted_whatever_is_confirmed():
    action = DeclaredAction().declares("2007-09").asks_entry((BORG, "2007-09-03"))
    assert isinstance(action.said[0], EntryGranted)


def test_trn_09_who_never_came_leaves_the_list_and_every_month():
    action = DeclaredAction().enters(NADAL, "2007-09-10").asks_entry((NADAL, None))
    assert action.said == [EntryGranted(entries=(EntryDate(trainee_id=NADAL, entered_on=None),))]
    assert action.state.present(Month("2007-09")) == (BORG,)
    with pytest.raises(NotFound):
        action.saves(NADAL, "2007-09", "0 0 0 0 0 0")


@pytest.mark.parametrize("typed", ["5 0 0 0 0 0", "0 0 0 0 0 0", "- - - - - -"])
def test_trn_09_somebody_with_a_line_came_zeros_are_a_line(typed: str):
    action = DeclaredAction().saves(BORG, "2007-09", typed)
    assert entry_refused(action.asks_entry((BORG, None))) == [("hours-recorded", str(BORG))]


@pytest.mark.parametrize("typed", ["5 0 0 0 0 0", "0 0 0 0 0 0", "- - - - - -"])
def test_trn_05_hours_first_then_no_removal(typed: str):
    action = DeclaredAction().saves(BORG, "2007-09", typed).asks_removal(BORG)
    assert said_no(action, "actions.removal-requested.v1") == [("hours-recorded", str(BORG))]
    assert BORG in action.state.trainees


def test_trn_05_removal_first_then_no_hours():
    action = DeclaredAction().enters(NADAL, "2007-09-10").asks_removal(NADAL)
    assert action.said == [RemovalGranted(trainee_id=NADAL)]
    with pytest.raises(NotFound):
        action.saves(NADAL, "2007-09", "5 0 0 0 0 0")


def finished() -> DeclaredAction:
    action = DeclaredAction(start="2008-05-05", trainees=(BORG, KOURNIKOVA)).declares("2008-05")
    return action.leaves(BORG, early("2008-06-10")).leaves(KOURNIKOVA, ended("2008-06-27")).declares("2008-06")


def test_clo_01_closing_is_granted_when_every_month_is_confirmed_and_everybody_out():
    action = finished().asks_closing("2008-06-27")
    assert action.said == [ClosingGranted(actual_end=day("2008-06-27"))]
    assert action.state.closed


def test_clo_01_all_that_stands_in_the_way_of_closing_is_said():
    action = (
        DeclaredAction(start="2008-05-05", trainees=(BORG, KOURNIKOVA))
        .leaves(KOURNIKOVA, early("2008-05-20"))
        .registers(NADAL)
        .asks_closing()
    )
    assert said_no(action, "actions.closing-requested.v1") == [
        ("month-still-to-confirm", "2008-05"),
        ("month-still-to-confirm", "2008-06"),
        ("still-in-training", str(BORG)),
        ("entry-missing", str(NADAL)),
    ]
    assert not action.state.closed


def test_clo_01_a_reopened_month_is_confirmed_again_before_closing():
    action = finished().rejects("2008-05")
    assert said_no(action.asks_closing(), "actions.closing-requested.v1") == [("month-still-to-confirm", "2008-05")]
    assert isinstance(action.confirms("2008-05", on="2008-03-25").asks_closing().said[0], ClosingGranted)


def test_clo_01_a_registered_trainee_without_an_entry_date_is_removed_or_marked_first():
    action = finished().registers(NADAL)
    assert said_no(action.asks_closing(), "actions.closing-requested.v1") == [("entry-missing", str(NADAL))]
    assert isinstance(action.asks_removal(NADAL).asks_closing().said[0], ClosingGranted)


def test_clo_01_months_after_the_last_trainee_left_need_no_declaration():
    action = DeclaredAction().leaves(BORG, early("2007-09-28")).declares("2007-09").asks_closing()
    assert isinstance(action.said[0], ClosingGranted)


def test_clo_01_a_closed_action_keeps_everybodys_exit():
    action = DeclaredAction().leaves(BORG, early("2007-09-28")).declares("2007-09").asks_closing().rejects("2007-09")
    assert codes(lambda: action.leaves(BORG, None)) == ["exit-still-needed"]


def test_clo_01_an_ask_that_the_operator_gave_up_is_answered_no():
    event = refused(ClosingRequested(actual_end=day("2008-06-27")), Discarded())
    assert (event.asked, [fault.code for fault in event.faults]) == ("actions.closing-requested.v1", ["discarded"])
