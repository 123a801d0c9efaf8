"""Exit surveys (SUR-1)."""

from dataclasses import replace

from chassis.decision import Decision
from contracts.codes import Situation
from contracts.month import paris_day
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.refusals.surveys import ContractKindMissing, ContractKindUnexpected, ReportAlreadySubmitted, SurveyBeforeExit
from contracts.surveys import ExitSurveyRecorded, RecordExitSurvey

from .outcomes import Outcomes, Survey

EMPLOYED = frozenset({Situation.EMPLOYED_IN_SECTOR, Situation.EMPLOYED_ELSEWHERE})


def record(outcomes: Outcomes, command: RecordExitSurvey) -> Decision[Outcomes]:
    """What became of a trainee who left, changeable until the report is submitted; employed and a kind of contract go together (SUR-1)."""
    trainee = outcomes.trainees.get(command.trainee_id)
    item = str(command.trainee_id)
    if not trainee:
        raise NotFound(item=item)
    if outcomes.submitted_at:
        raise ReportAlreadySubmitted(item=item, day=paris_day(outcomes.submitted_at))
    known = trainee.survey
    if known and (known.situation, known.contract) == (command.situation, command.contract):
        return Decision(outcomes)
    if command.base_version != (known.version if known else 0):
        raise ChangedMeanwhile(item=item)
    wrong: list[Refusal] = []
    if not trainee.exit:
        wrong.append(SurveyBeforeExit(item=item, trainee=item))
    if command.situation in EMPLOYED and not command.contract:
        wrong.append(ContractKindMissing(item=item, field="contract", trainee=item))
    if command.situation not in EMPLOYED and command.contract:
        wrong.append(ContractKindUnexpected(item=item, field="contract", trainee=item))
    refuse_all(wrong)
    survey = Survey(command.situation, command.contract, version=command.base_version + 1)
    after = replace(outcomes, trainees={**outcomes.trainees, command.trainee_id: replace(trainee, survey=survey)})
    recorded = ExitSurveyRecorded(
        trainee_id=command.trainee_id, situation=survey.situation, contract=survey.contract, version=survey.version
    )
    return Decision(after, (recorded,))
