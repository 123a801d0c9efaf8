"""Closing: CLO-1."""

import pytest

from actions.rules import asks
from actions.rules.action import Stage
from contracts.actions import ActionClosed, ClosingRequested, EntryRequested
from tests.guide import DUPONT, DURAND, END, day
from tests.refused import codes, faults
from tests.rules.actions.action_in_preparation import ActionInPreparation


def test_clo_01_the_closing_is_asked_of_declarations_and_the_action_stays_open_meanwhile():
    action = ActionInPreparation().running().asks_closing()
    assert action.said == [ClosingRequested(actual_end=day(END))] and action.state.opened
    assert action.granted().said == [ActionClosed(actual_end=day(END))]
    assert (action.state.stage, action.state.pending) == (Stage.CLOSED, None)


def test_clo_01_a_refused_closing_changes_nothing_and_can_be_asked_again():
    action = ActionInPreparation().running()
    before = action.state
    assert action.asks_closing().refused().state == before
    assert action.asks_closing().granted().state.stage is Stage.CLOSED


@pytest.mark.parametrize(
    ("sent", "refused"), [("2008-06-26", ["closing-too-early"]), ("2008-06-27", []), ("2008-06-28", []), ("2009-01-15", [])]
)
def test_clo_01_it_comes_not_before_the_planned_end(sent: str, refused: list[str]):
    action = ActionInPreparation().running()
    if refused:
        assert codes(lambda: action.asks_closing(sent=sent)) == refused
    else:
        assert action.asks_closing(sent=sent).state.pending


@pytest.mark.parametrize("on", ["2008-06-26", "2008-06-28"])
def test_clo_01_the_actual_end_is_the_planned_one(on: str):
    (fault,) = faults(lambda: ActionInPreparation().running().asks_closing(on, sent="2008-07-15"))
    assert (fault.code, fault.field, fault.figures) == ("end-differs", "actual_end", {"planned": END, "entered": on})


def test_clo_01_who_has_no_entry_date_is_first_removed_or_marked_as_never_come():
    action = ActionInPreparation().running(DURAND).registers(DUPONT, entry_date=day("2008-02-04"))
    (fault,) = faults(lambda: action.asks_closing())
    assert (fault.code, fault.item) == ("trainee-not-entered", str(DUPONT))
    assert action.removes(DUPONT).asks_closing().state.pending


def test_clo_01_all_that_is_wrong_is_told_at_once():
    action = ActionInPreparation().running(DURAND).registers(DUPONT, entry_date=day("2008-02-04"))
    assert codes(lambda: action.asks_closing("2008-06-20", sent="2008-06-20")) == [
        "end-differs",
        "closing-too-early",
        "trainee-not-entered",
    ]


def test_clo_01_an_answer_that_nobody_waits_for_is_a_bug_and_not_a_refusal():
    with pytest.raises(asks.NothingAsked):
        asks.settle(ActionInPreparation().running().state, ClosingRequested.TYPE)
    with pytest.raises(asks.NothingAsked):
        asks.settle(ActionInPreparation().running().asks_closing().state, EntryRequested.TYPE)
