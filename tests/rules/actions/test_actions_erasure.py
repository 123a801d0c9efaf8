"""What is left of a contract whose people are erased: PRV-1."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from actions.rules import erasure
from contracts.codes import ContractEnd
from contracts.erasure import ErasedByActions, ErasureDue
from contracts.refusals.common import PeopleAreErased
from tests import guide
from tests.guide import CHOMBIER, CONTRACT, DURAND
from tests.refused import cells, codes
from tests.rules.actions.action_in_preparation import ActionInPreparation, imported
from tests.rules.actions.test_actions_contract import imports

DUE = ErasureDue(end=ContractEnd.LEFT_OPEN, ended_on=date(2008, 6, 27), years=5, due_on=date(2014, 1, 1))
ERASED = PeopleAreErased.code()


def erased() -> ActionInPreparation:
    """An action in preparation, with a trainee."""
    action = ActionInPreparation().prepared(DURAND)
    action.state = erasure.erase(action.state, DUE, ("trainee", "agent", "text", "text")).state
    return action


def test_prv_01_records_are_counted_by_kind_and_nothing_else_of_the_action_changes():
    before = ActionInPreparation().prepared(DURAND).state
    decision = erasure.erase(before, DUE, ("trainee", "agent", "text", "text"))
    assert decision.events == (ErasedByActions(trainees=1, trainers=0, agents=1, texts=2),)
    assert replace(decision.state, erased_on=None) == before


@pytest.mark.parametrize(
    "asked",
    [
        lambda action: action.registers(CHOMBIER),
        lambda action: action.changes(DURAND),
        lambda action: action.unlocks_trainers(),
        lambda action: action.requests(action.other_dates()),
        lambda action: action.opens(),
        lambda action: action.declines(),
    ],
)
def test_prv_01_nobody_is_recorded_on_it_any_more(asked: Callable[[ActionInPreparation], object]):
    assert codes(lambda: asked(erased())) == [ERASED]


def test_prv_01_the_region_cannot_import_it_anew():
    awarded = imports(guide.contract())[0][0].state
    state = erasure.erase(awarded, DUE, ("agent",)).state
    assert cells(lambda: imports(guide.contract(), replace=True, known=state)) == [(ERASED, "number")]
    assert imported(guide.contract()).contracts[0].number == CONTRACT
