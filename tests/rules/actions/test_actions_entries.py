"""Entry dates: TRN-9 before and after the opening, TRN-6."""

import pytest

from contracts.actions import EntryDatesConfirmed, EntryRequested, TraineeChanged, TraineeEntered, TraineeNeverCame
from contracts.codes import ActionKind, AgeBracket
from contracts.personal import TraineeRecord
from tests.guide import CHOMBIER, DUPONT, DURAND, END, MARTIN, START, day
from tests.refused import cells, codes, faults
from tests.rules.actions.action_in_preparation import ActionInPreparation, entry_dates


def registered(**changed: object) -> ActionInPreparation:
    return ActionInPreparation(**changed).registers(DURAND).registers(DUPONT).registers(CHOMBIER)


def test_trn_09_one_list_one_date_per_trainee_one_confirmation():
    listed = ((DURAND, START), (DUPONT, "2007-09-10"), (CHOMBIER, END))
    action = registered().confirms_entries(*listed)
    assert action.said[-1] == EntryDatesConfirmed(entries=entry_dates(*listed))
    assert [action.state.trainees[one].entry for one, _ in listed] == [day(on) for _, on in listed]


def test_trn_09_who_is_left_out_of_the_list_keeps_what_they_have():
    action = registered().confirms_entries((DURAND, START)).confirms_entries((DUPONT, START))
    assert (action.state.trainees[DURAND].entry, action.state.trainees[CHOMBIER].entry) == (day(START), None)


def test_trn_09_a_date_that_differs_from_the_sheet_goes_into_the_sheet_and_moves_the_age_bracket():
    action = ActionInPreparation().registers(DURAND, birth_date=day("1981-09-08"))
    assert action.sheets[DURAND].entry_date == day(START)
    action.confirms_entries((DURAND, "2007-09-10"))
    changed, _ = action.said
    [record] = action.kept
    assert isinstance(changed, TraineeChanged) and isinstance(record, TraineeRecord)
    assert (changed.age_bracket, changed.planned_entry, changed.sheet.version) == (AgeBracket.FROM_26_TO_44, day("2007-09-10"), 2)
    assert (record.version, record.sheet.entry_date) == (2, day("2007-09-10"))
    assert action.state.trainees[DURAND].sheet == 2


def test_trn_09_a_date_that_the_sheet_lacked_can_complete_it():
    action = ActionInPreparation().registers(DURAND, partial=True, entry_date=None).confirms_entries((DURAND, START))
    assert action.state.trainees[DURAND].complete and action.said_types() == ["TraineeChanged", "EntryDatesConfirmed"]


def test_trn_09_a_list_that_agrees_with_the_sheets_writes_no_sheet_anew():
    action = registered().confirms_entries((DURAND, START))
    assert action.said_types() == ["EntryDatesConfirmed"] and action.kept == []


def test_trn_09_who_never_came_is_marked_and_leaves_the_count():
    action = registered().confirms_entries((DURAND, None), (DUPONT, START))
    assert action.said == [TraineeNeverCame(trainee_id=DURAND), EntryDatesConfirmed(entries=entry_dates((DUPONT, START)))]
    assert not action.state.trainees[DURAND].counts
    assert codes(lambda: action.confirms_entries((DURAND, START))) == ["not-found"]


@pytest.mark.parametrize(
    ("kind", "on", "refused"),
    [
        (ActionKind.COLLECTIVE, "2007-09-02", "entry-outside-action"),
        (ActionKind.COLLECTIVE, "2007-09-03", None),
        (ActionKind.COLLECTIVE, "2008-06-27", None),
        (ActionKind.COLLECTIVE, "2008-06-28", "entry-outside-action"),
        (ActionKind.INDIVIDUALISED, "2007-01-01", None),
        (ActionKind.INDIVIDUALISED, "2008-06-27", None),
        (ActionKind.INDIVIDUALISED, "2008-06-28", "entry-after-action"),
    ],
)
def test_trn_09_before_the_opening_the_planned_start_stands_for_the_actual_one(kind: ActionKind, on: str, refused: str | None):
    action = registered(kind=kind)
    if refused:
        assert cells(lambda: action.confirms_entries((DURAND, START), (DUPONT, on))) == [(refused, "entries.1.entered_on")]
    else:
        assert action.confirms_entries((DURAND, on)).state.trainees[DURAND].entry == day(on)


def test_trn_09_every_wrong_line_of_the_list_is_told_at_once_with_its_trainee():
    found = faults(
        lambda: registered().confirms_entries((DURAND, "2007-01-01"), (MARTIN, START), (DUPONT, START), (CHOMBIER, "2009-01-01"))
    )
    assert [(fault.code, fault.item, fault.field) for fault in found] == [
        ("entry-outside-action", str(DURAND), "entries.0.entered_on"),
        ("not-found", str(MARTIN), None),
        ("entry-outside-action", str(CHOMBIER), "entries.3.entered_on"),
    ]


def late() -> ActionInPreparation:
    """Open since September, with two in training and one who has just been registered."""
    return ActionInPreparation().running(DURAND, DUPONT).registers(CHOMBIER, entry_date=day("2008-02-04"))


def test_trn_06_an_entry_after_the_opening_is_asked_of_declarations():
    action = late().confirms_entries((CHOMBIER, "2008-02-04"))
    assert action.said == [EntryRequested(entries=entry_dates((CHOMBIER, "2008-02-04")))]
    assert not action.state.trainees[CHOMBIER].entered
    assert action.granted().said == [TraineeEntered(trainee_id=CHOMBIER, entered_on=day("2008-02-04"))]
    assert action.state.trainees[CHOMBIER].entered and action.state.pending is None
    assert codes(lambda: action.changes(CHOMBIER)) == ["trainee-locked"]


def test_trn_06_a_refused_entry_changes_nothing():
    action = late()
    before = action.state
    assert action.confirms_entries((CHOMBIER, "2008-02-04")).refused().state == before


def test_trn_06_only_what_the_list_changes_is_said_again():
    action = late().confirms_entries((DURAND, START), (CHOMBIER, "2008-02-11"))
    assert action.said == [EntryRequested(entries=entry_dates((DURAND, START), (CHOMBIER, "2008-02-11")))]
    changed, entered = action.granted().said
    assert isinstance(changed, TraineeChanged) and changed.planned_entry == day("2008-02-11")
    assert entered == TraineeEntered(trainee_id=CHOMBIER, entered_on=day("2008-02-11"))


def test_trn_09_a_list_that_changes_nothing_asks_nothing():
    action = late().confirms_entries((DURAND, START), (DUPONT, START))
    assert action.said == [] and action.state.pending is None


@pytest.mark.parametrize(("on", "refused"), [("2007-09-02", True), (START, False), (END, False), ("2008-06-28", True)])
def test_trn_06_an_entry_is_between_actual_start_and_planned_end(on: str, refused: bool):
    if refused:
        assert cells(lambda: late().confirms_entries((CHOMBIER, on))) == [("entry-outside-action", "entries.0.entered_on")]
    else:
        assert late().confirms_entries((CHOMBIER, on)).state.pending


def test_trn_06_on_individualised_actions_the_actual_start_is_the_bound():
    action = ActionInPreparation(kind=ActionKind.INDIVIDUALISED).prepared(DURAND, on="2007-10-08").opens("2007-10-01")
    action.registers(DUPONT, entry_date=day("2007-10-01"))
    assert codes(lambda: action.confirms_entries((DUPONT, "2007-09-30"))) == ["entry-outside-action"]
    assert action.confirms_entries((DUPONT, "2007-10-01")).state.pending


def test_trn_04_who_enters_after_the_opening_has_a_whole_sheet():
    action = ActionInPreparation().running(DURAND).registers(DUPONT, partial=True, entry_date=day("2008-02-04"), referrer=None)
    (fault,) = faults(lambda: action.confirms_entries((DUPONT, "2008-02-04")))
    assert (fault.code, fault.item) == ("sheet-incomplete", str(DUPONT))


def test_trn_05_another_entry_date_of_who_has_entered_takes_an_unlocking_and_uses_it_up():
    action = ActionInPreparation().running(DURAND)
    assert codes(lambda: action.confirms_entries((DURAND, "2007-09-10"))) == ["trainee-locked"]
    action.unlocks(DURAND).confirms_entries((DURAND, "2007-09-10")).granted()
    assert action.said[-1] == TraineeEntered(trainee_id=DURAND, entered_on=day("2007-09-10"))
    assert action.sheets[DURAND].entry_date == day("2007-09-10")
    assert codes(lambda: action.confirms_entries((DURAND, "2007-09-11"))) == ["trainee-locked"]


def test_trn_09_after_the_opening_who_never_came_needs_no_unlocking_but_declarations():
    action = ActionInPreparation().running(DURAND, DUPONT).confirms_entries((DURAND, None))
    assert action.said == [EntryRequested(entries=entry_dates((DURAND, None)))]
    assert action.granted().said == [TraineeNeverCame(trainee_id=DURAND)]
    assert not action.state.trainees[DURAND].counts


def test_trn_06_nobody_enters_once_the_action_is_closed():
    assert codes(lambda: late().closed().confirms_entries((CHOMBIER, "2008-02-04"))) == ["action-already-closed"]
