"""Requests and grants: REQ-1, REQ-2, and DAT-3, TRN-5, TRA-1 by them; amendments are in a file of their own."""

from collections.abc import Callable
from uuid import UUID

import pytest

from contracts.actions import DatesUnlocked, DatesValidated, TraineeChanged, TraineeUnlocked
from contracts.answers import PersonalRef
from contracts.codes import OpeningDocument, PaidBy, Referrer, RequestObject
from contracts.personal import TextRecord, TraineeRecord
from contracts.requests import (
    ChangeRequested,
    DatesChange,
    RequestedSheet,
    RequestGranted,
    RequestRefused,
    RequestWithdrawn,
    TrainersUnlocked,
    UnlockingTakenBack,
)
from tests.guide import CHOMBIER, DUPONT, DURAND, END, START, day, period
from tests.refused import cells, codes, faults
from tests.rules.actions.action_in_preparation import ASKER, OTHER_REQUEST, REQUEST, ActionInPreparation

OTHER_PERIODS = (period(START, "2008-03-14"), period("2008-03-17", END))
DATES, TRAINEE, TRAINERS, PLANNED = RequestObject
Action = ActionInPreparation


def validated() -> Action:
    """Dates are locked."""
    return ActionInPreparation().validates()


def of_dates() -> Action:
    """Other periods are asked for."""
    action = validated()
    return action.requests(action.other_dates(*OTHER_PERIODS))


def of_sheet(**changed: object) -> Action:
    """Another referrer of a trainee who has entered is asked for."""
    action = ActionInPreparation().running(DURAND)
    return action.requests(action.other_sheet(DURAND, **{"referrer": Referrer.SELF} | changed))


def of_trainers() -> Action:
    """The first trainer shall be off the list."""
    action = ActionInPreparation().running(DURAND)
    return action.requests(action.other_trainers(*action.trainers[1:]))


ASKED: dict[str, tuple[Callable[[], Action], RequestObject]] = {
    "dates": (of_dates, DATES),
    "a sheet": (of_sheet, TRAINEE),
    "trainers": (of_trainers, TRAINERS),
}
each = pytest.mark.parametrize(("asked", "of"), ASKED.values(), ids=ASKED)


def test_req_01_a_request_names_its_object_the_change_in_fields_and_why():
    action = of_dates()
    [asked], [text] = action.said, action.kept
    change = DatesChange(periods=OTHER_PERIODS, base_version=1)
    assert asked == ChangeRequested(request_id=REQUEST, change=change, reason=PersonalRef(id=f"{action.state.number}/{REQUEST}", version=1))
    assert isinstance(text, TextRecord) and (text.id, text.text) == (asked.reason.id, "Le centre ferme en mai")
    assert not action.state.requests[REQUEST].granted and action.state.dates_locked


def test_req_01_what_is_personal_of_it_is_a_record_of_its_own_and_the_sheet_stays_as_it_is():
    action = of_sheet()
    [asked], [record, _] = action.said, action.kept
    assert isinstance(asked.change, RequestedSheet) and isinstance(record, TraineeRecord)
    assert record.id == asked.change.sheet.id == f"{action.state.number}/{REQUEST}-sheet"
    assert record.sheet.referrer is Referrer.SELF and action.sheets[DURAND].referrer is Referrer.LOCAL_MISSION


def test_req_01_without_a_reason_nothing_is_asked():
    action = validated()
    assert cells(lambda: action.requests(action.other_dates(*OTHER_PERIODS), why=" ")) == [("reason-missing", "reason")]


@each
def test_req_01_one_request_per_object_is_open(asked: Callable[[], Action], of: RequestObject):
    action = asked()
    again = {
        DATES: lambda: action.other_dates(*OTHER_PERIODS),
        TRAINEE: lambda: action.other_sheet(DURAND),
        TRAINERS: lambda: action.other_trainers(),
    }[of]
    assert codes(lambda: action.requests(again(), OTHER_REQUEST)) == ["request-already-open"]


def test_req_01_each_trainee_is_an_object_and_so_are_dates_and_trainers():
    action = ActionInPreparation().running(DURAND, DUPONT)
    changes = (
        action.other_sheet(DURAND, referrer=Referrer.SELF),
        action.other_sheet(DUPONT, referrer=Referrer.SELF),
        action.other_dates(*OTHER_PERIODS),
        action.other_trainers(),
        action.other_planned(START, "2008-07-04"),
    )
    for number, change in enumerate(changes):
        action.requests(change, UUID(int=600 + number))
    assert len(action.state.requests) == 5


@each
def test_req_01_its_organisation_withdraws_it_while_it_is_undecided(asked: Callable[[], Action], of: RequestObject):
    action = asked().takes_request_back()
    trainee = DURAND if of is TRAINEE else None
    assert action.said == [RequestWithdrawn(request_id=REQUEST, object=of, trainee_id=trainee)] and not action.state.requests
    for step in (action.takes_request_back, action.grants, action.refuses):
        assert codes(step) == ["request-not-open"]


@each
def test_req_01_an_agent_refuses_it_and_says_why(asked: Callable[[], Action], of: RequestObject):
    action = asked()
    assert cells(lambda: action.refuses(reason="\n ")) == [("reason-missing", "reason")]
    action.refuses()
    [refused], [text] = action.said, action.kept
    assert isinstance(refused, RequestRefused) and (refused.request_id, refused.object) == (REQUEST, of)
    assert text.id == refused.reason.id == f"{action.state.number}/{ASKER.command_id}"
    for step in (action.takes_request_back, action.grants, action.refuses):
        assert codes(step) == ["request-not-open"]


def test_req_01_what_is_not_locked_is_changed_and_not_asked_for():
    action = ActionInPreparation().prepared(DURAND).unlocks_trainers()
    assert codes(lambda: ActionInPreparation().requests(action.other_dates(*OTHER_PERIODS))) == ["dates-not-locked"]
    assert codes(lambda: action.requests(action.other_trainers())) == ["trainers-not-locked"]
    assert codes(lambda: action.requests(action.other_sheet(DURAND))) == ["trainee-not-locked"]
    unlocked = ActionInPreparation().running(DURAND).unlocks(DURAND)
    assert codes(lambda: unlocked.requests(unlocked.other_sheet(DURAND))) == ["trainee-not-locked"]


def test_req_01_a_request_is_checked_as_if_it_were_saved():
    action = ActionInPreparation().running(DURAND)
    outside, twice = action.other_dates(period("2007-09-01", END)), action.trainers[:1] * 2
    assert cells(lambda: action.requests(outside)) == [("period-outside-action", "periods.0.start")]
    assert cells(lambda: action.requests(action.other_sheet(DURAND, birth_date=None))) == [("sheet-field-missing", "sheet.birth_date")]
    assert cells(lambda: action.requests(action.other_trainers(*twice))) == [("trainer-twice", "trainers.1")]
    assert codes(lambda: action.requests(action.other_dates(*OTHER_PERIODS, base=0))) == ["changed-meanwhile"]
    assert codes(lambda: action.requests(action.other_sheet(DURAND, base=9))) == ["changed-meanwhile"]


def test_req_01_who_asks_for_what_is_already_so_is_told():
    action = ActionInPreparation().running(DURAND)
    assert codes(lambda: action.requests(action.other_trainers(*action.trainers))) == ["no-change-asked"]
    assert codes(lambda: action.requests(action.other_sheet(DURAND))) == ["no-change-asked"]


def test_dat_03_a_grant_unlocks_the_dates_for_one_more_validation():
    action = of_dates().grants()
    granted, unlocked = action.said
    assert granted == RequestGranted(request_id=REQUEST, object=DATES, applied=False)
    assert isinstance(unlocked, DatesUnlocked) and (unlocked.version, unlocked.request_id) == (2, REQUEST)
    assert unlocked.reason.id == f"{action.state.number}/{REQUEST}"  # the organisation's own
    assert not action.state.dates_locked and action.state.requests[REQUEST].granted
    action.validates(*OTHER_PERIODS)
    assert action.state.dates_locked and not action.state.requests
    assert codes(lambda: action.validates()) == ["dates-locked"]


def test_trn_05_a_grant_unlocks_one_sheet_for_one_change():
    action = of_sheet().grants()
    granted, unlocked = action.said
    assert granted == RequestGranted(request_id=REQUEST, object=TRAINEE, trainee_id=DURAND, applied=False)
    assert isinstance(unlocked, TraineeUnlocked) and (unlocked.trainee_id, unlocked.request_id) == (DURAND, REQUEST)
    action.changes(DURAND)
    assert codes(lambda: action.changes(DURAND)) == ["trainee-locked"] and not action.state.requests


def test_trn_09_another_entry_date_is_asked_for_with_the_sheet_and_confirmed_once_it_is_granted():
    action = of_sheet(entry_date=day("2007-09-10"))
    assert [fault.code for fault in action.foreseen[REQUEST].against] == ["entry-date-elsewhere"]
    assert codes(lambda: action.grants(apply=True)) == ["entry-date-elsewhere"]
    action.grants().confirms_entries((DURAND, "2007-09-10")).granted()
    assert action.state.trainees[DURAND].entry == day("2007-09-10") and not action.state.requests
    assert codes(lambda: action.changes(DURAND, entry_date=day("2007-09-10"))) == ["trainee-locked"]


def test_tra_01_a_grant_unlocks_the_list_of_trainers_for_one_change():
    action = of_trainers().grants()
    granted, unlocked = action.said
    assert granted == RequestGranted(request_id=REQUEST, object=TRAINERS, applied=False)
    assert isinstance(unlocked, TrainersUnlocked) and unlocked.request_id == REQUEST
    action.saves_trainers(*action.trainers)
    assert not action.state.requests and codes(lambda: action.saves_trainers()) == ["trainers-locked"]


def test_req_02_a_grant_has_the_change_applied_when_the_agent_says_so():
    dates = of_dates().grants(apply=True)
    assert dates.said == [RequestGranted(request_id=REQUEST, object=DATES, applied=True), DatesValidated(periods=OTHER_PERIODS, version=2)]
    sheet = of_sheet().grants(apply=True)
    assert [type(event) for event in sheet.said] == [RequestGranted, TraineeChanged] and sheet.sheets[DURAND].referrer is Referrer.SELF
    trainers = of_trainers()
    left = trainers.trainers[1:]
    assert trainers.grants(apply=True).trainers == left
    for action in (dates, sheet, trainers):
        assert not action.state.requests
    assert dates.state.dates_locked and not sheet.state.trainees[DURAND].unlocked and not trainers.state.trainers_unlocked


def test_req_02_what_is_applied_is_checked_as_if_the_organisation_had_saved_it():
    """The Region pays as many as it may meanwhile: who is paid by somebody else can be paid by it no more."""
    action = ActionInPreparation(paid_headcount=1)
    action.registers(DURAND).validates().confirms_trainers().confirms_entries((DURAND, START))
    action.opens().requests(action.other_sheet(DURAND, paid_by=PaidBy.REGION))
    assert action.foreseen[REQUEST].against == ()
    action.registers(DUPONT, entry_date=day("2007-10-01"), paid_by=PaidBy.REGION)
    assert [(fault.code, fault.field) for fault in action.foreseen[REQUEST].against] == [("paid-headcount-reached", "sheet.paid_by")]
    assert codes(lambda: action.grants(apply=True)) == ["paid-headcount-reached"]
    assert action.grants().state.trainees[DURAND].unlocked


@each
def test_req_02_a_grant_can_be_taken_back_until_it_is_used(asked: Callable[[], Action], of: RequestObject):
    trainee = DURAND if of is TRAINEE else None
    action = asked()
    assert codes(lambda: action.takes_unlocking_back(of, trainee)) == ["nothing-unlocked"]
    action.grants().takes_unlocking_back(of, trainee)
    [taken] = action.said
    assert isinstance(taken, UnlockingTakenBack) and (taken.object, taken.trainee_id, taken.request_id) == (of, trainee, REQUEST)
    assert not action.state.requests and codes(lambda: action.takes_unlocking_back(of, trainee)) == ["nothing-unlocked"]
    locked = {
        DATES: lambda: action.validates(),
        TRAINEE: lambda: action.changes(DURAND),
        TRAINERS: lambda: action.saves_trainers(),
    }[of]
    assert codes(locked)[0].endswith("-locked")


def test_req_02_an_unlocking_without_a_request_can_be_taken_back_too_and_a_first_validation_cannot():
    action = validated().unlocks_dates().takes_unlocking_back(DATES)
    assert action.said == [UnlockingTakenBack(object=DATES, version=3)] and action.state.dates_locked
    assert codes(lambda: ActionInPreparation().takes_unlocking_back(DATES)) == ["nothing-unlocked"]
    assert codes(lambda: action.takes_unlocking_back(PLANNED)) == ["nothing-unlocked"]
    assert codes(lambda: action.takes_unlocking_back(TRAINEE, CHOMBIER)) == ["not-found"]


@each
def test_req_01_unlocking_without_a_request_answers_an_open_one_as_granted(asked: Callable[[], Action], of: RequestObject):
    action = asked()
    {DATES: action.unlocks_dates, TRAINEE: lambda: action.unlocks(DURAND), TRAINERS: action.unlocks_trainers}[of]()
    granted, unlocked = action.said
    assert isinstance(granted, RequestGranted) and (granted.request_id, granted.object, granted.applied) == (REQUEST, of, False)
    assert unlocked.request_id == REQUEST and unlocked.reason.id == f"{action.state.number}/{ASKER.command_id}"  # type: ignore[attr-defined]
    assert codes(action.grants) == ["request-not-open"]


def test_req_01_in_both_orders_a_request_and_an_unlocking_end_in_one_unlocking():
    before = validated().unlocks_dates()
    assert codes(lambda: before.requests(before.other_dates(*OTHER_PERIODS))) == ["dates-not-locked"]
    after = of_dates().unlocks_dates()
    assert codes(after.takes_request_back) == ["request-not-open"]
    assert before.state.dates_version == after.state.dates_version == 2


def test_req_01_a_request_about_somebody_who_leaves_the_list_is_withdrawn_with_them():
    removed = of_sheet().removes(DURAND).granted()
    never_came = of_sheet().confirms_entries((DURAND, None)).granted()
    for action in (removed, never_came):
        assert action.said[-1] == RequestWithdrawn(request_id=REQUEST, object=TRAINEE, trainee_id=DURAND)
        assert not action.state.requests
    assert not of_sheet().grants().removes(DURAND).granted().state.requests


def test_req_01_what_ends_the_action_ends_what_is_asked_about_it():
    closed = of_trainers().asks_closing().granted()
    declined = of_dates().declines()
    for action in (closed, declined):
        assert isinstance(action.said[-1], RequestWithdrawn) and not action.state.requests
    assert codes(lambda: closed.requests(closed.other_dates(*OTHER_PERIODS))) == ["action-already-closed"]
    assert codes(closed.grants) == ["action-already-closed"]
    assert codes(declined.refuses) == ["action-never-opened"]


def test_act_01_a_contract_about_which_something_is_asked_is_neither_replaced_nor_withdrawn():
    action = ActionInPreparation()
    action.requests(action.other_planned("2007-09-10"))
    assert codes(action.withdraws) == ["contract-in-use"]
    assert action.takes_request_back().withdraws().state.stage == "withdrawn"
    unlocked = ActionInPreparation().unlocks_trainers()
    assert codes(unlocked.withdraws) == ["contract-in-use"]


def test_opn_05_the_lists_that_went_with_the_opening_go_again_once_what_they_list_is_changed():
    assert of_sheet().foreseen[REQUEST].documents == (OpeningDocument.TRAINEE_LIST,)
    assert of_trainers().foreseen[REQUEST].documents == (OpeningDocument.TRAINER_LIST,)
    assert of_dates().foreseen[REQUEST].documents == ()
    before_opening = ActionInPreparation()
    assert before_opening.requests(before_opening.other_trainers()).foreseen[REQUEST].documents == ()


def test_req_01_a_request_that_was_seen_otherwise_than_it_stands_is_granted_as_an_unlocking_alone():
    """An amendment changed the periods that were seen."""
    action = of_dates()
    action.requests(action.other_planned("2007-09-10"), OTHER_REQUEST).grants(OTHER_REQUEST).granted()
    (fault, *_) = action.foreseen[REQUEST].against
    assert fault.code == "changed-meanwhile"
    assert codes(lambda: action.grants(apply=True)) == ["changed-meanwhile"]
    assert not action.grants().state.dates_locked


def test_req_01_nobody_is_told_again_what_they_know():
    action = of_dates()
    told = action.foreseen[REQUEST]
    action.foreseen.clear()
    action.registers(DURAND).confirms_trainers()
    assert action.foreseen == {} and told.against == ()


def test_req_01_nobody_asks_about_a_trainee_who_is_not_on_the_list():
    action = ActionInPreparation().running(DURAND)
    change = action.other_sheet(DURAND).model_copy(update={"trainee_id": CHOMBIER})
    (fault,) = faults(lambda: action.requests(change))
    assert (fault.code, fault.item) == ("not-found", str(CHOMBIER))
