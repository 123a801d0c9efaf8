"""Where the preparation stands, as the log is told: OPN-1, OPN-2, TRN-1, TRN-6."""

from typing import Any

import pytest

from contracts.actions import PreparationChanged
from contracts.codes import ActionKind, OpeningCondition, PaidBy
from tests.guide import CHOMBIER, DUPONT, DURAND, START, day
from tests.refused import codes
from tests.rules.actions.action_in_preparation import ActionInPreparation

DATES, TRAINEES, SHEETS, ENTRIES, TRAINERS = OpeningCondition


def test_opn_01_an_award_says_that_everything_lacks_in_the_guides_order():
    assert ActionInPreparation().told == [
        PreparationChanged(
            dates_validated=False,
            trainers_confirmed=False,
            registered=0,
            paid=0,
            incomplete=(),
            undated=(),
            lacking=(DATES, TRAINEES, TRAINERS),
            opens_on=day(START),
            can_register=True,
        )
    ]


def test_opn_01_each_step_of_the_preparation_takes_its_condition_away():
    action = ActionInPreparation().validates()
    assert action.told[-1].lacking == (TRAINEES, TRAINERS) and action.told[-1].dates_validated
    action.registers(DURAND, partial=True, referrer=None, paid_by=PaidBy.REGION).registers(DUPONT)
    assert action.told[-1].lacking == (SHEETS, ENTRIES, TRAINERS)
    assert (action.told[-1].registered, action.told[-1].paid) == (2, 1)
    assert (action.told[-1].incomplete, action.told[-1].undated) == ((DURAND,), (DURAND, DUPONT))
    action.changes(DURAND).confirms_trainers().confirms_entries((DURAND, START))
    assert (action.told[-1].lacking, action.told[-1].undated, action.told[-1].trainers_confirmed) == ((ENTRIES,), (DUPONT,), True)
    assert action.confirms_entries((DUPONT, START)).told[-1].lacking == ()


@pytest.mark.parametrize(
    "lived",
    [
        lambda action: action,
        lambda action: action.validates().confirms_trainers(),
        lambda action: action.registers(DURAND, partial=True, title=None),
        lambda action: action.prepared(DURAND, DUPONT),
        lambda action: action.prepared().unlocks_dates(),
        lambda action: action.prepared().registers(DUPONT),
        lambda action: action.prepared().confirms_entries((DURAND, None)),
    ],
)
def test_opn_01_what_is_said_to_lack_is_what_the_opening_is_refused_for(lived: Any):
    action = lived(ActionInPreparation())
    said = action.told[-1]
    code = {
        DATES: ["dates-not-validated"],
        TRAINEES: ["no-trainee"],
        SHEETS: ["sheet-incomplete"] * len(said.incomplete),
        ENTRIES: ["entry-date-unconfirmed"] * len(said.undated),
        TRAINERS: ["trainers-not-confirmed"],
    }
    refused = codes(action.opens) if said.lacking else []
    assert refused == [one for condition in said.lacking for one in code[condition]]
    assert said.lacking or action.opens(str(said.opens_on)).state.opened


def test_opn_02_an_individualised_action_can_open_on_any_day():
    assert ActionInPreparation(kind=ActionKind.INDIVIDUALISED).told[-1].opens_on is None


def test_trn_01_nobody_more_can_be_registered_once_the_headcount_is_reached():
    action = ActionInPreparation(headcount=2).registers(DURAND)
    assert action.told[-1].can_register and not action.registers(DUPONT).told[-1].can_register
    assert action.removes(DURAND).told[-1].can_register


@pytest.mark.parametrize(
    ("step", "can_register"),
    [
        (lambda action: action.opens(), True),
        (lambda action: action.opens().asks_closing().granted(), False),
        (lambda action: action.declines(), False),
    ],
)
def test_trn_06_after_the_preparation_nothing_lacks_and_trainees_are_registered_until_the_end(step: Any, can_register: bool):
    action = step(ActionInPreparation().prepared())
    assert (action.told[-1].lacking, action.told[-1].can_register) == ((), can_register)


def test_trn_06_who_comes_after_the_opening_is_told_of_until_sheet_and_date_are_there():
    action = ActionInPreparation().running(DURAND).registers(CHOMBIER, partial=True, referrer=None, entry_date=day("2008-02-04"))
    assert (action.told[-1].incomplete, action.told[-1].undated, action.told[-1].lacking) == ((CHOMBIER,), (CHOMBIER,), ())
    action.changes(CHOMBIER, entry_date=day("2008-02-04")).confirms_entries((CHOMBIER, "2008-02-04")).granted()
    assert (action.told[-1].incomplete, action.told[-1].undated) == ((), ())


def test_opn_01_what_changes_nothing_of_the_preparation_says_nothing():
    action = ActionInPreparation().prepared(DURAND)
    told = len(action.told)
    action.changes(DURAND, mail_address="8 rue Haute").confirms_entries((DURAND, "2007-09-10"))
    assert len(action.told) == told
