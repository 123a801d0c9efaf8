"""The outcomes report (SUR-2)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.decision import Decision
from contracts.answers import PersonalRef
from contracts.codes import SurveyKind
from contracts.month import paris_day
from contracts.personal import TextRecord
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import EmptyNote
from contracts.refusals.surveys import (
    ExitSurveyMissing,
    ReportAlreadySubmitted,
    ReportBeforeClosing,
    ReportNotSubmitted,
    ReportTextMissing,
    SurveyBeforeExit,
)
from contracts.surveys import ReportAcknowledged, ReportNoted, ReportSubmitted

from .erasure import refuse_texts
from .link import without_links
from .outcomes import Outcomes, prepared


def submit(outcomes: Outcomes, text: TextRecord, at: datetime) -> Decision[Outcomes]:
    """Send the report, once, after closing and with every exit survey, which no link changes then; `text` holds its words (SUR-2). Raises
    every fault at once.
    """
    refuse_texts(outcomes)
    if outcomes.submitted_at:
        raise ReportAlreadySubmitted(day=paris_day(outcomes.submitted_at))
    wrong: list[Refusal] = []
    if not text.text.strip():
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
    submitted = ReportSubmitted(figures=prepared(outcomes).figures, text=PersonalRef(id=text.id, version=text.version))
    return Decision(replace(without_links(outcomes, SurveyKind.EXIT), submitted_at=at), (submitted,), (text,))


def acknowledge(outcomes: Outcomes) -> Decision[Outcomes]:
    """The Region received the report; saying so again changes nothing (SUR-2)."""
    if not outcomes.submitted_at:
        raise ReportNotSubmitted
    return Decision(outcomes) if outcomes.acknowledged else Decision(replace(outcomes, acknowledged=True), (ReportAcknowledged(),))


def note(outcomes: Outcomes, note_id: UUID, text: TextRecord) -> Decision[Outcomes]:
    """What the Region writes about a report that was sent is told, and changes nothing (SUR-2). Raises ReportNotSubmitted, EmptyNote,
    PeopleAreErased.
    """
    refuse_texts(outcomes)
    if not outcomes.submitted_at:
        raise ReportNotSubmitted
    if not text.text:
        raise EmptyNote(field="text")
    return Decision(outcomes, (ReportNoted(note_id=note_id, text=PersonalRef(id=text.id, version=text.version)),), (text,))
