"""The outcomes report of an action, and the surveys that come after it."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.codes import SurveyKind
from contracts.declarations import TraineeExitChanged, TraineeExited
from contracts.message import Message
from contracts.month import paris_day
from contracts.surveys import (
    LaterSurveyRecorded,
    ReportAcknowledged,
    ReportFiguresChanged,
    ReportNoted,
    ReportPrepared,
    ReportSubmitted,
    SurveyLinkEnded,
    SurveyLinkOffered,
    SurveysFellDue,
)
from gateway.mails.invitation import FellDue
from gateway.web.topics import REPORTS
from gateway.worker.rows import as_json, change


async def on_later_survey(work: Work[None], event: LaterSurveyRecorded) -> None:
    """What became of a trainee six months, or a year, after they left (SUR-3)."""
    await work.connection.execute(
        """
        INSERT INTO later_surveys (contract_number, trainee_id, survey, situation, employment, by_link, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (contract_number, trainee_id, survey) DO UPDATE
        SET situation = excluded.situation, employment = excluded.employment, by_link = excluded.by_link, version = excluded.version
        """,
        work.key,
        event.trainee_id,
        event.survey,
        event.situation,
        event.contract,
        event.by_link,
        event.version,
    )


async def on_due(work: Work[None], event: SurveysFellDue) -> None:
    """Whoever wants links to go by mail by themselves sends them now: the first time, since reminding is for people (SURV-1)."""
    if not event.again:
        work.leaves += [FellDue(trainee, event.survey, paris_day(work.at)) for trainee in event.trainees]


async def on_exited(work: Work[None], event: TraineeExited | TraineeExitChanged) -> None:
    """The survey of the exit is due with it (SUR-1)."""
    if event.exit:
        work.leaves.append(FellDue(event.trainee_id, SurveyKind.EXIT, event.exit.on))


async def on_link_offered(work: Work[None], event: SurveyLinkOffered) -> None:
    """A trainee may answer by a link, and no more by the one before it (SURV-1)."""
    await work.connection.execute(
        """
        INSERT INTO survey_links (contract_number, trainee_id, survey, sha256, last_day) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (contract_number, trainee_id, survey) DO UPDATE SET sha256 = excluded.sha256, last_day = excluded.last_day
        """,
        work.key,
        event.link.trainee_id,
        event.survey,
        event.link.sha256,
        event.last_day,
    )


async def on_link_ended(work: Work[None], event: SurveyLinkEnded) -> None:
    """The link works no more (SURV-1)."""
    await work.connection.execute(
        "DELETE FROM survey_links WHERE contract_number = $1 AND trainee_id = $2 AND survey = $3", work.key, event.trainee_id, event.survey
    )


async def on_prepared(work: Work[None], event: ReportPrepared) -> None:
    """The report as it would be sent today, and whose exit survey is missing (SUR-2)."""
    await work.connection.execute(
        """
        INSERT INTO reports (contract_number, figures, missing, can_be_submitted) VALUES ($1, $2, $3, $4)
        ON CONFLICT (contract_number) DO UPDATE
        SET figures = excluded.figures, missing = excluded.missing, can_be_submitted = excluded.can_be_submitted
        """,
        work.key,
        as_json(event.figures),
        event.missing,
        event.can_be_submitted,
    )


async def on_submitted(work: Work[None], event: ReportSubmitted) -> None:
    """The organisation sent it: the figures are those that it sent (SUR-2)."""
    await work.connection.execute(
        """
        INSERT INTO reports (contract_number, figures, missing, can_be_submitted, submitted_at, submitted_by, text_id)
        VALUES ($1, $2, '{}', false, $3, $4, $5)
        ON CONFLICT (contract_number) DO UPDATE
        SET figures = excluded.figures, missing = '{}', can_be_submitted = false, submitted_at = excluded.submitted_at,
            submitted_by = excluded.submitted_by, text_id = excluded.text_id
        """,
        work.key,
        as_json(event.figures),
        work.at,
        work.actor.subject if work.actor else None,
        event.text.id,
    )


async def on_figures_changed(work: Work[None], event: ReportFiguresChanged) -> None:
    """A correction came after the report: what was sent stays, what it would say today stands beside it (SUR-2)."""
    await change(
        work,
        "UPDATE reports SET figures_now = $2, figures_changed_at = $3 WHERE contract_number = $1",
        as_json(event.figures),
        work.at,
    )


async def on_noted(work: Work[None], event: ReportNoted) -> None:
    """The Region wrote about the report (SUR-2)."""
    await work.connection.execute(
        """
        INSERT INTO notes (contract_number, note_id, text_id, noted_at, noted_by) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (contract_number, note_id) DO NOTHING
        """,
        work.key,
        event.note_id,
        event.text.id,
        work.at,
        work.actor.subject if work.actor else None,
    )


async def on_acknowledged(work: Work[None], _event: ReportAcknowledged) -> None:
    """The Region received it (SUR-2): the balance may be accepted (BIL-11)."""
    await change(
        work,
        "UPDATE reports SET acknowledged_at = $2, acknowledged_by = $3 WHERE contract_number = $1",
        work.at,
        work.actor.subject if work.actor else None,
    )


HANDLERS: Mapping[type[Message], Handler] = {
    LaterSurveyRecorded: on_later_survey,
    SurveyLinkOffered: on_link_offered,
    SurveyLinkEnded: on_link_ended,
    SurveysFellDue: on_due,
    TraineeExited: on_exited,
    TraineeExitChanged: on_exited,
    ReportPrepared: on_prepared,
    ReportSubmitted: on_submitted,
    ReportFiguresChanged: on_figures_changed,
    ReportNoted: on_noted,
    ReportAcknowledged: on_acknowledged,
}
LISTED = {REPORTS: (ReportSubmitted, ReportAcknowledged)}
