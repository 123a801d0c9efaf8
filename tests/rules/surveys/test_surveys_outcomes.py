"""Exit surveys and the outcomes report: SUR-1, SUR-2."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.decision import Decision
from contracts.answers import PersonalRef
from contracts.codes import ContractEnd, EmploymentContract, ExitKind, ExitReason, Situation
from contracts.declarations import ConfirmedLine, Exit, PlaceHours
from contracts.erasure import ErasedBySurveys, ErasureDue
from contracts.month import Month
from contracts.personal import TextRecord
from contracts.refusals import Refusal
from contracts.surveys import (
    ExitSurveyRecorded,
    RecordExitSurvey,
    ReportAcknowledged,
    ReportFiguresChanged,
    ReportNoted,
    ReportPrepared,
    ReportSubmitted,
)
from surveys.rules import erasure, outcomes, report, survey
from surveys.rules.outcomes import Outcomes, prepared, report_changed
from tests.guide import CHOMBIER, CONTRACT, DUPONT, DURAND, MARTIN, OTHER_SIRET, SIRET, awarded
from tests.refused import cells, codes, faults

END = Exit(on=date(2007, 7, 1), kind=ExitKind.END_OF_TRAINING)
EARLY = Exit(on=date(2007, 4, 30), kind=ExitKind.EARLY, reason=ExitReason.OTHER_TRAINING)
AT = datetime(2007, 7, 20, 22, 30, tzinfo=UTC)
FEBRUARY = Month("2007-02")
NOTE = UUID(int=7)
EMPLOYED = (Situation.EMPLOYED_IN_SECTOR, Situation.EMPLOYED_ELSEWHERE)
ZERO = PlaceHours(attended=Decimal(), excused=Decimal(), unexcused=Decimal())


def line(trainee_id: UUID, attended: str, excused: str = "0", unexcused: str = "0", company: PlaceHours = ZERO) -> ConfirmedLine:
    """A trainee's hours in centre, and in company."""
    centre = PlaceHours(attended=Decimal(attended), excused=Decimal(excused), unexcused=Decimal(unexcused))
    return ConfirmedLine(trainee_id=trainee_id, centre=centre, company=company)


class Followed:
    """An action as the service follows it; `said` is what the last step put on the log."""

    def __init__(self, *trainees: UUID) -> None:
        self.outcomes = Outcomes(SIRET)
        for trainee in trainees:
            self.enters(trainee)

    def _apply(self, decision: Decision[Outcomes]) -> "Followed":
        before, self.outcomes = self.outcomes, decision.state
        self.said: list[Any] = [*decision.events, *report_changed(before, self.outcomes)]
        self.kept = decision.records
        return self

    def enters(self, trainee: UUID) -> "Followed":
        return self._apply(outcomes.enter(self.outcomes, trainee))

    def goes(self, trainee: UUID) -> "Followed":
        """Removed, or never came."""
        return self._apply(outcomes.forget(self.outcomes, trainee))

    def leaves(self, trainee: UUID, leaving: Exit | None = END) -> "Followed":
        return self._apply(outcomes.leave(self.outcomes, trainee, leaving))

    def confirms(self, *lines: ConfirmedLine, month: Month = FEBRUARY) -> "Followed":
        return self._apply(outcomes.confirm(self.outcomes, month, lines))

    def reopens(self, month: Month = FEBRUARY) -> "Followed":
        return self._apply(outcomes.reopen(self.outcomes, month))

    def closes(self) -> "Followed":
        return self._apply(outcomes.close(self.outcomes))

    def answers(
        self,
        trainee: UUID,
        situation: Situation = Situation.OTHER,
        contract: EmploymentContract | None = None,
        base: int = 0,
    ) -> "Followed":
        command = RecordExitSurvey(trainee_id=trainee, situation=situation, contract=contract, base_version=base)
        return self._apply(survey.record(self.outcomes, command, AT))

    def submits(self, text: str = "Dix stagiaires…") -> "Followed":
        return self._apply(
            report.submit(self.outcomes, TextRecord(id=f"{CONTRACT}/text", version=1, contract_number=CONTRACT, text=text), AT)
        )

    def is_noted(self, text: str = "Précisez les suites.") -> "Followed":
        record = TextRecord(id=f"{CONTRACT}/note-{NOTE}", version=1, contract_number=CONTRACT, text=text)
        return self._apply(report.note(self.outcomes, NOTE, record))

    def acknowledges(self) -> "Followed":
        return self._apply(report.acknowledge(self.outcomes))


def left() -> Followed:
    """Three trainees, all out, one of them early; not closed, no survey."""
    return Followed(DURAND, DUPONT, CHOMBIER).leaves(DURAND).leaves(DUPONT, EARLY).leaves(CHOMBIER)


def complete() -> Followed:
    """Every survey in."""
    action = left().answers(DURAND, Situation.EMPLOYED_IN_SECTOR, EmploymentContract.PERMANENT).answers(DUPONT)
    return action.answers(CHOMBIER, Situation.EMPLOYED_ELSEWHERE, EmploymentContract.TEMPORARY_AGENCY)


def submitted() -> Followed:
    """Closed, 40 hours in February, the report sent."""
    return complete().confirms(line(DURAND, "40")).closes().submits()


def test_sur_01_a_trainee_still_in_training_has_no_exit_survey():
    (fault,) = faults(lambda: Followed(DURAND).answers(DURAND))
    assert (fault.code, fault.figures) == ("survey-before-exit", {"trainee": str(DURAND)})


@pytest.mark.parametrize(
    ("situation", "contract", "code"),
    [
        (Situation.EMPLOYED_IN_SECTOR, None, "contract-kind-missing"),
        (Situation.EMPLOYED_ELSEWHERE, None, "contract-kind-missing"),
        *((Situation.OTHER, kind, "contract-kind-unexpected") for kind in EmploymentContract),
    ],
)
def test_sur_01_employed_and_a_kind_of_contract_go_together(situation: Situation, contract: EmploymentContract | None, code: str):
    assert cells(lambda: left().answers(DURAND, situation, contract)) == [(code, "contract")]


@pytest.mark.parametrize(
    ("situation", "contract"), [(Situation.OTHER, None), *((situation, kind) for situation in EMPLOYED for kind in EmploymentContract)]
)
def test_sur_01_each_situation_of_the_guide_is_recorded(situation: Situation, contract: EmploymentContract | None):
    recorded, told = left().answers(DURAND, situation, contract).said
    assert recorded == ExitSurveyRecorded(trainee_id=DURAND, situation=situation, contract=contract, version=1)
    assert isinstance(told, ReportPrepared) and told.missing == (DUPONT, CHOMBIER)


def test_sur_01_everything_wrong_is_said_at_once():
    assert codes(lambda: Followed(DURAND).answers(DURAND, Situation.EMPLOYED_IN_SECTOR)) == ["survey-before-exit", "contract-kind-missing"]


def test_sur_01_an_answer_can_be_changed_until_the_report_is_submitted():
    action = complete().closes().answers(DUPONT, Situation.EMPLOYED_ELSEWHERE, EmploymentContract.SUBSIDISED, base=1)
    assert action.said[0].version == 2
    (fault,) = faults(lambda: action.submits().answers(DUPONT, base=2))
    # 22:30 UTC is the next day in Paris.
    assert (fault.code, fault.figures) == ("report-already-submitted", {"day": "2007-07-21"})


def test_sur_01_the_same_answer_again_changes_nothing():
    action = left().answers(DURAND)
    before = action.outcomes
    assert (action.answers(DURAND).said, action.outcomes) == ([], before)


def test_sur_01_of_two_people_at_one_survey_the_second_is_told():
    action = left().answers(DURAND)
    assert codes(lambda: action.answers(DURAND, Situation.EMPLOYED_ELSEWHERE, EmploymentContract.OTHER)) == ["changed-meanwhile"]


def test_sur_01_an_unknown_trainee_does_not_exist():
    assert codes(lambda: left().answers(MARTIN)) == ["not-found"]


def test_sur_01_an_exit_taken_back_takes_the_survey_out_of_the_figures_and_gives_it_back():
    action = left().answers(DURAND)
    answered = action.outcomes.trainees[DURAND].survey
    [told] = action.leaves(DURAND, None).said
    assert (told.figures.situations, told.missing) == ((), (DUPONT, CHOMBIER))
    assert codes(lambda: action.answers(DURAND, Situation.EMPLOYED_ELSEWHERE, EmploymentContract.OTHER, base=1)) == ["survey-before-exit"]
    [told] = action.leaves(DURAND, EARLY).said
    assert told.figures.situations[0].trainees == 1 and action.outcomes.trainees[DURAND].survey == answered


def test_sur_02_the_report_is_filled_from_what_is_known():
    company = PlaceHours(attended=Decimal(15), excused=Decimal(3), unexcused=Decimal(0))
    [told] = complete().confirms(line(DURAND, "41", "2", "7", company), line(DUPONT, "10.25")).said
    assert (told.figures.entered, told.figures.completed, told.figures.left_early) == (3, 2, 1)
    assert (told.figures.centre_hours, told.figures.company_hours) == (Decimal("53.25"), Decimal("18"))
    assert [(count.situation.value, count.contract and count.contract.value, count.trainees) for count in told.figures.situations] == [
        ("employed_in_sector", "permanent", 1),
        ("employed_elsewhere", "temporary_agency", 1),
        ("other", None, 1),
    ]


def test_sur_02_a_reopened_month_counts_again_with_its_new_hours():
    action = left().confirms(line(DURAND, "40"))
    [told] = action.reopens().said
    assert told.figures.centre_hours == 0
    [told] = action.confirms(line(DURAND, "38")).said
    assert told.figures.centre_hours == 38


def test_sur_02_who_never_came_or_was_removed_is_in_no_figure():
    action = left()
    [told] = action.goes(DUPONT).said
    assert (told.figures.entered, told.figures.left_early, told.missing) == (2, 0, (DURAND, CHOMBIER))
    assert action.goes(DUPONT).said == []


def test_sur_02_a_corrected_entry_date_changes_nothing_of_the_report():
    assert complete().enters(DURAND).said == []


def test_sur_02_an_exit_read_before_its_entry_counts_once():
    action = Followed().leaves(DURAND)
    assert action.enters(DURAND).said == [] and prepared(action.outcomes).figures.entered == 1


def test_sur_02_the_report_waits_for_closing_text_exits_and_surveys_and_says_all_of_it():
    action = Followed(DURAND, DUPONT, CHOMBIER).leaves(DUPONT, EARLY)
    assert [(fault.code, fault.item, fault.field) for fault in faults(lambda: action.submits(" \n"))] == [
        ("report-text-missing", None, "text"),
        ("report-before-closing", None, None),
        ("survey-before-exit", str(DURAND), None),
        ("exit-survey-missing", str(DUPONT), None),
        ("survey-before-exit", str(CHOMBIER), None),
    ]


def test_sur_02_closing_is_what_lets_a_complete_report_go():
    action = complete()
    assert not prepared(action.outcomes).can_be_submitted
    [told] = action.closes().said
    assert told.can_be_submitted


def test_sur_02_the_report_is_sent_once_with_its_figures_and_its_words_apart():
    action = complete().closes()
    [said] = action.submits().said
    [text] = action.kept
    assert isinstance(said, ReportSubmitted) and said.figures == prepared(action.outcomes).figures
    assert (said.text.id, said.text.version, text.text) == (text.id, text.version, "Dix stagiaires…")
    assert codes(action.submits) == ["report-already-submitted"]


def test_sur_02_a_correction_after_the_report_is_told_once_with_the_figures_as_they_are_now():
    action = submitted().confirms(line(DURAND, "38"))
    [told] = action.said
    assert isinstance(told, ReportFiguresChanged)
    assert told.figures == prepared(action.outcomes).figures and told.figures.centre_hours == 38
    assert action.confirms(line(DURAND, "38")).said == []


@pytest.mark.parametrize(
    ("step", "centre_hours", "completed", "left_early"),
    [
        (lambda action: action.leaves(DURAND, EARLY), 40, 1, 2),
        (lambda action: action.leaves(DURAND, None), 40, 1, 1),
        (lambda action: action.confirms(line(DUPONT, "10"), month=Month("2007-03")), 50, 2, 1),
        (lambda action: action.goes(CHOMBIER), 40, 1, 1),
    ],
)
def test_sur_02_whatever_changes_a_figure_of_a_submitted_report_is_told(step: Any, centre_hours: int, completed: int, left_early: int):
    [told] = step(submitted()).said
    assert isinstance(told, ReportFiguresChanged)
    assert (told.figures.centre_hours, told.figures.completed, told.figures.left_early) == (centre_hours, completed, left_early)


def test_sur_02_a_month_that_is_being_corrected_changes_the_report_only_when_it_is_confirmed_with_other_hours():
    action = submitted()
    assert action.reopens().said == [] and action.confirms(line(DURAND, "40")).said == []
    [told] = action.reopens().confirms(line(DURAND, "41")).said
    assert told.figures.centre_hours == 41


def test_sur_02_a_correction_that_was_under_way_when_the_report_was_sent_is_told_when_it_is_confirmed():
    action = complete().confirms(line(DURAND, "40")).reopens().closes().submits()
    assert action.said[0].figures.centre_hours == 0
    [told] = action.confirms(line(DURAND, "40")).said
    assert told.figures.centre_hours == 40


def test_sur_02_a_correction_that_is_taken_back_is_told_too():
    action = submitted().confirms(line(DURAND, "38"))
    [told] = action.confirms(line(DURAND, "40")).said
    assert isinstance(told, ReportFiguresChanged) and told.figures.centre_hours == 40


def test_sur_02_an_agent_acknowledges_once_and_only_what_was_submitted():
    assert codes(complete().closes().acknowledges) == ["report-not-submitted"]
    action = submitted().acknowledges()
    assert action.said == [ReportAcknowledged()] and action.acknowledges().said == []


@pytest.mark.parametrize("known", [submitted, lambda: submitted().acknowledges()])
def test_sur_02_a_note_changes_nothing_of_the_report_and_its_text_travels_apart(known: Callable[[], Followed]):
    before = known().outcomes
    action = known().is_noted("Précisez les suites.")
    assert action.outcomes == before
    assert action.said == [ReportNoted(note_id=NOTE, text=PersonalRef(id=f"{CONTRACT}/note-{NOTE}", version=1))]
    assert [record.text for record in action.kept] == ["Précisez les suites."]


def test_sur_02_a_note_says_something_about_a_report_that_was_sent():
    assert codes(lambda: submitted().is_noted("")) == ["empty-note"]
    assert codes(complete().closes().is_noted) == ["report-not-submitted"]


def test_acc_06_a_replaced_contract_can_change_the_holder():
    known = complete().outcomes
    after = outcomes.award(known, awarded(siret=OTHER_SIRET)).state
    assert (after.siret, after.trainees) == (OTHER_SIRET, known.trainees)
    assert outcomes.award(None, awarded(siret=OTHER_SIRET)) == Decision(Outcomes(OTHER_SIRET))
    assert report_changed(None, Outcomes(OTHER_SIRET)) == ()


TRAINEE = st.sampled_from([DURAND, DUPONT, CHOMBIER])
STEP = st.one_of(
    st.tuples(st.just("enters"), TRAINEE),
    st.tuples(st.just("goes"), TRAINEE),
    st.tuples(st.just("leaves"), TRAINEE, st.sampled_from([END, EARLY, None])),
    st.tuples(st.just("answers"), TRAINEE, st.sampled_from([None, *EmploymentContract])),
    st.tuples(st.just("confirms"), st.sampled_from([line(DURAND, "40"), line(DURAND, "38")])),
    st.tuples(st.just("reopens")),
    st.tuples(st.just("closes")),
    st.tuples(st.just("submits")),
)


def play(action: Followed, name: str, *arguments: Any) -> Followed:
    """One step; an answer is given on what is known."""
    if name == "answers":
        trainee, contract = arguments
        known = action.outcomes.trainees.get(trainee)
        situation = Situation.EMPLOYED_IN_SECTOR if contract else Situation.OTHER
        return action.answers(trainee, situation, contract, known.survey.version if known and known.survey else 0)
    return getattr(action, name)(*arguments)  # type: ignore[no-any-return]


@given(st.lists(STEP, max_size=40))
def test_sur_02_whatever_happens_the_last_report_told_is_the_one_that_stands(steps: list[tuple[Any, ...]]):
    action, told = Followed(), prepared(Outcomes(SIRET))
    for name, *arguments in steps:
        allowed = told.can_be_submitted
        try:
            play(action, name, *arguments)
        except Refusal:
            assert name == "answers" or (name == "submits" and not (allowed and action.outcomes.submitted_at is None))
            continue
        figures = [event.figures for event in action.said if isinstance(event, ReportFiguresChanged)]
        reports = [event for event in action.said if isinstance(event, ReportPrepared)]
        if action.outcomes.submitted_at:
            assert reports == [] and told.figures not in figures, "told again though nothing changed"
            told = told.model_copy(update={"figures": (figures or [told.figures])[-1]})
            assert told.figures == prepared(action.outcomes).figures
            continue
        assert figures == [] and told not in reports, "told again though nothing changed"
        told = reports[-1] if reports else told
        assert told == prepared(action.outcomes)
        out = told.figures.completed + told.figures.left_early
        assert out == sum(1 for trainee in action.outcomes.trainees.values() if trainee.exit) <= told.figures.entered
        assert sum(count.trainees for count in told.figures.situations) + len(told.missing) == out


def test_prv_01_once_what_was_written_is_erased_nothing_is_written_any_more_and_figures_stay():
    action = submitted()
    due = ErasureDue(end=ContractEnd.LAST_PAYMENT, ended_on=date(2008, 3, 3), years=5, due_on=date(2014, 1, 1))
    decision = erasure.erase(action.outcomes, due, 2)
    assert decision.events == (ErasedBySurveys(texts=2),) and prepared(decision.state) == prepared(action.outcomes)
    action.outcomes = decision.state
    assert codes(action.submits) == codes(action.is_noted) == ["people-are-erased"]
