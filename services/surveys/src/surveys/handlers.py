"""One paragraph per message: load, decide, keep."""

from chassis.work import Work
from contracts.access import agent, holder, holder_or_for_them, through_link
from contracts.actions import ActionClosed, TraineeEntered, TraineeNeverCame, TraineeRemoved
from contracts.awards import ActionAwarded
from contracts.calendar import DayStarted
from contracts.declarations import MonthConfirmed, MonthReopened, TraineeExitChanged, TraineeExited
from contracts.envelope import made_id
from contracts.erasure import ErasureDue
from contracts.personal import TextRecord, record_id, stripped
from contracts.surveys import (
    AcknowledgeReport,
    AnswerByLink,
    NoteReport,
    OfferSurveyLinks,
    RecordExitSurvey,
    RecordLaterSurvey,
    SubmitReport,
)

from . import store
from .rules import due, erasure, link, outcomes, report, survey
from .rules.outcomes import Outcomes


async def on_action_awarded(work: Work[Outcomes], event: ActionAwarded) -> None:
    """An action is followed from its award on, for whoever holds it."""
    work.keep(outcomes.award(work.state, event))


async def on_trainee_entered(work: Work[Outcomes], event: TraineeEntered) -> None:
    """One more trainee to follow."""
    work.keep(outcomes.enter(work.known, event.trainee_id))


async def on_trainee_gone(work: Work[Outcomes], event: TraineeRemoved | TraineeNeverCame) -> None:
    """Somebody who was not in training after all is not followed."""
    work.keep(outcomes.forget(work.known, event.trainee_id))


async def on_trainee_exited(work: Work[Outcomes], event: TraineeExited | TraineeExitChanged) -> None:
    """A trainee who left can be surveyed (SUR-1)."""
    work.keep(outcomes.leave(work.known, event.trainee_id, event.exit))


async def on_month_confirmed(work: Work[Outcomes], event: MonthConfirmed) -> None:
    """The report tells confirmed hours (SUR-2)."""
    work.keep(outcomes.confirm(work.known, event.month, event.lines))


async def on_month_reopened(work: Work[Outcomes], event: MonthReopened) -> None:
    """A rejected month counts again when it is confirmed again."""
    work.keep(outcomes.reopen(work.known, event.month))


async def on_action_closed(work: Work[Outcomes], _event: ActionClosed) -> None:
    """From now on the report can be sent (SUR-2)."""
    work.keep(outcomes.close(work.known))


async def on_erasure_due(work: Work[Outcomes], event: ErasureDue) -> None:
    """The years of keeping are over, `billing` says: what was written is erased (PRV-1)."""
    ids = await store.erase(work.connection, work.key)
    work.keep(erasure.erase(work.known, event, len(ids)))
    work.erase(ids)


async def record_exit_survey(work: Work[Outcomes], command: RecordExitSurvey) -> None:
    """The holder says what became of a trainee (SUR-1)."""
    work.keep(survey.record(holder(work.state, work.actor), command, work.at))


async def record_later_survey(work: Work[Outcomes], command: RecordLaterSurvey) -> None:
    """The holder says what has become of them six months, or a year, later (SUR-3)."""
    work.keep(survey.record(holder(work.state, work.actor), command, work.at))


async def offer_survey_links(work: Work[Outcomes], command: OfferSurveyLinks) -> None:
    """The holder lets trainees answer by themselves, or has said that the system does so (SURV-1)."""
    work.keep(link.offer(holder_or_for_them(work.state, work.actor), command, work.at))


async def answer_by_link(work: Work[Outcomes], command: AnswerByLink) -> None:
    """A trainee answers, through a link that holds (SURV-2)."""
    work.keep(link.answer(through_link(work.state, work.actor), command, work.at))


async def on_day(work: Work[Outcomes], event: DayStarted) -> None:
    """Surveys fall due, and are reminded of (SUR-3)."""
    work.keep(due.begin(work.known, event.day))


async def submit_report(work: Work[Outcomes], command: SubmitReport) -> None:
    """The holder sends the report: figures on the log, words on `personal` (SUR-2)."""
    text = _written(work.key, str(work.envelope.id), command.text)
    work.keep(report.submit(holder(work.state, work.actor), text, work.at))


async def acknowledge_report(work: Work[Outcomes], _command: AcknowledgeReport) -> None:
    """An agent acknowledges its reception (SUR-2)."""
    work.keep(report.acknowledge(agent(work.state, work.actor)))


async def note_report(work: Work[Outcomes], command: NoteReport) -> None:
    """An agent writes to the organisation about its report (SUR-2)."""
    note_id = made_id(work.key, work.envelope.id)
    work.keep(report.note(agent(work.state, work.actor), note_id, _written(work.key, f"note-{note_id}", command.text)))


def _written(contract_number: str, name: str, text: str) -> TextRecord:
    """What somebody wrote freely goes to the texts' table and topic, never into an event (PRV-1)."""
    return TextRecord(id=record_id(contract_number, name), version=1, contract_number=contract_number, text=stripped(text))
