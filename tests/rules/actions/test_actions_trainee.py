"""Trainees: TRN-1, TRN-5, TRN-6, TRN-8."""

from typing import Any
from uuid import UUID

import pytest

from actions.rules import trainee
from contracts.actions import (
    EntryDate,
    EntryDatesConfirmed,
    NewTrainee,
    RegisterTrainee,
    RemovalRequested,
    TraineeChanged,
    TraineeRegistered,
    TraineeRemoved,
    TraineeUnlocked,
)
from contracts.codes import PaidBy
from contracts.envelope import made_id
from contracts.personal import TextRecord
from tests import guide
from tests.guide import CHOMBIER, DUPONT, DURAND, MARTIN, START, day
from tests.refused import cells, codes, faults
from tests.rules.actions.action_in_preparation import ASKER, ActionInPreparation


def full(headcount: int, paid: int | None = None) -> ActionInPreparation:
    """Three registered trainees, of whom one was paid by the Region."""
    action = ActionInPreparation(headcount=headcount, paid_headcount=headcount if paid is None else paid)
    return action.registers(DURAND, paid_by=PaidBy.REGION).registers(DUPONT).registers(CHOMBIER)


def test_trn_01_never_more_trainees_than_headcount():
    (fault,) = faults(lambda: full(3).registers(MARTIN))
    assert (fault.code, fault.field, fault.figures) == ("headcount-reached", None, {"ceiling": 3})
    assert full(4).registers(MARTIN)


def test_trn_01_never_more_trainees_paid_by_the_region_than_paid_headcount():
    (fault,) = faults(lambda: full(10, 1).registers(MARTIN, paid_by=PaidBy.REGION))
    assert (fault.code, fault.field, fault.figures) == ("paid-headcount-reached", "sheet.paid_by", {"ceiling": 1})
    assert full(10, 2).registers(MARTIN, paid_by=PaidBy.REGION)


def test_trn_01_both_ceilings_and_wrong_fields_are_told_together():
    refused = cells(lambda: full(3, 1).registers(MARTIN, paid_by=PaidBy.REGION, sex=None))
    assert refused == [("headcount-reached", None), ("paid-headcount-reached", "sheet.paid_by"), ("sheet-field-missing", "sheet.sex")]


def test_trn_01_no_paid_trainee_where_the_contract_has_none():
    action = ActionInPreparation(paid_headcount=0)
    assert codes(lambda: action.registers(DURAND, paid_by=PaidBy.REGION)) == ["paid-headcount-reached"]
    assert action.registers(DURAND, paid_by=PaidBy.EMPLOYER)


def test_trn_01_a_change_of_payer_counts_too_but_not_against_oneself():
    action = full(10, 1).changes(DURAND, paid_by=PaidBy.REGION, last_name="DURAND")
    assert codes(lambda: action.changes(DUPONT, paid_by=PaidBy.REGION)) == ["paid-headcount-reached"]
    action.changes(DURAND, paid_by=PaidBy.NOBODY)
    assert action.changes(DUPONT, paid_by=PaidBy.REGION)


def test_trn_01_an_incomplete_sheet_counts():
    action = full(4).registers(MARTIN, partial=True, title=None)
    assert codes(lambda: action.registers(UUID(int=5))) == ["headcount-reached"]


@pytest.mark.parametrize("leave", [lambda action: action.removes(DURAND), lambda action: action.confirms_entries((DURAND, None))])
def test_trn_01_who_is_removed_or_never_came_leaves_the_count(leave):  # type: ignore[no-untyped-def]
    action = leave(full(3, 1))
    assert action.registers(MARTIN, paid_by=PaidBy.REGION).said_types() == ["TraineeRegistered"]


def test_trn_01_who_left_still_counts():
    """`actions` is never told of exits: they change nothing here."""
    action = ActionInPreparation(headcount=1).running()
    assert codes(lambda: action.registers(MARTIN)) == ["headcount-reached"]


def several(*names: str, **changed: Any) -> list[NewTrainee]:
    """New trainees of these names, all born on one day."""
    return [NewTrainee(sheet=guide.sheet(last_name=name, **changed)) for name in names]


def test_trn_08_several_are_registered_together_each_with_an_id_of_its_own():
    action = ActionInPreparation().registers_all(*several("DURAND", "MARTIN", "CHOMBIER"))
    ids = [made_id(action.state.number, ASKER.command_id, place) for place in range(3)]
    assert list(action.state.trainees) == ids and len(set(ids)) == 3
    assert [event.trainee_id for event in action.said] == ids  # type: ignore[attr-defined]
    assert [action.sheets[id_].last_name for id_ in ids] == ["DURAND", "MARTIN", "CHOMBIER"]


def test_trn_08_the_ceilings_are_over_all_of_them_and_every_fault_of_every_sheet_is_told_at_once():
    action = full(5, 2)
    wrong = [*several("A", "B", paid_by=PaidBy.REGION), *several("C", sex=None)]
    found = faults(lambda: action.registers_all(*wrong))
    assert [(fault.code, fault.field, fault.figures) for fault in found] == [
        ("headcount-exceeded", None, {"ceiling": 5, "count": 3, "total": 6, "excess": 1}),
        ("paid-headcount-exceeded", None, {"ceiling": 2, "total": 3, "excess": 1}),
        ("sheet-field-missing", "trainees.2.sheet.sex", {}),
    ]
    assert len(action.state.trainees) == 3


def test_trn_08_a_person_who_is_on_the_list_is_asked_about_and_taken_when_it_is_another_one():
    action = ActionInPreparation().registers(DURAND, last_name="Dùrand-Petit", first_name="JEAN")
    again = several("DURAND PETIT", first_name="jean")
    assert cells(lambda: action.registers_all(*again)) == [("person-listed", "trainees.0.namesake")]
    assert cells(lambda: action.registers_all(*several("NEUF", "NEUF"))) == [("person-listed", "trainees.1.namesake")]
    assert action.registers_all(again[0].model_copy(update={"namesake": True}))


def test_trn_08_nobody_is_asked_about_who_has_another_birth_date_or_none_yet():
    action = ActionInPreparation().registers(DURAND, last_name="MARTIN")
    assert cells(lambda: action.registers_all(*several("MARTIN"))) == [("person-listed", "trainees.0.namesake")]
    action.registers_all(
        *several("MARTIN", birth_date=day("1990-01-01")), NewTrainee(sheet=guide.sheet(last_name="X", birth_date=None)), partial=True
    )


def test_trn_08_one_who_is_typed_is_asked_about_too_and_who_is_removed_is_forgotten():
    action = ActionInPreparation().registers(DURAND)
    once = RegisterTrainee(sheet=guide.sheet())
    sheets = {DURAND: action.sheets[DURAND]}
    assert cells(lambda: action._apply(trainee.register(action.state, once, DUPONT, sheets, day(START)))) == [("person-listed", "namesake")]
    assert trainee.register(action.removes(DURAND).state, once, DUPONT, {}, day(START))


def test_trn_05_before_the_opening_a_sheet_changes_and_a_trainee_goes_at_any_time():
    action = full(10).changes(DURAND, last_name="DURAND").changes(DURAND, first_name="Jean-Claude")
    assert action.state.trainees[DURAND].sheet == 3
    assert action.removes(DURAND).said == [TraineeRemoved(trainee_id=DURAND)]


def test_trn_05_who_is_removed_is_gone_and_the_id_is_not_used_again():
    action = full(10).removes(DURAND)
    assert codes(lambda: action.removes(DURAND)) == ["not-found"]
    assert codes(lambda: action.changes(DURAND)) == ["not-found"]
    assert codes(lambda: action.registers(DURAND)) == ["changed-meanwhile"]


def test_trn_05_a_trainee_nobody_knows_is_not_found():
    for step in (ActionInPreparation().removes, ActionInPreparation().changes, ActionInPreparation().unlocks):
        (fault,) = faults(lambda step=step: step(MARTIN))  # type: ignore[misc]
        assert (fault.code, fault.item) == ("not-found", str(MARTIN))


def test_trn_05_a_trainee_who_never_came_can_be_removed():
    action = full(10).confirms_entries((DURAND, None))
    assert action.removes(DURAND).said == [TraineeRemoved(trainee_id=DURAND)]


def test_trn_05_two_people_at_one_sheet_the_second_is_told():
    action = full(10).changes(DURAND, last_name="DURAND", base=1)
    assert codes(lambda: action.changes(DURAND, last_name="MARTIN", base=1)) == ["changed-meanwhile"]
    assert action.changes(DURAND, last_name="MARTIN", base=2).state.trainees[DURAND].sheet == 3


def test_trn_05_once_entered_a_trainee_is_locked():
    (fault,) = faults(lambda: ActionInPreparation().running(DURAND).changes(DURAND))
    assert (fault.code, fault.item) == ("trainee-locked", str(DURAND))


def test_trn_05_an_agent_unlocks_a_sheet_for_one_change_and_says_why():
    action = ActionInPreparation().running(DURAND).unlocks(DURAND, "Adresse changée")
    [event], [text] = action.said, action.kept
    assert isinstance(event, TraineeUnlocked) and isinstance(text, TextRecord)
    assert (event.trainee_id, event.reason.id, text.text) == (DURAND, text.id, "Adresse changée")
    assert action.changes(DURAND, mail_address="8 rue Haute").said_types() == ["TraineeChanged"]
    assert codes(lambda: action.changes(DURAND, mail_address="9 rue Haute")) == ["trainee-locked"]


def test_trn_05_a_refused_change_does_not_use_up_the_unlocking():
    action = ActionInPreparation().running(DURAND).unlocks(DURAND)
    assert codes(lambda: action.changes(DURAND, mail_postcode="1")) == ["sheet-postcode-wrong"]
    assert action.changes(DURAND, mail_postcode="34000")


def test_trn_05_only_what_is_locked_can_be_unlocked_and_with_a_reason():
    assert codes(lambda: ActionInPreparation().registers(DURAND).unlocks(DURAND)) == ["trainee-not-locked"]
    assert codes(lambda: ActionInPreparation().running(DURAND).unlocks(DURAND).unlocks(DURAND)) == ["trainee-not-locked"]
    assert cells(lambda: ActionInPreparation().running(DURAND).unlocks(DURAND, "")) == [("reason-missing", "reason")]


def test_trn_05_the_sheet_of_who_has_entered_stays_whole():
    action = ActionInPreparation().running(DURAND).unlocks(DURAND)
    assert cells(lambda: action.changes(DURAND, partial=True, referrer=None)) == [("sheet-field-missing", "sheet.referrer")]


def test_trn_05_the_entry_date_of_who_has_entered_changes_in_the_list_of_entry_dates():
    action = ActionInPreparation().running(DURAND).unlocks(DURAND)
    assert cells(lambda: action.changes(DURAND, entry_date=day("2007-09-10"))) == [("entry-date-elsewhere", "sheet.entry_date")]


def test_trn_05_a_trainee_who_is_registered_after_the_opening_and_has_not_entered_is_not_locked():
    action = ActionInPreparation().running(DURAND).registers(DUPONT, entry_date=day("2007-10-01"))
    assert action.changes(DUPONT, entry_date=day("2007-10-08")).said_types() == ["TraineeChanged"]
    assert action.removes(DUPONT).said == [TraineeRemoved(trainee_id=DUPONT)]


def test_trn_09_a_sheet_that_moves_a_confirmed_entry_date_confirms_the_new_one():
    action = ActionInPreparation().prepared(DURAND).changes(DURAND, entry_date=day("2007-09-10"))
    changed, confirmed = action.said
    assert isinstance(changed, TraineeChanged) and changed.planned_entry == day("2007-09-10")
    assert confirmed == EntryDatesConfirmed(entries=(EntryDate(trainee_id=DURAND, entered_on=day("2007-09-10")),))
    assert action.state.trainees[DURAND].entry == day("2007-09-10")
    assert action.changes(DURAND, entry_date=day("2007-09-10")).said_types() == ["TraineeChanged"]


def test_trn_05_removing_who_has_entered_is_asked_of_declarations():
    action = ActionInPreparation().running(DURAND).removes(DURAND)
    assert action.said == [RemovalRequested(trainee_id=DURAND)] and action.state.trainees[DURAND].counts
    assert action.granted().said == [TraineeRemoved(trainee_id=DURAND)]
    assert not action.state.trainees[DURAND].counts and action.state.pending is None


def test_trn_05_a_refused_removal_changes_nothing():
    action = ActionInPreparation().running(DURAND)
    before = action.state
    assert action.removes(DURAND).refused().state == before


def test_trn_05_while_an_answer_is_awaited_what_could_invalidate_it_waits():
    action = ActionInPreparation().running(DURAND, DUPONT).registers(CHOMBIER, entry_date=day("2007-10-01")).removes(DURAND)
    for step in (
        lambda: action.registers(MARTIN, entry_date=day("2007-10-01")),
        lambda: action.changes(CHOMBIER, entry_date=day("2007-10-02")),
        lambda: action.removes(DUPONT),
        lambda: action.confirms_entries((DUPONT, None)),
        lambda: action.asks_closing(),
    ):
        (fault,) = faults(step)
        assert (fault.code, fault.figures) == ("in-progress", {"since": str(ASKER.at)})
    assert action.unlocks(DUPONT) and action.unlocks_dates().validates()


def test_trn_06_nobody_is_registered_once_the_action_is_closed():
    assert codes(lambda: ActionInPreparation().running(DURAND).closed().registers(DUPONT)) == ["action-already-closed"]


def test_trn_06_new_trainees_are_registered_after_the_opening_within_the_ceilings():
    action = ActionInPreparation(headcount=2, paid_headcount=0).running(DURAND).registers(DUPONT, entry_date=day("2008-02-04"))
    [event] = action.said
    assert isinstance(event, TraineeRegistered) and event.planned_entry == day("2008-02-04")
    assert codes(lambda: action.registers(MARTIN)) == ["headcount-reached"]
