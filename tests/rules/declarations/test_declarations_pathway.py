"""A trainee's own pathway: the ceiling of their hours (DEC-3), never below what is stored for them (TRN-3)."""

from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from contracts.actions import PathwayPlan, PathwayRequested, Period
from contracts.answers import PersonalRef
from contracts.codes import ActionKind, ExitReason, Place
from contracts.declarations import AskRefused, PathwayGranted
from contracts.presence import within
from declarations.rules.action import Action, awarded, opened, registered
from declarations.rules.ask import answer
from declarations.rules.presence import offer
from tests.guide import START, day, period
from tests.rules.declarations.declared_action import BORG, KOURNIKOVA, DeclaredAction, cells, early, terms


def plan(centre: str | None, company: str | None) -> PathwayPlan:
    """A pathway of these hours."""
    hours = {"centre": centre, "company": company}
    return PathwayPlan(**{place: Decimal(given) for place, given in hours.items() if given is not None})


def planned(centre: str | None, company: str | None) -> DeclaredAction:
    """One trainee, whose pathway plans these hours, in an action that plans 812 and 420."""
    action = DeclaredAction()
    action.state = registered(action.state, BORG, plan(centre, company))
    return action


def asks(action: DeclaredAction, centre: str, company: str) -> DeclaredAction:
    """`actions` asks for another pathway."""
    sheet = PersonalRef(id="2007QCA0266/sheet", version=1)
    ask = PathwayRequested(trainee_id=BORG, pathway=plan(centre, company), sheet=sheet, request_id=None)
    decision = answer(action.state, ask)
    action.state, action.said = decision.state, list(decision.events)
    return action


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("60 0 0 40 0 0", []),
        ("50 5 5 40 0 0", []),
        ("60.25 0 0 40 0 0", [("planned-centre-exceeded", "centre.attended")]),
        ("60 0 0 40.25 0 0", [("planned-company-exceeded", "company.attended")]),
    ],
)
def test_dec_03_a_trainees_own_hours_are_the_ceiling(typed: str, refused: list[tuple[str, str]]):
    action = planned("60", "40").saves(BORG, "2007-09", typed)
    found = [fault for fault in cells_of(action) if fault[0].startswith("planned")]
    assert found == refused


def employed_on_14_september(*periods: Period) -> DeclaredAction:
    """Their pathway plans 60 h in centre, of which they did 20 by the 14th, when they found work."""
    action = DeclaredAction()
    action.state = registered(action.state, BORG, plan("60", "0").model_copy(update={"periods": periods}))
    left = early("2007-09-14", ExitReason.EMPLOYMENT, proofs=True)
    return action.saves(BORG, "2007-09", "20 0 0 0 0 0").leaves(BORG, left).confirms("2007-09")


def hours_added(action: DeclaredAction) -> list[Decimal]:
    """What each month added in centre, oldest first."""
    return [added.centre for _, added in action.state.added(BORG)]


def test_dec_05_after_an_admissible_exit_the_hours_of_ones_own_pathway_are_spread_over_its_periods():
    """40 h over 15 to 30 September and October: 40 × 16 ÷ 47 = 13.61; in September alone: all of them."""
    assert hours_added(employed_on_14_september(period("2007-09-03", "2007-10-31"))) == [Decimal("13.50")]
    assert hours_added(employed_on_14_september(period("2007-09-03", "2007-09-28"))) == [Decimal(40)]


def test_trn_03_a_pathway_is_never_below_what_a_month_added_either():
    action = employed_on_14_september(period("2007-09-03", "2007-09-28"))
    (said,) = asks(action, "59.75", "0").said
    assert isinstance(said, AskRefused) and [fault.code for fault in said.faults] == ["centre-pathway-below-hours"]
    assert [type(event) for event in asks(action, "60", "0").said] == [PathwayGranted]


def cells_of(action: DeclaredAction) -> list[tuple[str, str | None]]:
    """Why September cannot be confirmed; nothing when it is."""
    try:
        return cells(lambda: action.confirms("2007-09"))
    except AssertionError:
        return []


def test_dec_03_more_than_the_contracts_hours_of_one_trainee_can_be_anothers():
    """What one plans less another may plan more: 900 h of the 8,120."""
    action = planned("900", "420")
    for month in ("2007-09", "2007-10", "2007-11"):
        action.declares(month, "280 0 0 0 0 0")
    assert action.declares("2007-12", "60 0 0 0 0 0").said


def test_dec_03_who_has_no_pathway_has_the_contracts_hours_and_so_has_a_place_of_which_it_says_nothing():
    action = planned("60", None)
    assert action.state.planned_for(BORG) == {Place.CENTRE: 60, Place.COMPANY: 420}
    assert action.state.planned_for(KOURNIKOVA) == {Place.CENTRE: 812, Place.COMPANY: 420}


@pytest.mark.parametrize(
    ("centre", "company", "refused"),
    [
        ("51", "20.25", []),
        ("50.75", "20.25", [("centre-pathway-below-hours", "sheet.pathway.centre_hours")]),
        ("812", "20", [("company-pathway-below-hours", "sheet.pathway.company_hours")]),
        (
            "0",
            "0",
            [
                ("centre-pathway-below-hours", "sheet.pathway.centre_hours"),
                ("company-pathway-below-hours", "sheet.pathway.company_hours"),
            ],
        ),
    ],
)
def test_trn_03_never_fewer_hours_than_are_stored_drafts_and_unexcused_too(centre: str, company: str, refused: list[tuple[str, str]]):
    action = planned("812", "420").declares("2007-09", "40 0 0 20 0 0").saves(BORG, "2007-10", "9 0 2 0 0 0.25")
    before = action.state
    (said,) = asks(action, centre, company).said
    if refused:
        assert isinstance(said, AskRefused) and [(fault.code, fault.field) for fault in said.faults] == refused
        assert action.state == before and said.faults[0].figures["trainee"] == str(BORG)
    else:
        assert isinstance(said, PathwayGranted) and action.state.planned_for(BORG)[Place.CENTRE] == Decimal(centre)


def test_trn_03_what_is_granted_is_the_ceiling_at_once_whoever_types_next():
    """The other order of the two: the hours come after the pathway, and are refused when the month is confirmed."""
    action = asks(planned("812", "420"), "51", "20").saves(BORG, "2007-09", "51.25 0 0 0 0 0")
    assert ("planned-centre-exceeded", "centre.attended") in cells_of(action)


def test_trn_03_a_state_with_pathways_survives_being_kept():
    state = planned("60.25", "40").state
    adapter = TypeAdapter(Action)
    assert adapter.validate_json(adapter.dump_json(state)) == state


def test_dec_11_on_individualised_actions_all_working_days_are_said_for_each_pathway_to_take_its_own():
    """The week of 29 October 2007, with All Saints' Day on the Thursday."""
    contract = terms(end="2007-11-09").model_copy(update={"kind": ActionKind.INDIVIDUALISED})
    said = offer(opened(awarded(contract), day(START)))
    assert said
    week = [period("2007-10-29", "2007-11-04"), period("2007-11-01", "2007-11-05")]
    assert [str(on)[5:] for on in within(said.working_days, week, Place.CENTRE)] == ["10-29", "10-30", "10-31", "11-02", "11-05"]
    collective = offer(opened(awarded(terms()), day(START)))
    assert collective and collective.working_days == ()
