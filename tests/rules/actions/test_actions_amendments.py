"""Amendments, as far as `actions` decides them: DAT-4, REQ-3, REQ-4, and every rule of this service that names a planned date."""

from collections.abc import Callable
from uuid import UUID

import pytest

from actions.rules import contract
from contracts.awards import MOST_MONTHS
from contracts.codes import ActionKind, RequestObject
from contracts.requests import AmendmentRequested, ContractAmended, RequestGranted
from tests import guide
from tests.guide import CHOMBIER, DUPONT, DURAND, END, PERIODS, START, day, period
from tests.refused import cells, codes, faults
from tests.rules.actions.action_in_preparation import (
    AMENDED_ON,
    ASKER,
    AWARDED_AT,
    OTHER_REQUEST,
    REQUEST,
    ActionInPreparation,
    imported,
)

LATER_START, LATER_END, EARLIER_END = "2007-09-10", "2008-07-25", "2008-06-13"
Action = ActionInPreparation


def amended(action: Action, start: str = START, end: str = END, request_id: UUID = REQUEST) -> Action:
    """Asked for, granted, and agreed to by `declarations`."""
    return action.requests(action.other_planned(start, end), request_id).grants(request_id).granted()


def test_dat_04_a_grant_of_other_planned_dates_asks_declarations_and_is_an_amendment():
    action = ActionInPreparation().running(DURAND)
    action.requests(action.other_planned(START, LATER_END)).grants()
    [asked] = action.said
    assert asked == AmendmentRequested(planned_start=day(START), planned_end=day(LATER_END), periods=(period(START, LATER_END),))
    assert action.state.planned.end == day(END) and action.state.pending
    granted, amendment = action.granted().said
    assert granted == RequestGranted(request_id=REQUEST, object=RequestObject.PLANNED_DATES, applied=True)
    assert amendment == ContractAmended(
        number=1,
        request_id=REQUEST,
        granted_on=AMENDED_ON,
        planned_start=day(START),
        planned_end=day(LATER_END),
        start_before=day(START),
        end_before=day(END),
        periods=(period(START, LATER_END),),
        dates_version=2,
    )
    assert action.state.pending is None and not action.state.requests


def test_dat_04_planned_dates_are_never_unlocked_whatever_the_agent_says():
    action = ActionInPreparation()
    action.requests(action.other_planned(LATER_START)).grants(apply=False)
    assert isinstance(action.said[0], AmendmentRequested)


def test_req_03_what_declarations_refuses_changes_nothing_and_the_request_stays_open():
    action = ActionInPreparation().running(DURAND)
    before = action.requests(action.other_planned(START, LATER_END)).state
    assert action.grants().refused().state == before


def test_req_04_amendments_are_numbered_per_contract_and_the_original_dates_stay():
    action = amended(ActionInPreparation(), LATER_START, END)
    amended(action, LATER_START, LATER_END, OTHER_REQUEST)
    second = action.said[-1]
    assert isinstance(second, ContractAmended)
    assert (second.number, second.start_before, second.end_before) == (2, day(LATER_START), day(END))
    assert [(str(dates.start), str(dates.end)) for dates in action.state.amendments] == [(LATER_START, END), (LATER_START, LATER_END)]
    assert (action.state.terms.planned_start, action.state.terms.planned_end) == (day(START), day(END))


def test_act_01_an_import_of_the_contract_as_it_was_awarded_still_knows_it():
    action = amended(ActionInPreparation(), LATER_START, LATER_END)
    known = {action.state.number: action.state}
    decisions, answer = contract.import_contracts(imported(guide.contract()), known, action.people, AWARDED_AT)
    assert (decisions, answer.known) == ([], (action.state.number,))


def test_req_03_the_start_changes_before_the_opening_only():
    action = ActionInPreparation().running(DURAND)
    assert cells(lambda: action.requests(action.other_planned(LATER_START, END))) == [("start-after-opening", "planned_start")]
    preparing = ActionInPreparation().prepared(DURAND)
    preparing.requests(preparing.other_planned(LATER_START)).opens()
    assert [fault.code for fault in preparing.foreseen[REQUEST].against] == ["start-after-opening"]
    assert codes(preparing.grants) == ["start-after-opening"]


def test_req_03_the_end_changes_until_the_action_is_closed():
    for action in (ActionInPreparation(), ActionInPreparation().prepared(DURAND), ActionInPreparation().running(DURAND)):
        assert amended(action, START, LATER_END).state.planned.end == day(LATER_END)
    closed = ActionInPreparation().running(DURAND).closed()
    assert codes(lambda: closed.requests(closed.other_planned(START, LATER_END))) == ["action-already-closed"]
    declined = ActionInPreparation().declines()
    assert codes(lambda: declined.requests(declined.other_planned(START, LATER_END))) == ["action-never-opened"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (END, START, [("planned-dates-reversed", "planned_end")]),
        (START, END, [("no-change-asked", None)]),
        (START, "2010-09-01", [("contract-too-long", "planned_end")]),
    ],
)
def test_req_03_planned_dates_are_in_order_other_ones_and_not_too_long(start: str, end: str, expected: list[tuple[str, str | None]]):
    action = ActionInPreparation()
    assert cells(lambda: action.requests(action.other_planned(start, end, period(START, START)))) == expected
    assert action.requests(action.other_planned(START, "2010-08-31")).state.requests  # MOST_MONTHS to the day
    assert MOST_MONTHS == 36


def test_req_03_before_the_opening_the_end_does_not_come_before_an_entry_date_that_is_confirmed():
    action = ActionInPreparation().prepared(DURAND).registers(CHOMBIER).confirms_entries((CHOMBIER, "2008-06-16"))
    (fault,) = faults(lambda: action.requests(action.other_planned(START, EARLIER_END)))
    assert (fault.code, fault.item, fault.figures["entered"]) == ("end-before-entry", str(CHOMBIER), "2008-06-16")
    assert amended(action, START, "2008-06-16").state.planned.end == day("2008-06-16")


def test_req_03_after_the_opening_declarations_decides_of_entry_dates_alone():
    action = ActionInPreparation().running(DURAND).registers(CHOMBIER, entry_date=day("2008-06-16"))
    action.confirms_entries((CHOMBIER, "2008-06-16")).granted()
    action.requests(action.other_planned(START, EARLIER_END)).grants()
    assert isinstance(action.said[0], AmendmentRequested)


def test_req_03_periods_after_the_new_end_and_before_the_new_start_change_in_the_same_request():
    action = ActionInPreparation().validates()
    kept = action.other_planned(LATER_START, EARLIER_END, *PERIODS)
    assert cells(lambda: action.requests(kept)) == [
        ("period-outside-action", "periods.0.start"),
        ("period-outside-action", "periods.1.end"),
    ]
    amended(action, LATER_START, EARLIER_END)
    assert action.said[-1].periods == (period(LATER_START, EARLIER_END),)  # type: ignore[attr-defined]


def test_req_03_dates_stay_validated_or_not_as_they_were_and_a_page_shown_before_is_told():
    assert amended(ActionInPreparation().validates(), LATER_START).state.dates_locked
    open_ = amended(ActionInPreparation(), LATER_START)
    assert not open_.state.dates_locked and not open_.state.dates_unlocked
    assert codes(lambda: open_.validates(period(LATER_START, END), base=0)) == ["changed-meanwhile"]
    assert open_.validates(period(LATER_START, END), base=1).state.dates_locked
    unlocked = amended(ActionInPreparation().validates().unlocks_dates(), LATER_START)
    assert unlocked.state.dates_unlocked


def test_req_03_an_amendment_of_dates_that_were_validated_otherwise_meanwhile_is_asked_for_again():
    action = ActionInPreparation().validates()
    action.requests(action.other_planned(LATER_START)).unlocks_dates().validates(period(START, "2008-05-30"))
    assert [fault.code for fault in action.foreseen[REQUEST].against] == ["changed-meanwhile"]
    assert codes(action.grants) == ["changed-meanwhile"]


def test_req_03_while_declarations_is_asked_whatever_rests_on_planned_dates_waits():
    action = ActionInPreparation().prepared(DURAND)
    action.requests(action.other_planned(LATER_START)).grants()
    waiting: tuple[Callable[[], object], ...] = (
        lambda: action.opens(),
        lambda: action.declines(),
        lambda: action.registers(DUPONT),
        lambda: action.changes(DURAND, entry_date=day(START)),
        lambda: action.removes(DURAND),
        lambda: action.confirms_entries((DURAND, START)),
        lambda: action.takes_request_back(),
        lambda: action.refuses(),
        lambda: action.grants(),
    )
    for step in waiting:
        (fault,) = faults(step)
        assert (fault.code, fault.figures) == ("in-progress", {"since": str(ASKER.at)})
    assert codes(lambda: action.unlocks_dates().validates()) == ["in-progress"]
    assert codes(lambda: ActionInPreparation().running(DURAND).asks_closing().validates()) == ["dates-locked"]


def test_req_03_in_an_open_action_entries_and_the_closing_wait_for_an_amendment_and_then_go_by_it():
    action = ActionInPreparation().running(DURAND)
    action.registers(DUPONT, entry_date=day("2008-06-16")).requests(action.other_planned(START, "2008-06-20")).grants()
    assert codes(lambda: action.asks_closing()) == ["in-progress"]
    assert codes(lambda: action.confirms_entries((DUPONT, "2008-06-16"))) == ["in-progress"]
    action.granted()
    assert codes(lambda: action.confirms_entries((DUPONT, "2008-06-23"))) == ["entry-outside-action"]
    assert codes(lambda: action.asks_closing(END, sent=END)) == ["end-differs", "trainee-not-entered"]
    assert action.confirms_entries((DUPONT, "2008-06-16")).state.pending


def test_req_03_while_something_else_is_asked_an_amendment_waits():
    action = ActionInPreparation().running(DURAND)
    action.requests(action.other_planned(START, LATER_END)).asks_closing()
    assert codes(action.grants) == ["in-progress"]
    assert action.granted().said_types() == ["ActionClosed", "RequestWithdrawn"]


def test_opn_02_the_opening_of_a_collective_action_is_on_the_amended_start():
    action = amended(ActionInPreparation().prepared(DURAND, on="2007-09-17"), LATER_START)
    assert action.told[-1].opens_on == day(LATER_START)
    (fault,) = faults(lambda: action.opens(START))
    assert (fault.code, fault.figures["planned"]) == ("start-differs", LATER_START)
    assert action.opens(LATER_START).state.opened


@pytest.mark.parametrize("kind", list(ActionKind))
def test_trn_09_the_opening_checks_every_entry_date_against_a_start_that_moved(kind: ActionKind):
    action = amended(ActionInPreparation(kind=kind).prepared(DURAND), LATER_START)
    assert codes(lambda: action.opens(LATER_START)) == ["entry-before-start"]
    assert action.confirms_entries((DURAND, LATER_START)).opens(LATER_START).state.opened


def test_trn_06_nobody_enters_after_the_amended_end_and_a_later_end_lets_them_in():
    shorter = amended(ActionInPreparation().running(DURAND), START, EARLIER_END)
    assert codes(lambda: shorter.registers(DUPONT, entry_date=day("2008-06-16"))) == ["entry-outside-action"]
    longer = amended(ActionInPreparation().running(DURAND), START, LATER_END)
    assert longer.registers(DUPONT, entry_date=day("2008-07-01")).confirms_entries((DUPONT, "2008-07-01")).state.pending


def test_dat_02_periods_lie_within_the_amended_dates():
    action = amended(ActionInPreparation().validates(), START, LATER_END).unlocks_dates()
    assert action.validates(period(START, LATER_END)).state.dates_locked
    shorter = amended(ActionInPreparation().validates(), START, EARLIER_END).unlocks_dates()
    assert codes(lambda: shorter.validates(period(START, END))) == ["period-outside-action"]


def test_clo_01_the_closing_is_on_the_amended_end_and_not_before_it():
    longer = amended(ActionInPreparation().running(DURAND), START, LATER_END)
    assert cells(lambda: longer.asks_closing(END, sent=END)) == [("end-differs", "actual_end"), ("closing-too-early", None)]
    assert longer.asks_closing(LATER_END, sent=LATER_END).state.pending
    shorter = amended(ActionInPreparation().running(DURAND), START, EARLIER_END)
    assert shorter.asks_closing(EARLIER_END, sent=EARLIER_END).state.pending


def test_opn_02_an_individualised_action_starts_up_to_the_amended_end():
    action = amended(ActionInPreparation(kind=ActionKind.INDIVIDUALISED).prepared(DURAND, on="2007-09-17"), START, "2007-10-26")
    assert codes(lambda: action.opens("2007-10-29")) == ["start-after-end"]
