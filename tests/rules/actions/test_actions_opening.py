"""Opening, non-opening, trainers: OPN-1 to OPN-4, TRA-1, TRN-9 at the opening."""

from datetime import date, datetime
from typing import Any

import pytest

from actions.rules import opening
from actions.rules.action import Stage
from contracts.actions import ActionNotOpened, ActionOpened, OpenAction, TraineeEntered, TrainersConfirmed
from contracts.codes import ActionKind, Frequency, NonOpeningReason
from contracts.month import paris_day
from tests.guide import CHOMBIER, DUPONT, DURAND, START, day
from tests.refused import cells, codes, faults
from tests.rules.actions.action_in_preparation import ActionInPreparation


def test_opn_01_an_action_that_lacks_nothing_opens_and_its_trainees_enter_in_that_order():
    action = ActionInPreparation().prepared(DURAND, DUPONT).confirms_entries((DUPONT, "2007-09-10")).opens()
    assert action.said == [
        ActionOpened(actual_start=day(START), frequency=Frequency.MONTHLY),
        TraineeEntered(trainee_id=DURAND, entered_on=day(START)),
        TraineeEntered(trainee_id=DUPONT, entered_on=day("2007-09-10")),
    ]
    assert (action.state.stage, action.state.actual_start) == (Stage.OPENED, day(START))


def test_opn_01_all_that_lacks_is_listed_at_once():
    action = ActionInPreparation().registers(DURAND).registers(DUPONT, partial=True, title=None)
    found = faults(lambda: action.opens())
    assert [(fault.code, fault.item) for fault in found] == [
        ("dates-not-validated", None),
        ("sheet-incomplete", str(DUPONT)),
        ("entry-date-unconfirmed", str(DURAND)),
        ("entry-date-unconfirmed", str(DUPONT)),
        ("trainers-not-confirmed", None),
    ]


def test_opn_01_at_least_one_trainee_is_needed():
    action = ActionInPreparation().validates().confirms_trainers()
    assert codes(lambda: action.opens()) == ["no-trainee"]
    action.registers(DURAND).confirms_entries((DURAND, None))
    assert codes(lambda: action.opens()) == ["no-trainee"]


def test_opn_01_dates_that_were_unlocked_must_be_validated_again():
    action = ActionInPreparation().prepared().unlocks_dates()
    assert codes(lambda: action.opens()) == ["dates-not-validated"]


def test_opn_01_who_never_came_or_was_removed_holds_nothing_up_and_does_not_enter():
    action = ActionInPreparation().prepared(DURAND).registers(DUPONT, partial=True, title=None).registers(CHOMBIER)
    action.removes(DUPONT).confirms_entries((CHOMBIER, None))
    assert [event.trainee_id for event in action.opens().said if isinstance(event, TraineeEntered)] == [DURAND]


@pytest.mark.parametrize(
    ("sent", "refused"), [("2007-09-02", ["opening-too-early"]), ("2007-09-03", []), ("2007-09-04", []), ("2008-01-10", [])]
)
def test_opn_01_it_is_sent_on_the_actual_start_or_later(sent: str, refused: list[str]):
    if refused:
        assert codes(lambda: ActionInPreparation().prepared().opens(sent=sent)) == refused
    else:
        assert ActionInPreparation().prepared().opens(sent=sent).state.opened


@pytest.mark.parametrize(("instant", "opens"), [("2007-09-02T21:59:59+00:00", False), ("2007-09-02T22:00:00+00:00", True)])
def test_t_01_the_day_is_the_one_in_paris_when_the_command_was_accepted(instant: str, opens: bool):
    sent = paris_day(datetime.fromisoformat(instant))
    action = ActionInPreparation().prepared()
    if opens:
        assert action.opens(sent=str(sent)).state.opened
    else:
        assert codes(lambda: action.opens(sent=str(sent))) == ["opening-too-early"]


@pytest.mark.parametrize("on", ["2007-09-02", "2007-09-04"])
def test_opn_02_a_collective_action_starts_on_its_planned_date(on: str):
    (fault,) = faults(lambda: ActionInPreparation().prepared().opens(on, sent="2007-09-10"))
    assert (fault.code, fault.field) == ("start-differs", "actual_start")
    assert fault.figures == {"planned": START, "entered": on}


@pytest.mark.parametrize("on", ["2007-08-20", START, "2007-10-01"])
def test_opn_02_an_individualised_action_may_start_on_another_day(on: str):
    action = ActionInPreparation(kind=ActionKind.INDIVIDUALISED).prepared(on="2007-10-01")
    assert action.opens(on).state.actual_start == day(on)


def test_opn_02_an_individualised_action_does_not_start_after_its_end():
    action = ActionInPreparation(kind=ActionKind.INDIVIDUALISED).prepared()
    assert codes(lambda: action.opens("2008-06-28")) == ["start-after-end"]


def test_opn_02_an_individualised_action_does_not_start_before_it_was_voted():
    (fault,) = faults(lambda: ActionInPreparation(kind=ActionKind.INDIVIDUALISED).prepared(on="2007-10-01").opens("0207-09-03"))
    assert (fault.code, fault.figures) == ("start-before-vote", {"vote": "2006-11-24", "entered": "0207-09-03"})


def test_trn_09_at_the_opening_every_entry_date_of_an_individualised_action_is_checked():
    action = ActionInPreparation(kind=ActionKind.INDIVIDUALISED).prepared(DURAND, DUPONT, CHOMBIER, on="2007-10-01")
    action.confirms_entries((DURAND, "2007-09-28"), (CHOMBIER, "2007-09-20"))
    found = faults(lambda: action.opens("2007-10-01"))
    assert [(fault.code, fault.item) for fault in found] == [("entry-before-start", str(DURAND)), ("entry-before-start", str(CHOMBIER))]
    assert found[0].figures == {"trainee": str(DURAND), "entered": "2007-09-28", "start": "2007-10-01"}


@pytest.mark.parametrize("frequency", list(Frequency))
def test_opn_03_the_organisation_chooses_how_it_is_paid(frequency: Frequency):
    command = OpenAction(actual_start=day(START), frequency=frequency)
    decision = opening.open_action(ActionInPreparation().prepared().state, command, day(START))
    assert decision.events[0] == ActionOpened(actual_start=day(START), frequency=frequency)


def test_opn_04_a_non_opening_is_recorded_with_its_reason_and_ends_the_action():
    action = ActionInPreparation().prepared().declines()
    assert action.said == [ActionNotOpened(reason=NonOpeningReason.TOO_FEW_TRAINEES)] and action.state.stage is Stage.NOT_OPENED
    assert codes(lambda: action.opens()) == ["action-never-opened"]
    assert codes(lambda: action.registers(DUPONT)) == ["action-never-opened"]


def test_tra_01_the_list_of_trainers_is_confirmed_once():
    action = ActionInPreparation().confirms_trainers()
    assert action.said == [TrainersConfirmed()] and action.state.trainers_confirmed
    assert codes(lambda: action.confirms_trainers()) == ["trainers-already-confirmed"]


@pytest.mark.parametrize(
    ("lived", "step", "code"),
    [
        (lambda: ActionInPreparation().running(), lambda action: action.opens(), "action-already-opened"),
        (lambda: ActionInPreparation().running(), lambda action: action.declines(), "action-already-opened"),
        (lambda: ActionInPreparation().running(), lambda action: action.confirms_trainers(), "action-already-opened"),
        (lambda: ActionInPreparation().prepared(), lambda action: action.asks_closing(), "action-not-yet-opened"),
        (lambda: ActionInPreparation().running().closed(), lambda action: action.asks_closing(), "action-already-closed"),
        (lambda: ActionInPreparation().running().closed(), lambda action: action.validates(), "action-already-closed"),
        (lambda: ActionInPreparation().running().closed(), lambda action: action.unlocks_dates(), "action-already-closed"),
        (lambda: ActionInPreparation().running().closed(), lambda action: action.removes(DURAND), "action-already-closed"),
        (lambda: ActionInPreparation().running().closed(), lambda action: action.unlocks(DURAND), "action-already-closed"),
        (lambda: ActionInPreparation().declines(), lambda action: action.declines(), "action-never-opened"),
        (lambda: ActionInPreparation().declines(), lambda action: action.asks_closing(), "action-never-opened"),
        (lambda: ActionInPreparation().withdraws(), lambda action: action.validates(), "action-withdrawn-by-region"),
        (lambda: ActionInPreparation().withdraws(), lambda action: action.opens(), "action-withdrawn-by-region"),
    ],
)
def test_act_02_what_the_state_does_not_allow_is_refused_with_the_state(lived: Any, step: Any, code: str):
    action = lived()
    assert codes(lambda: step(action)) == [code]


def test_act_02_an_open_action_says_since_when():
    (fault,) = faults(lambda: ActionInPreparation().running().opens())
    assert date.fromisoformat(str(fault.figures["start"])) == day(START)


def test_opn_01_what_lacks_and_a_wrong_start_are_told_together():
    found = cells(lambda: ActionInPreparation().prepared().unlocks_dates().opens("2007-09-04"))
    assert found == [("dates-not-validated", None), ("start-differs", "actual_start")]
