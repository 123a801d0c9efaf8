"""One paragraph per message: load, decide, keep."""

from chassis.work import Work
from contracts.access import agent, holder
from contracts.actions import ActionAwarded, ActionClosed, TraineeEntered, TraineeNeverCame, TraineeRemoved
from contracts.declarations import MonthConfirmed, MonthReopened, TraineeExitChanged, TraineeExited
from contracts.personal import TextRecord, record_id
from contracts.surveys import AcknowledgeReport, RecordExitSurvey, SubmitReport

from .rules import outcomes, report, survey
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


async def record_exit_survey(work: Work[Outcomes], command: RecordExitSurvey) -> None:
    """The holder says what became of a trainee (SUR-1)."""
    work.keep(survey.record(holder(work.state, work.actor), command))


async def submit_report(work: Work[Outcomes], command: SubmitReport) -> None:
    """The holder sends the report: figures on the log, words on `personal` (SUR-2)."""
    text = TextRecord(id=record_id(work.key, work.envelope.id), version=1, contract_number=work.key, text=command.text)
    work.keep(report.submit(holder(work.state, work.actor), text, work.at))


async def acknowledge_report(work: Work[Outcomes], _command: AcknowledgeReport) -> None:
    """An agent acknowledges its reception (SUR-2)."""
    work.keep(report.acknowledge(agent(work.state, work.actor)))
