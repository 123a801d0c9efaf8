"""What `surveys` is asked and what it says: exit surveys and those that come later, and the outcomes report."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import StringConstraints

from .answers import PersonalRef
from .codes import EmploymentContract, Situation, SurveyKind
from .message import Command, Event, Part
from .types import Hours, Text

LaterSurvey = Literal[SurveyKind.SIX_MONTHS, SurveyKind.ONE_YEAR]
LATER: Mapping[LaterSurvey, int] = {SurveyKind.SIX_MONTHS: 6, SurveyKind.ONE_YEAR: 12}
"""The surveys that fall due by themselves, and how many months after the exit (SUR-3)."""
LINK_LIVES = timedelta(days=60)
"""A personal link works until this many days after the one, in Paris, on which it was offered (SURV-1)."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""In hexadecimal. Of a link's token, which has 256 random bits: the token itself stands on no topic and in no database."""
REMINDED_AFTER = timedelta(days=30)
"""Who has not answered by then is reminded, once (SUR-3)."""


def due_on(survey: LaterSurvey, exit_on: date) -> date:
    """The day, in Paris, from which a later survey is due: that of the exit's number, or its month's last when it has none (SUR-3).

    31 August 2007 → 29 February 2008 and 31 August 2008; 29 February 2008 → 29 August 2008 and 28 February 2009.
    """
    year, month = divmod(exit_on.year * 12 + exit_on.month - 1 + LATER[survey], 12)
    return date(year, month + 1, min(exit_on.day, monthrange(year, month + 1)[1]))


class RecordExitSurvey(Command):
    """What became of a trainee when they left (SUR-1). `base_version`: of the survey when shown, 0 for none."""

    TYPE: ClassVar[str] = "surveys.record-exit-survey.v1"

    trainee_id: UUID
    situation: Situation
    contract: EmploymentContract | None
    base_version: int


class RecordLaterSurvey(Command):
    """What became of a trainee six months, or a year, after they left (SUR-3). `base_version`: of that survey when shown, 0 for none."""

    TYPE: ClassVar[str] = "surveys.record-later-survey.v1"

    trainee_id: UUID
    survey: LaterSurvey
    situation: Situation
    contract: EmploymentContract | None
    base_version: int


class SurveyLink(Part):
    """A personal link, for one trainee."""

    trainee_id: UUID
    sha256: Sha256


class OfferSurveyLinks(Command):
    """Let trainees answer a survey of theirs by a personal link, all or none; each ends the one that they had for it (SURV-1)."""

    TYPE: ClassVar[str] = "surveys.offer-survey-links.v1"

    survey: SurveyKind
    links: tuple[SurveyLink, ...]
    by_mail: bool = False
    """They go to trainees' own mailboxes, instead of on letters."""


class AnswerByLink(Command):
    """What a trainee says of themselves, by a link that holds for this survey (SURV-2). Its author is the link."""

    TYPE: ClassVar[str] = "surveys.answer-by-link.v1"

    survey: SurveyKind
    link: SurveyLink
    situation: Situation
    contract: EmploymentContract | None


class SubmitReport(Command):
    """Send the outcomes report to the Region (SUR-2)."""

    TYPE: ClassVar[str] = "surveys.submit-report.v1"

    text: Text


class AcknowledgeReport(Command):
    """An agent acknowledges that the Region received the report (SUR-2)."""

    TYPE: ClassVar[str] = "surveys.acknowledge-report.v1"


class NoteReport(Command):
    """An agent writes to the organisation about the report that it sent, without acknowledging it (SUR-2)."""

    TYPE: ClassVar[str] = "surveys.note-report.v1"

    text: Text


class SituationCount(Part):
    """How many left into a situation."""

    situation: Situation
    contract: EmploymentContract | None
    trainees: int


class ReportFigures(Part):
    """What is known of the action: trainees who entered, stayed to the end, left early; confirmed hours; exits by situation (SUR-2)."""

    entered: int
    completed: int
    left_early: int
    centre_hours: Hours
    company_hours: Hours
    situations: tuple[SituationCount, ...]


class ExitSurveyRecorded(Event):
    """A trainee's situation at exit is known (SUR-1)."""

    TYPE: ClassVar[str] = "surveys.exit-survey-recorded.v1"

    trainee_id: UUID
    situation: Situation
    contract: EmploymentContract | None
    version: int
    by_link: bool = False
    """They said it themselves (SURV-2)."""


class SurveysFellDue(Event):
    """Of these trainees the organisation has to say what became of them since their exit (SUR-3). Said on the day, or with the first day
    that begins once an exit is known that is as long ago.
    """

    TYPE: ClassVar[str] = "surveys.surveys-fell-due.v1"

    survey: LaterSurvey
    trainees: tuple[UUID, ...]
    again: bool
    """Thirty days later nobody had answered for them: a reminder."""


class LaterSurveyRecorded(Event):
    """A trainee's situation six months, or a year, after their exit is known (SUR-3)."""

    TYPE: ClassVar[str] = "surveys.later-survey-recorded.v1"

    trainee_id: UUID
    survey: LaterSurvey
    situation: Situation
    contract: EmploymentContract | None
    version: int
    by_link: bool = False
    """They said it themselves (SURV-2)."""


class SurveyLinkOffered(Event):
    """Whoever has the token of this digest may answer this survey of the trainee's, until the end of that day in Paris (SURV-1)."""

    TYPE: ClassVar[str] = "surveys.survey-link-offered.v1"

    survey: SurveyKind
    link: SurveyLink
    last_day: date
    by_mail: bool = False
    """It goes to the trainee's own mailbox, instead of on a letter."""


class SurveyLinkEnded(Event):
    """The trainee's link for this survey works no more, though its last day has not come (SURV-1).

    That another one took its place is said by SurveyLinkOffered alone.
    """

    TYPE: ClassVar[str] = "surveys.survey-link-ended.v1"

    trainee_id: UUID
    survey: SurveyKind


class ReportPrepared(Event):
    """The report's figures as they stand, whose exit survey is missing, and whether it can be sent (SUR-2)."""

    TYPE: ClassVar[str] = "surveys.report-prepared.v1"

    figures: ReportFigures
    missing: tuple[UUID, ...]
    can_be_submitted: bool


class ReportSubmitted(Event):
    """The organisation sent the report (SUR-2)."""

    TYPE: ClassVar[str] = "surveys.report-submitted.v1"

    figures: ReportFigures
    text: PersonalRef


class ReportFiguresChanged(Event):
    """The figures are others than a report that was submitted says: a correction came after it (SUR-2). Said once per change.

    The report stands as it was submitted. Whoever reads this tells both sides how the figures differ from those of ReportSubmitted.
    """

    TYPE: ClassVar[str] = "surveys.report-figures-changed.v1"

    figures: ReportFigures
    """As they are now; those of the report again, when a correction is taken back."""


class ReportNoted(Event):
    """The Region wrote to the organisation about its report: nothing else changes (SUR-2). The note's id follows from its command."""

    TYPE: ClassVar[str] = "surveys.report-noted.v1"

    note_id: UUID
    text: PersonalRef


class ReportAcknowledged(Event):
    """The Region received the report: it may accept the balance (BIL-11)."""

    TYPE: ClassVar[str] = "surveys.report-acknowledged.v1"
