"""A trainee's own pathway, on individualised actions: TRN-3, and OPN-1, TRN-4, TRN-5, REQ-2 where they differ."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.actions import PathwayRequested, TraineeChanged, TraineeRegistered
from contracts.codes import ActionKind, OpeningCondition, Place, RequestObject
from contracts.envelope import made_id
from contracts.pathways import REQUIRED
from contracts.personal import Pathway, TraineeRecord
from contracts.requests import ChangeRequested
from tests.guide import CHOMBIER, DUPONT, DURAND, END, MARTIN, START, pathway, period, sheet
from tests.refused import cells
from tests.rules.actions.action_in_preparation import ASKER, REQUEST, ActionInPreparation, NewTrainee

WORK, CENTRE = period("2008-02-18", "2008-04-18", Place.COMPANY), period(START, "2008-02-15")


def individualised(**changed: Any) -> ActionInPreparation:
    """The guide's action, with a pathway for each of its ten trainees."""
    return ActionInPreparation(kind=ActionKind.INDIVIDUALISED, **changed)


def running(*trainees: UUID, headcount: int = 10) -> ActionInPreparation:
    """Open, with these trainees in training, each of whom is planned for all the contract's hours."""
    return individualised(headcount=headcount).running(*trainees)


def test_trn_03_every_missing_field_of_the_pathway_is_named_at_once():
    refused = cells(lambda: individualised().registers(DURAND, pathway=None))
    assert refused == [("sheet-field-missing", f"sheet.pathway.{name}") for name in REQUIRED] and len(REQUIRED) == 11


@pytest.mark.parametrize("blank", ["project", "general_modules", "vocational_modules", "company_goals", "goals"])
def test_trn_03_spaces_say_nothing(blank: str):
    refused = cells(lambda: individualised().registers(DURAND, pathway=pathway(**{blank: "  "})))
    assert refused == [("sheet-field-missing", f"sheet.pathway.{blank}")]


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"centre_hours": "-1"}, "negative-hours", "centre_hours"),
        ({"company_hours": "17.3"}, "not-quarter-hour", "company_hours"),
        ({"planned_start": "2007-09-02"}, "pathway-outside-action", "planned_start"),
        ({"planned_end": "2008-06-28"}, "pathway-outside-action", "planned_end"),
        ({"periods": (period(START, END), WORK, WORK), "company_periods": 2}, "periods-overlap", "periods.2.start"),
        ({"periods": (period(END, START), WORK)}, "period-reversed", "periods.0.end"),
        ({"periods": (CENTRE,), "company_periods": 0}, "company-period-missing", "company_hours"),
        ({"periods": (WORK,)}, "centre-period-missing", "centre_hours"),
        ({"company_periods": 2}, "company-periods-differ", "company_periods"),
        ({"company_periods": 0}, "company-periods-differ", "company_periods"),
        ({"centre_hours": "8120.25"}, "centre-pathways-exceeded", "centre_hours"),
        ({"company_hours": "4200.25"}, "company-pathways-exceeded", "company_hours"),
    ],
)
def test_trn_03_what_is_wrong_in_a_pathway(changed: dict[str, Any], code: str, field: str):
    assert cells(lambda: individualised().registers(DURAND, pathway=pathway(**changed))) == [(code, f"sheet.pathway.{field}")]


def test_trn_03_the_periods_lie_within_the_pathways_own_dates():
    own = pathway(
        "2007-10-01", "2008-03-31", periods=(period("2007-09-30", "2008-03-31"), period("2007-10-01", "2008-04-01", Place.COMPANY))
    )
    assert cells(lambda: individualised().registers(DURAND, pathway=own)) == [
        ("period-outside-pathway", "sheet.pathway.periods.0.start"),
        ("period-outside-pathway", "sheet.pathway.periods.1.end"),
    ]


def test_trn_03_a_pathway_ends_after_it_begins_and_plans_some_hours():
    reversed_ = pathway(periods=(), company_periods=0, centre_hours=0, company_hours=0, planned_start=END, planned_end=START)
    refused = cells(lambda: individualised().registers(DURAND, pathway=reversed_))
    assert refused == [("no-pathway-hours", "sheet.pathway.centre_hours"), ("pathway-reversed", "sheet.pathway.planned_end")]


def test_trn_03_nobody_has_a_pathway_on_a_collective_action():
    assert cells(lambda: ActionInPreparation().registers(DURAND, pathway=pathway())) == [("pathway-unexpected", "sheet.pathway")]


def test_trn_03_a_place_without_hours_needs_no_period():
    action = individualised().registers(DURAND, pathway=pathway(company_hours=0, company_periods=0, periods=(period(START, END),)))
    assert action.state.trainees[DURAND].complete


@pytest.mark.parametrize(("hours", "refused"), [("812", False), ("812.25", True)])
def test_trn_03_all_pathways_together_plan_at_most_the_contracts_hours_for_its_headcount(hours: str, refused: bool):
    """Two trainees at 812 h: 1624 h in centre, whoever has how many of them."""
    action = individualised(headcount=2).registers(DURAND, pathway=pathway(centre_hours="812"))
    if refused:
        assert cells(lambda: action.registers(DUPONT, pathway=pathway(centre_hours=hours))) == [
            ("centre-pathways-exceeded", "sheet.pathway.centre_hours")
        ]
    else:
        action.registers(DUPONT, pathway=pathway(centre_hours=hours))


def test_trn_03_who_has_left_the_list_plans_nothing_and_who_changes_is_not_counted_twice():
    action = individualised(headcount=2).registers(DURAND).registers(DUPONT)
    action.removes(DUPONT).changes(DURAND, pathway=pathway(centre_hours="1624", company_hours="840"))
    assert cells(lambda: action.registers(CHOMBIER)) == [
        ("centre-pathways-exceeded", "sheet.pathway.centre_hours"),
        ("company-pathways-exceeded", "sheet.pathway.company_hours"),
    ]


def test_trn_08_of_several_each_pathway_takes_from_what_is_left_to_the_next():
    own = pathway(centre_hours="1000")
    several = [NewTrainee(sheet=sheet(last_name=name, pathway=own)) for name in ("DURAND", "DUPONT")]
    assert cells(lambda: individualised(headcount=2).registers_all(*several)) == [
        ("centre-pathways-exceeded", "trainees.1.sheet.pathway.centre_hours")
    ]


def test_trn_04_a_partial_pathway_is_kept_and_what_is_given_is_right():
    half = Pathway(project="Assistante", company_periods=2, periods=(WORK,), centre_hours=Decimal(100))
    action = individualised().registers(DURAND, partial=True, pathway=half)
    assert not action.state.trainees[DURAND].complete
    assert cells(lambda: action.changes(DURAND, partial=True, pathway=half.model_copy(update={"company_periods": 0}))) == [
        ("company-periods-differ", "sheet.pathway.company_periods")
    ]


def test_opn_01_an_individualised_action_waits_for_every_pathway():
    action = individualised().prepared(DURAND)
    action.registers(DUPONT, partial=True, pathway=None).confirms_entries((DUPONT, START))
    assert action.told[-1].lacking == (OpeningCondition.SHEETS,) and action.told[-1].incomplete == (DUPONT,)
    action.changes(DUPONT).opens()


def test_prv_01_the_log_says_hours_dates_and_periods_and_nothing_that_was_written():
    action = individualised().registers(DURAND, pathway=pathway(centre_hours="560.5"))
    (registered,), (record,) = action.said, action.kept
    assert isinstance(registered, TraineeRegistered) and registered.pathway
    assert (registered.pathway.centre, registered.pathway.periods) == (Decimal("560.5"), pathway().periods)
    assert "Obtenir le BTS" not in registered.model_dump_json() and "Obtenir le BTS" in record.model_dump_json()


def test_trn_05_after_the_entry_more_hours_are_saved_at_once_and_uses_up_the_unlocking():
    action = running(DURAND)
    assert cells(lambda: action.changes(DURAND)) == [("trainee-locked", None)]
    action.unlocks(DURAND).changes(DURAND, pathway=pathway(centre_hours="900"))
    assert action.said_types() == ["TraineeChanged"] and not action.state.trainees[DURAND].unlocked


def test_trn_03_for_fewer_hours_declarations_is_asked_and_the_sheet_stays_until_it_agrees():
    action = running(DURAND).unlocks(DURAND)
    action.changes(DURAND, pathway=pathway(company_hours="400"))
    (asked,), (kept,) = action.said, action.kept
    assert isinstance(asked, PathwayRequested) and asked.pathway.company == 400 and asked.sheet.id == kept.id
    assert action.state.trainees[DURAND].sheet == 1 and action.state.trainees[DURAND].unlocked
    assert cells(lambda: action.changes(DURAND)) == [("in-progress", None)]
    assert cells(lambda: action.takes_unlocking_back(RequestObject.TRAINEE, DURAND)) == [("in-progress", None)]
    action.said = [asked]
    action.granted()
    assert action.said_types() == ["TraineeChanged"] and action.state.trainees[DURAND].planned[Place.COMPANY] == 400
    assert (action.state.trainees[DURAND].sheet, action.state.trainees[DURAND].unlocked, action.state.pending) == (2, False, None)


def test_trn_03_when_declarations_refuses_the_sheet_stays_unlocked_as_it_was():
    action = running(DURAND).unlocks(DURAND)
    before = action.state
    assert action.changes(DURAND, pathway=pathway(centre_hours="700")).refused().state == before


def test_trn_03_before_the_entry_nobody_is_asked():
    action = individualised().registers(DURAND).changes(DURAND, pathway=pathway(centre_hours="10"))
    assert action.said_types() == ["TraineeChanged"]


def test_req_02_a_pathway_that_is_asked_for_is_granted_once_declarations_agrees():
    action = running(DURAND)
    action.requests(action.other_sheet(DURAND, pathway=pathway(centre_hours="700")))
    assert isinstance(action.said[0], ChangeRequested)
    action.grants(apply=True)
    (asked,) = action.said
    assert isinstance(asked, PathwayRequested) and asked.request_id == REQUEST
    for undecided in (action.takes_request_back, action.refuses, action.grants):
        assert cells(undecided) == [("in-progress", None)]
    action.said = [asked]
    action.granted()
    assert action.said_types() == ["RequestGranted", "TraineeChanged"] and not action.state.requests


def test_req_02_a_pathway_that_declarations_refuses_is_still_asked_for():
    action = running(DURAND)
    action.requests(action.other_sheet(DURAND, pathway=pathway(centre_hours="700"))).grants(apply=True).refused()
    assert action.state.requests.keys() == {REQUEST} and not action.state.trainees[DURAND].unlocked
    action.grants()
    assert action.state.trainees[DURAND].unlocked


def test_req_01_what_others_are_planned_for_meanwhile_is_told_of_an_open_request():
    action = running(DURAND, headcount=2)
    action.requests(action.other_sheet(DURAND, pathway=pathway(centre_hours="1000")))
    assert action.foreseen[REQUEST].against == ()
    action.registers(DUPONT, on="2007-10-01", pathway=pathway(centre_hours="700"))
    assert [fault.code for fault in action.foreseen[REQUEST].against] == ["centre-pathways-exceeded"]


def test_req_04_an_amendment_leaves_pathways_as_they_are_and_the_next_saving_obeys_it():
    action = running(DURAND)
    action.requests(action.other_planned(START, "2008-05-30")).grants().granted()
    action.unlocks(DURAND)
    assert ("pathway-outside-action", "sheet.pathway.planned_end") in cells(lambda: action.changes(DURAND, pathway=pathway()))
    assert isinstance(action.changes(DURAND).said[0], TraineeChanged)


def test_opn_02_each_pathway_may_begin_before_or_after_the_actual_start():
    action = individualised().prepared(DURAND, MARTIN, on="2007-10-01").opens("2007-10-01")
    assert {trainee.entry for trainee in action.state.trainees.values()} == {action.state.actual_start}


def test_the_record_of_a_pathway_that_waits_belongs_to_its_contract():
    action = running(DURAND).unlocks(DURAND).changes(DURAND, pathway=pathway(centre_hours="1"))
    (record,) = action.kept
    assert isinstance(record, TraineeRecord) and record.id.startswith(f"{action.state.number}/{ASKER.command_id}")
    assert made_id(action.state.number, ASKER.command_id) not in action.state.trainees
