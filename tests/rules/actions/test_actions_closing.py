"""Closing: CLO-1."""

import pytest

from actions.rules import asks
from actions.rules.action import Stage
from contracts.actions import ActionClosed, ClosingRequested, EntryRequested
from tests.guide import DUPONT, DURAND, END, day
from tests.refused import codes, faults
from tests.rules.actions.life import Life


def test_clo_01_the_closing_is_asked_of_declarations_and_the_action_stays_open_meanwhile():
    life = Life().running().asks_closing()
    assert life.said == [ClosingRequested(actual_end=day(END))] and life.action.opened
    assert life.granted().said == [ActionClosed(actual_end=day(END))]
    assert (life.action.stage, life.action.pending) == (Stage.CLOSED, None)


def test_clo_01_a_refused_closing_changes_nothing_and_can_be_asked_again():
    life = Life().running()
    before = life.action
    assert life.asks_closing().refused().action == before
    assert life.asks_closing().granted().action.stage is Stage.CLOSED


@pytest.mark.parametrize(
    ("sent", "refused"), [("2008-06-26", ["closing-too-early"]), ("2008-06-27", []), ("2008-06-28", []), ("2009-01-15", [])]
)
def test_clo_01_it_comes_not_before_the_planned_end(sent: str, refused: list[str]):
    life = Life().running()
    if refused:
        assert codes(lambda: life.asks_closing(sent=sent)) == refused
    else:
        assert life.asks_closing(sent=sent).action.pending


@pytest.mark.parametrize("on", ["2008-06-26", "2008-06-28"])
def test_clo_01_the_actual_end_is_the_planned_one(on: str):
    (fault,) = faults(lambda: Life().running().asks_closing(on, sent="2008-07-15"))
    assert (fault.code, fault.field, fault.figures) == ("end-differs", "actual_end", {"planned": END, "entered": on})


def test_clo_01_who_has_no_entry_date_is_first_removed_or_marked_as_never_come():
    life = Life().running(DURAND).registers(DUPONT, entry_date=day("2008-02-04"))
    (fault,) = faults(lambda: life.asks_closing())
    assert (fault.code, fault.item) == ("trainee-not-entered", str(DUPONT))
    assert life.removes(DUPONT).asks_closing().action.pending


def test_clo_01_all_that_is_wrong_is_told_at_once():
    life = Life().running(DURAND).registers(DUPONT, entry_date=day("2008-02-04"))
    assert codes(lambda: life.asks_closing("2008-06-20", sent="2008-06-20")) == ["end-differs", "closing-too-early", "trainee-not-entered"]


def test_clo_01_an_answer_that_nobody_waits_for_is_a_bug_and_not_a_refusal():
    with pytest.raises(asks.NothingAsked):
        asks.settle(Life().running().action, ClosingRequested.TYPE)
    with pytest.raises(asks.NothingAsked):
        asks.settle(Life().running().asks_closing().action, EntryRequested.TYPE)
