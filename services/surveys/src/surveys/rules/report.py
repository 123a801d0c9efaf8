"""The outcomes report (SUR-2)."""

from dataclasses import replace
from datetime import datetime

from contracts.answers import PersonalRef
from contracts.month import paris_day
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.surveys import (
    ExitSurveyMissing,
    ReportAlreadySubmitted,
    ReportBeforeClosing,
    ReportNotSubmitted,
    ReportTextMissing,
    SurveyBeforeExit,
)
from contracts.surveys import ReportAcknowledged, ReportSubmitted, SubmitReport

from .outcomes import Decided, Outcomes, prepared


def submit(outcomes: Outcomes, command: SubmitReport, text: PersonalRef, at: datetime) -> Decided:
    """Send the report, once, after closing and with every exit survey; `text` is where its words went (SUR-2)."""
    if outcomes.submitted_at:
        raise ReportAlreadySubmitted(day=paris_day(outcomes.submitted_at))
    wrong: list[Refusal] = []
    if not command.text.strip():
        wrong.append(ReportTextMissing(field="text"))
    if not outcomes.closed:
        wrong.append(ReportBeforeClosing())
    for trainee_id, trainee in outcomes.trainees.items():
        item = str(trainee_id)
        if not trainee.exit:
            wrong.append(SurveyBeforeExit(item=item, trainee=item))
        elif not trainee.survey:
            wrong.append(ExitSurveyMissing(item=item, trainee=item))
    refuse_all(wrong)
    return replace(outcomes, submitted_at=at), [ReportSubmitted(figures=prepared(outcomes).figures, text=text)]


def acknowledge(outcomes: Outcomes) -> Decided:
    """The Region received the report; saying so again changes nothing (SUR-2)."""
    if not outcomes.submitted_at:
        raise ReportNotSubmitted
    return (outcomes, []) if outcomes.acknowledged else (replace(outcomes, acknowledged=True), [ReportAcknowledged()])
