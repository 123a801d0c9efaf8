"""The surveys six months and one year after an exit: SUR-3."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.decision import Decision
from contracts.codes import EmploymentContract, ExitKind, Situation, SurveyKind
from contracts.declarations import Exit
from contracts.surveys import LaterSurvey, LaterSurveyRecorded, RecordLaterSurvey, SurveysFellDue, due_on
from surveys.rules import due, outcomes, survey
from surveys.rules.outcomes import Outcomes, report_changed
from tests.guide import CHOMBIER, DUPONT, DURAND, MARTIN, SIRET
from tests.refused import cells, codes, faults

SIX_MONTHS, ONE_YEAR = SurveyKind.SIX_MONTHS, SurveyKind.ONE_YEAR
LEFT = date(2007, 7, 1)


class Followed:
    """An action as the service follows it; `said` is what the last step put on the log."""

    def __init__(self, *trainees: UUID, on: date = LEFT) -> None:
        self.outcomes = Outcomes(SIRET)
        for trainee in trainees:
            self.leaves(trainee, on)

    def _apply(self, decision: Decision[Outcomes]) -> "Followed":
        before, self.outcomes = self.outcomes, decision.state
        self.said: list[Any] = [*decision.events, *report_changed(before, self.outcomes)]
        return self

    def leaves(self, trainee: UUID, on: date | None) -> "Followed":
        return self._apply(outcomes.leave(self.outcomes, trainee, Exit(on=on, kind=ExitKind.END_OF_TRAINING) if on else None))

    def goes(self, trainee: UUID) -> "Followed":
        return self._apply(outcomes.forget(self.outcomes, trainee))

    def begins(self, day: date) -> "Followed":
        return self._apply(due.begin(self.outcomes, day))

    def answers(
        self,
        trainee: UUID,
        which: LaterSurvey = SIX_MONTHS,
        *,
        on: date = date(2008, 1, 1),
        contract: EmploymentContract | None = None,
        situation: Situation = Situation.OTHER,
        base: int = 0,
    ) -> "Followed":
        command = RecordLaterSurvey(trainee_id=trainee, survey=which, situation=situation, contract=contract, base_version=base)
        return self._apply(survey.record(self.outcomes, command, datetime(on.year, on.month, on.day, 12, tzinfo=UTC)))

    def year(self, first: date = LEFT) -> list[tuple[date, LaterSurvey, tuple[UUID, ...], bool]]:
        """What each of 450 days tells that wakes the action."""
        told = []
        for number in range(450):
            day = first + timedelta(number)
            if self.outcomes.wakes_on and self.outcomes.wakes_on <= day:
                told += [(day, event.survey, event.trainees, event.again) for event in self.begins(day).said]
        return told


@pytest.mark.parametrize(
    ("left", "six_months", "one_year"),
    [
        ("2007-07-01", "2008-01-01", "2008-07-01"),
        ("2007-08-31", "2008-02-29", "2008-08-31"),
        ("2006-08-31", "2007-02-28", "2007-08-31"),
        ("2007-03-31", "2007-09-30", "2008-03-31"),
        ("2008-02-29", "2008-08-29", "2009-02-28"),
        ("2007-12-30", "2008-06-30", "2008-12-30"),
    ],
)
def test_sur_03_a_survey_is_due_on_the_day_of_the_exit_s_number_or_its_month_s_last(left: str, six_months: str, one_year: str):
    exit_on = date.fromisoformat(left)
    assert (due_on(SIX_MONTHS, exit_on).isoformat(), due_on(ONE_YEAR, exit_on).isoformat()) == (six_months, one_year)


def test_sur_03_each_survey_is_told_when_it_falls_due_and_once_more_thirty_days_later():
    assert Followed(DUPONT, DURAND).year() == [
        (date(2008, 1, 1), SIX_MONTHS, (DURAND, DUPONT), False),
        (date(2008, 1, 31), SIX_MONTHS, (DURAND, DUPONT), True),
        (date(2008, 7, 1), ONE_YEAR, (DURAND, DUPONT), False),
        (date(2008, 7, 31), ONE_YEAR, (DURAND, DUPONT), True),
    ]


def test_sur_03_who_is_answered_for_is_not_reminded_of():
    action = Followed(DURAND, DUPONT).begins(date(2008, 1, 1)).answers(DURAND)
    assert action.begins(date(2008, 1, 31)).said == [SurveysFellDue(survey=SIX_MONTHS, trainees=(DUPONT,), again=True)]


def test_sur_03_nothing_is_told_of_who_is_answered_for_before_the_day_was_read():
    """A command counts on its own day (T-1), though the day it is due has not been heard of yet."""
    assert Followed(DURAND).answers(DURAND).outcomes.wakes_on == date(2008, 7, 1)


def test_sur_03_an_exit_of_long_ago_is_told_with_the_next_day_that_begins():
    action = Followed(DURAND)
    assert action.year(date(2008, 9, 3)) == [
        (date(2008, 9, 3), SIX_MONTHS, (DURAND,), False),
        (date(2008, 9, 3), ONE_YEAR, (DURAND,), False),
        (date(2008, 10, 3), SIX_MONTHS, (DURAND,), True),
        (date(2008, 10, 3), ONE_YEAR, (DURAND,), True),
    ]


def test_sur_03_another_day_of_exit_makes_what_is_not_filled_in_due_on_another_day():
    action = Followed(DURAND, DUPONT).begins(date(2008, 1, 1)).answers(DUPONT)
    moved = action.leaves(DURAND, date(2007, 9, 30)).leaves(DUPONT, date(2007, 9, 30)).year(date(2008, 1, 2))
    assert moved == [
        (date(2008, 3, 30), SIX_MONTHS, (DURAND,), False),
        (date(2008, 4, 29), SIX_MONTHS, (DURAND,), True),
        (date(2008, 9, 30), ONE_YEAR, (DURAND, DUPONT), False),
        (date(2008, 10, 30), ONE_YEAR, (DURAND, DUPONT), True),
    ]


def test_sur_03_the_same_exit_said_again_reminds_of_nothing_twice():
    action = Followed(DURAND).begins(date(2008, 1, 1)).begins(date(2008, 1, 31)).leaves(DURAND, LEFT)
    assert action.outcomes.wakes_on == date(2008, 7, 1)


@pytest.mark.parametrize("step", [lambda action: action.leaves(DURAND, None), lambda action: action.goes(DURAND)])
def test_sur_03_of_who_has_not_left_after_all_or_is_removed_nothing_is_due(step: Any):
    action = step(Followed(DURAND).begins(date(2008, 1, 1)))
    assert action.outcomes.wakes_on is None and action.begins(date(2008, 7, 31)).said == []


def test_sur_03_a_survey_is_filled_in_from_the_day_on_which_it_is_due():
    (fault,) = faults(lambda: Followed(DURAND).answers(DURAND, on=date(2007, 12, 31)))
    assert (fault.code, fault.figures) == ("survey-not-due", {"trainee": str(DURAND), "day": "2008-01-01"})
    assert codes(lambda: Followed(DURAND).answers(DURAND, ONE_YEAR)) == ["survey-not-due"]
    recorded = LaterSurveyRecorded(trainee_id=DURAND, survey=SIX_MONTHS, situation=Situation.OTHER, contract=None, version=1)
    assert Followed(DURAND).answers(DURAND).said == [recorded]


def test_sur_03_the_two_surveys_are_answered_apart_and_change_nothing_of_the_report():
    action = Followed(DURAND).answers(DURAND, SIX_MONTHS).answers(DURAND, ONE_YEAR, on=date(2008, 7, 1))
    assert [type(said) for said in action.said] == [LaterSurveyRecorded]
    assert {which: later.survey and later.survey.version for which, later in action.outcomes.trainees[DURAND].later.items()} == {
        SIX_MONTHS: 1,
        ONE_YEAR: 1,
    }
    assert action.outcomes.trainees[DURAND].survey is None


def test_sur_03_an_answer_can_be_changed_and_the_same_again_changes_nothing():
    action = Followed(DURAND).answers(DURAND)
    assert action.answers(DURAND).said == []
    assert codes(lambda: action.answers(DURAND, situation=Situation.EMPLOYED_ELSEWHERE, contract=EmploymentContract.OTHER)) == [
        "changed-meanwhile"
    ]
    changed = action.answers(DURAND, situation=Situation.EMPLOYED_ELSEWHERE, contract=EmploymentContract.OTHER, base=1)
    assert changed.said[0].version == 2


def test_sur_03_employed_and_a_kind_of_contract_go_together():
    assert cells(lambda: Followed(DURAND).answers(DURAND, situation=Situation.EMPLOYED_IN_SECTOR)) == [
        ("contract-kind-missing", "contract")
    ]
    assert cells(lambda: Followed(DURAND).answers(DURAND, contract=EmploymentContract.OTHER)) == [("contract-kind-unexpected", "contract")]


def test_sur_03_who_is_in_training_or_nobody_has_no_survey():
    assert codes(lambda: Followed(DURAND).leaves(DURAND, None).answers(DURAND)) == ["survey-before-exit"]
    assert codes(lambda: Followed(DURAND).answers(MARTIN)) == ["not-found"]


STEP = st.one_of(
    st.tuples(st.just("leaves"), st.sampled_from([DURAND, DUPONT, CHOMBIER]), st.none() | st.dates(date(2007, 1, 1), date(2008, 12, 31))),
    st.tuples(st.just("goes"), st.sampled_from([DURAND, DUPONT, CHOMBIER])),
    st.tuples(st.just("begins"), st.dates(date(2007, 6, 1), date(2010, 1, 31))),
)


@given(st.lists(STEP, max_size=12))
def test_sur_03_a_day_tells_something_exactly_when_it_wakes_the_action_and_then_is_over(steps: list[tuple[Any, ...]]):
    action = Followed()
    for name, *arguments in steps:
        wakes_on = action.outcomes.wakes_on
        getattr(action, name)(*arguments)
        if name == "begins":
            (day,) = arguments
            assert bool(action.said) is (wakes_on is not None and wakes_on <= day)
            assert action.outcomes.wakes_on is None or action.outcomes.wakes_on > day
            assert action.begins(day).said == []
