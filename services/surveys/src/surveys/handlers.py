"""One paragraph per message: load, decide, save."""

from chassis.work import Work
from contracts.actions import ActionAwarded, ActionClosed, TraineeEntered, TraineeNeverCame, TraineeRemoved
from contracts.answers import PersonalRef
from contracts.declarations import MonthConfirmed, MonthReopened, TraineeExitChanged, TraineeExited
from contracts.personal import PERSONAL, TextRecord
from contracts.surveys import AcknowledgeReport, RecordExitSurvey, SubmitReport

from . import store
from .rules import access, outcomes, report, survey
from .rules.outcomes import Outcomes


def known(work: Work[Outcomes]) -> Outcomes:
    """The action that an event is about. Its award comes first under its key: without one the message is parked."""
    if work.state is None:
        raise LookupError(f"{work.envelope.type} about an action that was never awarded")
    return work.state


async def on_action_awarded(work: Work[Outcomes], event: ActionAwarded) -> None:
    """An action is followed from its award on, for whoever holds it."""
    work.save(*outcomes.award(work.state, event))


async def on_trainee_entered(work: Work[Outcomes], event: TraineeEntered) -> None:
    """One more trainee to follow."""
    work.save(*outcomes.enter(known(work), event.trainee_id))


async def on_trainee_gone(work: Work[Outcomes], event: TraineeRemoved | TraineeNeverCame) -> None:
    """Somebody who was not in training after all is not followed."""
    work.save(*outcomes.forget(known(work), event.trainee_id))


async def on_trainee_exited(work: Work[Outcomes], event: TraineeExited | TraineeExitChanged) -> None:
    """A trainee who left can be surveyed (SUR-1)."""
    work.save(*outcomes.leave(known(work), event.trainee_id, event.exit))


async def on_month_confirmed(work: Work[Outcomes], event: MonthConfirmed) -> None:
    """The report tells confirmed hours (SUR-2)."""
    work.save(*outcomes.confirm(known(work), event.month, event.lines))


async def on_month_reopened(work: Work[Outcomes], event: MonthReopened) -> None:
    """A rejected month counts again when it is confirmed again."""
    work.save(*outcomes.reopen(known(work), event.month))


async def on_action_closed(work: Work[Outcomes], _event: ActionClosed) -> None:
    """From now on the report can be sent (SUR-2)."""
    work.save(*outcomes.close(known(work)))


async def record_exit_survey(work: Work[Outcomes], command: RecordExitSurvey) -> None:
    """The holder says what became of a trainee (SUR-1)."""
    work.save(*survey.record(access.holder(work.state, work.actor), command))


async def submit_report(work: Work[Outcomes], command: SubmitReport) -> None:
    """The holder sends the report: figures on the log, words on `personal` (SUR-2)."""
    action = access.holder(work.state, work.actor)
    record = TextRecord(id=str(work.envelope.id), version=1, contract_number=work.key, text=command.text)
    decided = report.submit(action, command, PersonalRef(id=record.id, version=record.version), work.at)
    await store.keep_text(work.connection, record)
    work.publish(PERSONAL, record.id, record)
    work.save(*decided)


async def acknowledge_report(work: Work[Outcomes], _command: AcknowledgeReport) -> None:
    """An agent acknowledges its reception (SUR-2)."""
    work.save(*report.acknowledge(access.agent(work.state, work.actor)))
