"""Dates and periods: DAT-2, DAT-3 by the agent."""

import pytest

from contracts.actions import DatesUnlocked, DatesValidated, Period
from contracts.codes import Place
from contracts.personal import TextRecord
from tests.guide import PERIODS, period
from tests.refused import cells, codes, faults
from tests.rules.actions.action_in_preparation import ASKER, ActionInPreparation


def test_dat_02_dates_and_periods_are_validated_as_the_contract_has_them():
    action = ActionInPreparation().validates()
    assert action.said == [DatesValidated(periods=PERIODS, version=1)]


def test_dat_02_before_its_validation_the_organisation_adds_changes_and_removes_periods():
    periods = (period("2007-09-03", "2007-12-21"), period("2008-01-07", "2008-06-27"))
    assert ActionInPreparation().validates(*periods).said == [DatesValidated(periods=periods, version=1)]


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([period("2007-09-02", "2007-10-01")], [("period-outside-action", "periods.0.start")]),
        ([period("2007-09-03", "2008-06-28")], [("period-outside-action", "periods.0.end")]),
        ([period("2007-10-02", "2007-10-01")], [("period-reversed", "periods.0.end")]),
        ([period("2007-09-03", "2007-10-01"), period("2007-10-01", "2007-10-05")], [("periods-overlap", "periods.1.start")]),
        ([period("2007-10-01", "2007-10-05"), period("2007-09-03", "2007-10-01")], [("periods-overlap", "periods.0.start")]),
        (
            [period("2007-09-03", "2008-06-27"), period("2007-10-01", "2007-10-02"), period("2007-11-05", "2007-11-05")],
            [("periods-overlap", "periods.1.start"), ("periods-overlap", "periods.2.start")],
        ),
        (
            [period("2007-01-01", "2009-01-01"), period("2007-10-02", "2007-10-01")],
            [
                ("period-outside-action", "periods.0.start"),
                ("period-outside-action", "periods.0.end"),
                ("period-reversed", "periods.1.end"),
            ],
        ),
    ],
)
def test_dat_02_every_wrong_period_is_named_at_once(periods: list[Period], expected: list[tuple[str, str]]):
    assert cells(lambda: ActionInPreparation().validates(*periods)) == expected


@pytest.mark.parametrize(
    "periods",
    [
        [period("2007-09-03", "2008-06-27"), period("2007-09-03", "2008-06-27", Place.COMPANY)],
        [period("2007-09-03", "2007-10-01"), period("2007-10-02", "2008-06-27")],
        [period("2007-09-03", "2007-09-03")],
    ],
    ids=["centre and company overlap", "one ends the day before the other", "a single day"],
)
def test_dat_02_what_is_allowed(periods: list[Period]):
    assert ActionInPreparation().validates(*periods).state.dates_locked


def test_dat_03_once_validated_the_dates_are_locked():
    assert codes(lambda: ActionInPreparation().validates().validates()) == ["dates-locked"]


def test_dat_03_an_agent_unlocks_them_for_one_more_validation_and_says_why():
    action = ActionInPreparation().validates().unlocks_dates("  Appel du 6 mars ")
    [event], [text] = action.said, action.kept
    assert isinstance(event, DatesUnlocked) and isinstance(text, TextRecord)
    assert (event.version, event.reason.id, text.id, text.text) == (
        2,
        text.id,
        f"{action.state.number}/{ASKER.command_id}",
        "Appel du 6 mars",
    )
    assert action.validates().said == [DatesValidated(periods=PERIODS, version=3)]
    assert codes(lambda: action.validates()) == ["dates-locked"]


def test_dat_03_an_agent_says_why_and_unlocks_only_what_is_locked():
    assert cells(lambda: ActionInPreparation().validates().unlocks_dates(" ")) == [("reason-missing", "reason")]
    assert codes(lambda: ActionInPreparation().unlocks_dates()) == ["dates-not-locked"]


def test_dat_03_the_dates_of_an_open_action_can_be_unlocked_and_validated_too():
    action = ActionInPreparation().running().unlocks_dates()
    assert action.validates().state.dates_locked and action.state.opened


def test_dat_02_a_page_that_was_shown_before_another_validation_is_told_so():
    unlocked = ActionInPreparation().validates().unlocks_dates()
    assert codes(lambda: unlocked.validates(base=0)) == ["changed-meanwhile"]
    assert unlocked.validates(base=2).state.dates_version == 3


def test_dat_02_an_overlap_names_the_other_period():
    (fault,) = faults(lambda: ActionInPreparation().validates(period("2007-09-03", "2007-10-05"), period("2007-10-01", "2007-10-10")))
    assert fault.figures == {"start": "2007-09-03", "end": "2007-10-05"}
