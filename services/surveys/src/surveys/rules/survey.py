"""What became of a trainee: as they left (SUR-1), six months and one year later (SUR-3)."""

from dataclasses import replace
from datetime import datetime

from chassis.decision import Decision
from contracts.codes import Situation
from contracts.month import paris_day
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.refusals.surveys import (
    ContractKindMissing,
    ContractKindUnexpected,
    ReportAlreadySubmitted,
    SurveyBeforeExit,
    SurveyNotDue,
)
from contracts.surveys import ExitSurveyRecorded, LaterSurveyRecorded, RecordExitSurvey, RecordLaterSurvey, due_on

from .outcomes import Later, Outcomes, Survey, Trainee

EMPLOYED = frozenset({Situation.EMPLOYED_IN_SECTOR, Situation.EMPLOYED_ELSEWHERE})


def record(outcomes: Outcomes, command: RecordExitSurvey) -> Decision[Outcomes]:
    """What became of a trainee who left, changeable until the report is submitted (SUR-1)."""
    trainee, item = _trainee(outcomes, command), str(command.trainee_id)
    if outcomes.submitted_at:
        raise ReportAlreadySubmitted(item=item, day=paris_day(outcomes.submitted_at))
    if _is_known(trainee.survey, command):
        return Decision(outcomes)
    wrong: list[Refusal] = [] if trainee.exit else [SurveyBeforeExit(item=item, trainee=item)]
    survey = _changed(trainee.survey, command, wrong)
    recorded = ExitSurveyRecorded(
        trainee_id=command.trainee_id, situation=survey.situation, contract=survey.contract, version=survey.version
    )
    return Decision(outcomes.with_trainee(command.trainee_id, replace(trainee, survey=survey)), (recorded,))


def record_later(outcomes: Outcomes, command: RecordLaterSurvey, at: datetime) -> Decision[Outcomes]:
    """What has become of them since, from the day on which it is due; changeable ever after (SUR-3)."""
    trainee, item = _trainee(outcomes, command), str(command.trainee_id)
    known = trainee.later.get(command.survey, Later())
    if _is_known(known.survey, command):
        return Decision(outcomes)
    wrong: list[Refusal] = []
    if not trainee.exit:
        wrong.append(SurveyBeforeExit(item=item, trainee=item))
    elif paris_day(at) < (due := due_on(command.survey, trainee.exit.on)):
        wrong.append(SurveyNotDue(item=item, trainee=item, day=due))
    survey = _changed(known.survey, command, wrong)
    recorded = LaterSurveyRecorded(
        trainee_id=command.trainee_id,
        survey=command.survey,
        situation=survey.situation,
        contract=survey.contract,
        version=survey.version,
    )
    after = replace(trainee, later={**trainee.later, command.survey: replace(known, survey=survey)})
    return Decision(outcomes.with_trainee(command.trainee_id, after), (recorded,))


def _trainee(outcomes: Outcomes, command: RecordExitSurvey | RecordLaterSurvey) -> Trainee:
    trainee = outcomes.trainees.get(command.trainee_id)
    if not trainee:
        raise NotFound(item=str(command.trainee_id))
    return trainee


def _is_known(known: Survey | None, command: RecordExitSurvey | RecordLaterSurvey) -> bool:
    return known is not None and (known.situation, known.contract) == (command.situation, command.contract)


def _changed(known: Survey | None, command: RecordExitSurvey | RecordLaterSurvey, wrong: list[Refusal]) -> Survey:
    """The survey as the command says; employed and a kind of contract go together. Raises all that is `wrong`, that too."""
    item = str(command.trainee_id)
    if command.base_version != (known.version if known else 0):
        raise ChangedMeanwhile(item=item)
    if command.situation in EMPLOYED and not command.contract:
        wrong.append(ContractKindMissing(item=item, field="contract", trainee=item))
    if command.situation not in EMPLOYED and command.contract:
        wrong.append(ContractKindUnexpected(item=item, field="contract", trainee=item))
    refuse_all(wrong)
    return Survey(command.situation, command.contract, version=command.base_version + 1)
