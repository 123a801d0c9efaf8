"""What became of a trainee: as they left (SUR-1), six months and one year later (SUR-3)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.decision import Decision
from contracts.codes import EmploymentContract, Situation, SurveyKind
from contracts.message import Event
from contracts.month import paris_day
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.refusals.surveys import (
    AnsweredByTrainee,
    ContractKindMissing,
    ContractKindUnexpected,
    ReportAlreadySubmitted,
    SurveyBeforeExit,
    SurveyNotDue,
)
from contracts.surveys import ExitSurveyRecorded, LaterSurveyRecorded, RecordExitSurvey, RecordLaterSurvey

from .outcomes import Outcomes, Survey, Trainee

EMPLOYED = frozenset({Situation.EMPLOYED_IN_SECTOR, Situation.EMPLOYED_ELSEWHERE})


def record(outcomes: Outcomes, command: RecordExitSurvey | RecordLaterSurvey, at: datetime) -> Decision[Outcomes]:
    """What the holder says became of a trainee, from the day on which it is due. At the exit it can be changed until the report is
    submitted (SUR-1), later ever after (SUR-3); what the trainee said by a link stands (SURV-2).
    """
    which = command.survey if isinstance(command, RecordLaterSurvey) else SurveyKind.EXIT
    trainee, item = trainee_of(outcomes, command.trainee_id), str(command.trainee_id)
    if which is SurveyKind.EXIT and outcomes.submitted_at:
        raise ReportAlreadySubmitted(item=item, day=paris_day(outcomes.submitted_at))
    known = trainee.survey_of(which)
    if known and (known.situation, known.contract) == (command.situation, command.contract):
        return Decision(outcomes)
    if known and known.by_link:
        raise AnsweredByTrainee(item=item, trainee=item)
    version = known.version if known else 0
    if command.base_version != version:
        raise ChangedMeanwhile(item=item)
    refuse_all([*not_due(trainee, item, which, at), *unfitting(item, command.situation, command.contract)])
    return recorded(outcomes, command.trainee_id, which, Survey(command.situation, command.contract, version + 1))


def trainee_of(outcomes: Outcomes, trainee_id: UUID) -> Trainee:
    """The trainee. Raises NotFound."""
    trainee = outcomes.trainees.get(trainee_id)
    if not trainee:
        raise NotFound(item=str(trainee_id))
    return trainee


def not_due(trainee: Trainee, item: str, which: SurveyKind, at: datetime) -> list[Refusal]:
    """Why a survey cannot be filled in yet: they have not left, or not so long ago. That of the exit is due as soon as an exit is known."""
    due = trainee.due_on(which)
    if due is None:
        return [SurveyBeforeExit(item=item, trainee=item)]
    early = which is not SurveyKind.EXIT and paris_day(at) < due
    return [SurveyNotDue(item=item, trainee=item, day=due)] if early else []


def unfitting(item: str, situation: Situation, contract: EmploymentContract | None) -> list[Refusal]:
    """Employed and a kind of contract go together (SUR-1)."""
    if situation in EMPLOYED and not contract:
        return [ContractKindMissing(item=item, field="contract", trainee=item)]
    if situation not in EMPLOYED and contract:
        return [ContractKindUnexpected(item=item, field="contract", trainee=item)]
    return []


def recorded(outcomes: Outcomes, trainee_id: UUID, which: SurveyKind, survey: Survey) -> Decision[Outcomes]:
    """The survey is filled in so."""
    said: dict[str, Any] = {
        "trainee_id": trainee_id,
        "situation": survey.situation,
        "contract": survey.contract,
        "version": survey.version,
        "by_link": survey.by_link,
    }
    event: Event = ExitSurveyRecorded(**said) if which is SurveyKind.EXIT else LaterSurveyRecorded(survey=which, **said)
    return Decision(outcomes.with_trainee(trainee_id, outcomes.trainees[trainee_id].with_survey(which, survey)), (event,))
