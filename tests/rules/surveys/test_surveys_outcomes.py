from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.answers import PersonalRef
from contracts.codes import EmploymentContract, ExitKind, ExitReason, Situation
from contracts.declarations import ConfirmedLine, Exit, PlaceHours
from contracts.envelope import Actor
from contracts.month import Month
from contracts.refusals import Refusal
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.refusals.surveys import ReportAlreadySubmitted, ReportNotSubmitted, SurveyBeforeExit
from contracts.surveys import ExitSurveyRecorded, RecordExitSurvey, ReportAcknowledged, ReportPrepared, ReportSubmitted, SubmitReport
from surveys.rules import access, report, survey
from surveys.rules.outcomes import Outcomes, award, close, confirm, enter, forget, leave, prepared, reopen
from tests.guide import awarded

SIRET = "73282932000074"
PARKER, DURAND, DUPONT = (UUID(int=number) for number in (1, 2, 3))
END = Exit(on=date(2007, 7, 1), kind=ExitKind.END_OF_TRAINING)
EARLY = Exit(on=date(2007, 4, 30), kind=ExitKind.EARLY, reason=ExitReason.OTHER_TRAINING)
AT = datetime(2007, 7, 20, 22, 30, tzinfo=UTC)
TEXT = PersonalRef(id="text", version=1)


def answer(trainee_id: UUID, situation: Situation = Situation.OTHER, contract: EmploymentContract | None = None, base: int = 0):
    return RecordExitSurvey(trainee_id=trainee_id, situation=situation, contract=contract, base_version=base)


def hours(attended: str, excused: str, unexcused: str = "0") -> PlaceHours:
    return PlaceHours(attended=Decimal(attended), excused=Decimal(excused), unexcused=Decimal(unexcused))


@pytest.fixture
def training() -> Outcomes:
    """Three trainees who entered."""
    action = Outcomes(SIRET)
    for trainee in (PARKER, DURAND, DUPONT):
        action, _ = enter(action, trainee)
    return action


@pytest.fixture
def left(training: Outcomes) -> Outcomes:
    """All three out, one of them early; not closed, no survey."""
    for trainee, exit_ in ((PARKER, END), (DURAND, EARLY), (DUPONT, END)):
        training, _ = leave(training, trainee, exit_)
    return training


@pytest.fixture
def ready(left: Outcomes) -> Outcomes:
    """Closed, every survey in."""
    left, _ = survey.record(left, answer(PARKER, Situation.EMPLOYED_IN_SECTOR, EmploymentContract.PERMANENT))
    left, _ = survey.record(left, answer(DURAND))
    left, _ = survey.record(left, answer(DUPONT, Situation.EMPLOYED_ELSEWHERE, EmploymentContract.TEMPORARY_AGENCY))
    return close(left)[0]


def codes(refused: Refusal) -> set[tuple[str, str | None]]:
    return {(fault.code, fault.item) for fault in refused.faults()}


def test_sur_1_a_trainee_still_in_training_has_no_exit_survey(training):
    with pytest.raises(SurveyBeforeExit) as refused:
        survey.record(training, answer(PARKER))
    assert refused.value.faults()[0].figures == {"trainee": str(PARKER)}


@pytest.mark.parametrize(
    ("situation", "contract", "code"),
    [
        (Situation.EMPLOYED_IN_SECTOR, None, "contract-kind-missing"),
        (Situation.EMPLOYED_ELSEWHERE, None, "contract-kind-missing"),
        (Situation.OTHER, EmploymentContract.PERMANENT, "contract-kind-unexpected"),
        *((Situation.OTHER, kind, "contract-kind-unexpected") for kind in EmploymentContract),
    ],
)
def test_sur_1_employed_and_a_kind_of_contract_go_together(left, situation, contract, code):
    with pytest.raises(Refusal) as refused:
        survey.record(left, answer(PARKER, situation, contract))
    assert [(fault.code, fault.field) for fault in refused.value.faults()] == [(code, "contract")]


@pytest.mark.parametrize(
    ("situation", "contract"),
    [(Situation.OTHER, None)]
    + [(situation, kind) for situation in (Situation.EMPLOYED_IN_SECTOR, Situation.EMPLOYED_ELSEWHERE) for kind in EmploymentContract],
)
def test_sur_1_each_situation_of_the_guide_is_recorded(left, situation, contract):
    after, (recorded, report_) = survey.record(left, answer(PARKER, situation, contract))
    assert recorded == ExitSurveyRecorded(trainee_id=PARKER, situation=situation, contract=contract, version=1)
    assert isinstance(report_, ReportPrepared)
    assert report_.missing == (DURAND, DUPONT)
    assert after.trainees[PARKER].survey


def test_sur_1_everything_wrong_is_said_at_once(training):
    with pytest.raises(Refusal) as refused:
        survey.record(training, answer(PARKER, Situation.EMPLOYED_IN_SECTOR))
    assert codes(refused.value) == {("survey-before-exit", str(PARKER)), ("contract-kind-missing", str(PARKER))}


def test_sur_1_an_answer_can_be_changed_until_the_report_is_submitted(ready):
    changed, events = survey.record(ready, answer(DURAND, Situation.EMPLOYED_ELSEWHERE, EmploymentContract.SUBSIDISED, base=1))
    assert events[0].version == 2
    sent, _ = report.submit(changed, SubmitReport(text="Bilan"), TEXT, AT)
    with pytest.raises(ReportAlreadySubmitted) as refused:
        survey.record(sent, answer(DURAND, base=2))
    assert refused.value.faults()[0].figures == {"day": "2007-07-21"}  # 22:30 UTC is the next day in Paris


def test_sur_1_the_same_answer_again_changes_nothing(left):
    once, _ = survey.record(left, answer(PARKER))
    assert survey.record(once, answer(PARKER)) == (once, [])


def test_sur_1_of_two_people_at_one_survey_the_second_is_told(left):
    once, _ = survey.record(left, answer(PARKER))
    with pytest.raises(ChangedMeanwhile):
        survey.record(once, answer(PARKER, Situation.EMPLOYED_ELSEWHERE, EmploymentContract.OTHER))


def test_sur_1_an_unknown_trainee_does_not_exist(left):
    with pytest.raises(NotFound):
        survey.record(left, answer(UUID(int=99)))


def test_sur_1_an_exit_taken_back_takes_the_survey_out_of_the_figures_and_gives_it_back(left):
    answered, _ = survey.record(left, answer(PARKER))
    back, (told,) = leave(answered, PARKER, None)
    assert told.figures.situations == ()
    assert told.missing == (DURAND, DUPONT)
    again, (told,) = leave(back, PARKER, EARLY)
    assert told.figures.situations[0].trainees == 1
    with pytest.raises(SurveyBeforeExit):
        survey.record(back, answer(PARKER, Situation.EMPLOYED_ELSEWHERE, EmploymentContract.OTHER, base=1))
    assert again.trainees[PARKER].survey == answered.trainees[PARKER].survey


def test_sur_2_the_report_is_filled_from_what_is_known(ready):
    lines = (
        ConfirmedLine(trainee_id=PARKER, centre=hours("41", "2", "7"), company=hours("15", "3")),
        ConfirmedLine(trainee_id=DURAND, centre=hours("10.25", "0"), company=hours("0", "0")),
    )
    _, (told,) = confirm(ready, Month("2007-02"), lines)
    assert (told.figures.entered, told.figures.completed, told.figures.left_early) == (3, 2, 1)
    assert (told.figures.centre_hours, told.figures.company_hours) == (Decimal("53.25"), Decimal("18"))
    assert [(count.situation.value, count.contract and count.contract.value, count.trainees) for count in told.figures.situations] == [
        ("employed_in_sector", "permanent", 1),
        ("employed_elsewhere", "temporary_agency", 1),
        ("other", None, 1),
    ]


def test_sur_2_a_reopened_month_counts_again_with_its_new_hours(training):
    month = Month("2007-02")

    def told(attended: str) -> tuple[ConfirmedLine, ...]:
        return (ConfirmedLine(trainee_id=PARKER, centre=hours(attended, "0"), company=hours("0", "0")),)

    confirmed, _ = confirm(training, month, told("40"))
    reopened, (event,) = reopen(confirmed, month)
    assert event.figures.centre_hours == 0
    _, (event,) = confirm(reopened, month, told("38"))
    assert event.figures.centre_hours == 38


def test_sur_2_who_never_came_or_was_removed_is_in_no_figure(left):
    after, (event,) = forget(left, DURAND)
    assert (event.figures.entered, event.figures.left_early) == (2, 0)
    assert event.missing == (PARKER, DUPONT)
    assert forget(after, DURAND) == (after, [])


def test_sur_2_a_corrected_entry_date_changes_nothing_of_the_report(ready):
    assert enter(ready, PARKER) == (ready, [])


def test_sur_2_an_exit_read_before_its_entry_counts_once():
    action, _ = leave(Outcomes(SIRET), PARKER, END)
    assert enter(action, PARKER) == (action, [])
    assert prepared(action).figures.entered == 1


def test_sur_2_the_report_waits_for_closing_text_exits_and_surveys_and_says_all_of_it(training):
    one_left, _ = leave(training, DURAND, EARLY)
    with pytest.raises(Refusal) as refused:
        report.submit(one_left, SubmitReport(text=" \n"), TEXT, AT)
    assert codes(refused.value) == {
        ("report-text-missing", None),
        ("report-before-closing", None),
        ("survey-before-exit", str(PARKER)),
        ("exit-survey-missing", str(DURAND)),
        ("survey-before-exit", str(DUPONT)),
    }
    assert [fault.field for fault in refused.value.faults() if fault.code == "report-text-missing"] == ["text"]


def test_sur_2_closing_is_what_lets_a_complete_report_go(ready):
    before = replace(ready, closed=False)
    assert not prepared(before).can_be_submitted
    after, (told,) = close(before)
    assert told.can_be_submitted
    assert after == ready


def test_sur_2_a_submitted_report_keeps_its_figures_and_cannot_be_sent_again(ready):
    after, events = report.submit(ready, SubmitReport(text="Dix stagiaires…"), TEXT, AT)
    assert events == [ReportSubmitted(figures=prepared(ready).figures, text=TEXT)]
    line = ConfirmedLine(trainee_id=PARKER, centre=hours("40", "0"), company=hours("0", "0"))
    _, events = confirm(after, Month("2007-02"), (line,))
    assert events == []
    with pytest.raises(ReportAlreadySubmitted):
        report.submit(after, SubmitReport(text="Autre"), TEXT, AT)


def test_sur_2_an_agent_acknowledges_once_and_only_what_was_submitted(ready):
    with pytest.raises(ReportNotSubmitted):
        report.acknowledge(ready)
    submitted, _ = report.submit(ready, SubmitReport(text="Bilan"), TEXT, AT)
    acknowledged, events = report.acknowledge(submitted)
    assert events == [ReportAcknowledged()]
    assert report.acknowledge(acknowledged) == (acknowledged, [])


@pytest.mark.parametrize(
    ("role", "siret", "holds", "is_agent"),
    [
        ("organisation", SIRET, True, False),
        ("organisation", "55208131766522", False, False),
        ("organisation", None, False, False),
        ("agent", None, False, True),
        ("operator", None, False, False),
        ("finance", None, False, False),
        ("system", SIRET, False, False),
    ],
)
def test_acc_6_only_the_holder_answers_and_only_an_agent_acknowledges(ready, role, siret, holds, is_agent):
    for check, allowed in ((access.holder, holds), (access.agent, is_agent)):
        for action in (ready, None):
            if allowed and action:
                assert check(action, Actor("somebody", role, siret)) is action
            else:
                with pytest.raises(NotFound):
                    check(action, Actor("somebody", role, siret))
    with pytest.raises(NotFound):
        access.holder(ready, None)


def test_acc_6_a_replaced_contract_can_change_the_holder(ready):
    event = awarded(siret="55208131766522")
    after, events = award(ready, event)
    assert (after.siret, events) == ("55208131766522", [])
    assert after.trainees == ready.trainees
    assert award(None, event) == (Outcomes("55208131766522"), [])


STEP = st.one_of(
    st.tuples(st.just("enter"), st.sampled_from([PARKER, DURAND, DUPONT])),
    st.tuples(st.just("forget"), st.sampled_from([PARKER, DURAND, DUPONT])),
    st.tuples(st.just("leave"), st.sampled_from([PARKER, DURAND, DUPONT]), st.sampled_from([END, EARLY, None])),
    st.tuples(st.just("answer"), st.sampled_from([PARKER, DURAND, DUPONT]), st.sampled_from([None, *EmploymentContract])),
    st.tuples(st.just("close")),
    st.tuples(st.just("submit")),
)


def played(action: Outcomes, step: tuple) -> tuple[Outcomes, list]:
    match step:
        case ("enter", trainee):
            return enter(action, trainee)
        case ("forget", trainee):
            return forget(action, trainee)
        case ("leave", trainee, exit_):
            return leave(action, trainee, exit_)
        case ("close",):
            return close(action)
        case ("submit",):
            return report.submit(action, SubmitReport(text="Bilan"), TEXT, AT)
        case (_, trainee, contract):
            known = action.trainees.get(trainee)
            base = known.survey.version if known and known.survey else 0
            situation = Situation.EMPLOYED_IN_SECTOR if contract else Situation.OTHER
            return survey.record(action, answer(trainee, situation, contract, base))


@given(st.lists(STEP, max_size=40))
def test_sur_2_whatever_happens_the_last_report_told_is_the_one_that_stands(steps):
    action, told = Outcomes(SIRET), prepared(Outcomes(SIRET))
    for step in steps:
        allowed = prepared(action).can_be_submitted
        try:
            action, events = played(action, step)
        except Refusal:
            assert step[0] in ("answer", "submit")
            assert step[0] != "submit" or not allowed
            continue
        if action.submitted_at:
            assert allowed
            assert not any(isinstance(event, ReportPrepared) for event in events)
            break
        reports = [event for event in events if isinstance(event, ReportPrepared)]
        assert told not in reports, "told again though nothing changed"
        told = reports[-1] if reports else told
        assert told == prepared(action)
        figures = told.figures
        assert figures.completed + figures.left_early == sum(1 for one in action.trainees.values() if one.exit) <= figures.entered
        assert sum(count.trainees for count in figures.situations) + len(told.missing) == figures.completed + figures.left_early
