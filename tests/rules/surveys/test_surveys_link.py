"""Personal links, by which trainees answer a survey themselves: SURV-1, SURV-2."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.decision import Decision
from contracts.codes import EmploymentContract, ExitKind, Situation, SurveyKind
from contracts.declarations import Exit
from contracts.personal import TextRecord
from contracts.surveys import (
    AnswerByLink,
    ExitSurveyRecorded,
    LaterSurveyRecorded,
    OfferSurveyLinks,
    RecordExitSurvey,
    RecordLaterSurvey,
    ReportPrepared,
    SurveyLink,
    SurveyLinkEnded,
    SurveyLinkOffered,
)
from surveys.rules import link, outcomes, report, survey
from surveys.rules.outcomes import Outcomes, changed
from tests.guide import CONTRACT, DUPONT, DURAND, MARTIN, SIRET
from tests.refused import cells, codes

EXIT, SIX_MONTHS, ONE_YEAR = SurveyKind.EXIT, SurveyKind.SIX_MONTHS, SurveyKind.ONE_YEAR
LEFT, DUE = date(2007, 7, 1), date(2008, 1, 1)
OLD, NEW = "a" * 64, "b" * 64


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class Followed:
    """An action as the service follows it; `said` is what the last step put on the log, but for the report's preparation."""

    def __init__(self, *trainees: UUID) -> None:
        self.outcomes = Outcomes(SIRET, closed=True)
        for trainee in trainees:
            self.leaves(trainee)

    def _apply(self, decision: Decision[Outcomes]) -> "Followed":
        before, self.outcomes = self.outcomes, decision.state
        said = (*decision.events, *changed(before, self.outcomes))
        self.said: list[Any] = [event for event in said if not isinstance(event, ReportPrepared)]
        return self

    def leaves(self, trainee: UUID, on: date | None = LEFT) -> "Followed":
        return self._apply(outcomes.leave(self.outcomes, trainee, Exit(on=on, kind=ExitKind.END_OF_TRAINING) if on else None))

    def goes(self, trainee: UUID) -> "Followed":
        return self._apply(outcomes.forget(self.outcomes, trainee))

    def offers(self, *trainees: UUID, which: SurveyKind = SIX_MONTHS, on: date = DUE, sha256: str = OLD) -> "Followed":
        links = tuple(SurveyLink(trainee_id=trainee, sha256=sha256) for trainee in trainees)
        return self._apply(link.offer(self.outcomes, OfferSurveyLinks(survey=which, links=links), noon(on)))

    def says(
        self,
        trainee: UUID = DURAND,
        *,
        which: SurveyKind = SIX_MONTHS,
        on: date = DUE,
        sha256: str = OLD,
        situation: Situation = Situation.OTHER,
        contract: EmploymentContract | None = None,
    ) -> "Followed":
        of = SurveyLink(trainee_id=trainee, sha256=sha256)
        return self._apply(
            link.answer(self.outcomes, AnswerByLink(survey=which, link=of, situation=situation, contract=contract), noon(on))
        )

    def records(self, base: int, situation: Situation = Situation.OTHER, contract: EmploymentContract | None = None) -> "Followed":
        command = RecordLaterSurvey(trainee_id=DURAND, survey=SIX_MONTHS, situation=situation, contract=contract, base_version=base)
        return self._apply(survey.record(self.outcomes, command, noon(DUE)))

    def records_exit(self) -> "Followed":
        command = RecordExitSurvey(trainee_id=DURAND, situation=Situation.OTHER, contract=None, base_version=0)
        return self._apply(survey.record(self.outcomes, command, noon(DUE)))

    def submits(self) -> "Followed":
        text = TextRecord(id=f"{CONTRACT}/text", version=1, contract_number=CONTRACT, text="Un bon groupe.")
        return self._apply(report.submit(self.outcomes, text, noon(DUE)))


def test_surv_01_a_link_is_offered_for_sixty_days_once_the_survey_is_due():
    action = Followed(DURAND, DUPONT).offers(DURAND, DUPONT)
    assert action.said == [
        SurveyLinkOffered(survey=SIX_MONTHS, link=SurveyLink(trainee_id=trainee, sha256=OLD), last_day=date(2008, 3, 1))
        for trainee in (DURAND, DUPONT)
    ]
    assert codes(lambda: Followed(DURAND).offers(DURAND, on=date(2007, 12, 31))) == ["survey-not-due"]
    assert codes(lambda: Followed(DURAND).leaves(DURAND, None).offers(DURAND)) == ["survey-before-exit"]
    assert codes(lambda: Followed(DURAND).offers(MARTIN)) == ["not-found"]


def test_surv_01_of_several_links_all_are_offered_or_none():
    action = Followed(DURAND).leaves(DUPONT, date(2007, 9, 1))
    assert codes(lambda: action.offers(DURAND, DUPONT)) == ["survey-not-due"]
    assert not action.outcomes.trainees[DURAND].links


def test_surv_01_the_link_of_an_exit_survey_is_offered_with_the_exit_and_ends_with_the_report():
    action = Followed(DURAND).offers(DURAND, which=EXIT, on=LEFT).records_exit()
    assert codes(lambda: action.says(which=SIX_MONTHS)) == ["link-over"]
    sent = action.submits()
    assert sent.said[1:] == [SurveyLinkEnded(trainee_id=DURAND, survey=EXIT)]
    assert codes(lambda: sent.says(which=EXIT, on=LEFT)) == ["link-over"]
    assert codes(lambda: sent.offers(DURAND, which=EXIT)) == ["report-already-submitted"]


def test_surv_01_a_later_link_outlives_the_report():
    action = Followed(DURAND).records_exit().offers(DURAND).submits()
    assert len(action.said) == 1 and action.says().said


@pytest.mark.parametrize(("on", "works"), [(date(2008, 3, 1), True), (date(2008, 3, 2), False)])
def test_surv_01_a_link_works_until_the_end_of_its_last_day(on: date, works: bool):
    action = Followed(DURAND).offers(DURAND)
    if works:
        assert action.says(on=on).said
    else:
        assert codes(lambda: action.says(on=on)) == ["link-over"]


def test_surv_01_a_new_link_ends_the_old_one():
    action = Followed(DURAND).offers(DURAND).offers(DURAND, sha256=NEW)
    assert [type(said) for said in action.said] == [SurveyLinkOffered]
    assert codes(action.says) == ["link-over"]
    assert action.says(sha256=NEW).said


@pytest.mark.parametrize(
    "step",
    [
        lambda action: action.goes(DURAND),
        lambda action: action.leaves(DURAND, None),
        lambda action: action.leaves(DURAND, date(2007, 8, 1)),
    ],
)
def test_surv_01_a_link_ends_with_what_it_is_about(step: Callable[[Followed], Followed]):
    action = step(Followed(DURAND).offers(DURAND))
    assert action.said == [SurveyLinkEnded(trainee_id=DURAND, survey=SIX_MONTHS)]
    assert codes(action.says) == ["link-over"]


def test_surv_01_a_link_is_one_trainees_for_one_survey():
    action = Followed(DURAND, DUPONT).offers(DURAND)
    assert codes(lambda: action.says(DUPONT)) == ["link-over"]
    assert codes(lambda: action.says(which=ONE_YEAR)) == ["link-over"]
    assert codes(lambda: action.says(MARTIN)) == ["link-over"]


def test_surv_02_what_the_trainee_answers_stands_and_says_so():
    said = Followed(DURAND).offers(DURAND).says(situation=Situation.EMPLOYED_ELSEWHERE, contract=EmploymentContract.OTHER).said
    assert said == [
        LaterSurveyRecorded(
            trainee_id=DURAND,
            survey=SIX_MONTHS,
            situation=Situation.EMPLOYED_ELSEWHERE,
            contract=EmploymentContract.OTHER,
            version=1,
            by_link=True,
        )
    ]
    (at_exit,) = Followed(DURAND).offers(DURAND, which=EXIT, on=LEFT).says(which=EXIT, on=LEFT).said
    assert at_exit == ExitSurveyRecorded(trainee_id=DURAND, situation=Situation.OTHER, contract=None, version=1, by_link=True)


def test_surv_02_it_can_be_changed_through_the_link_and_the_same_again_changes_nothing():
    action = Followed(DURAND).offers(DURAND).says()
    assert action.says().said == []
    assert action.says(situation=Situation.EMPLOYED_IN_SECTOR, contract=EmploymentContract.PERMANENT).said[0].version == 2


def test_surv_02_the_organisation_does_not_change_what_the_trainee_said():
    action = Followed(DURAND).offers(DURAND).says()
    assert codes(lambda: action.records(1, Situation.EMPLOYED_ELSEWHERE, EmploymentContract.OTHER)) == ["answered-by-trainee"]
    assert action.records(1).said == [], "the same"


def test_surv_02_the_trainees_word_takes_the_place_of_the_organisations():
    action = Followed(DURAND).records(0).offers(DURAND).says()
    assert (action.said[0].version, action.said[0].by_link) == (2, True)


def test_surv_02_who_answered_is_asked_no_more():
    action = Followed(DURAND).offers(DURAND).says()
    assert action.outcomes.wakes_on == date(2008, 7, 1)


def test_surv_02_employed_and_a_kind_of_contract_go_together():
    action = Followed(DURAND).offers(DURAND)
    assert cells(lambda: action.says(situation=Situation.EMPLOYED_IN_SECTOR)) == [("contract-kind-missing", "contract")]


@pytest.mark.parametrize("by_mail", [True, False])
def test_surv_1_the_log_says_whether_a_link_went_by_mail(by_mail: bool):
    links = (SurveyLink(trainee_id=DURAND, sha256=NEW),)
    offered = link.offer(Followed(DURAND).outcomes, OfferSurveyLinks(survey=SIX_MONTHS, links=links, by_mail=by_mail), noon(DUE))
    assert [event.by_mail for event in offered.events if isinstance(event, SurveyLinkOffered)] == [by_mail]
