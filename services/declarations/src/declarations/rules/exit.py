"""How and when a trainee leaves (DEC-5)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.decision import Decision
from contracts.codes import ADMISSIBLE, ExitKind, Standing
from contracts.declarations import SetExit, TraineeExitChanged, TraineeExited
from contracts.month import Month
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.refusals.declarations import (
    ExitBeforeEntry,
    ExitMonthConfirmed,
    ExitMonthPassedOver,
    ExitOutsideTraining,
    ExitReasonMissing,
    ExitReasonUnexpected,
    ExitStillNeeded,
    HoursAfterExit,
    NotOpened,
    ProofsNotAnnounced,
)

from .action import Action, Exit
from .line import has_hours


def set_exit(action: Action, command: SetExit) -> Decision[Action]:
    """Sets, changes or takes back a trainee's exit; all that is wrong is refused at once (DEC-5).

    Raises NotFound for a trainee who is not on the list, ChangedMeanwhile when another exit was set since the page was shown.
    """
    if not action.months:
        raise NotOpened
    item, leaving = str(command.trainee_id), Exit.of(command.exit)
    trainee = action.trainees.get(command.trainee_id)
    if trainee is None:
        raise NotFound(item=item)
    if trainee.entered_on is None:
        raise ExitBeforeEntry(item=item, field="exit.on", trainee=item)
    if leaving == trainee.exit:
        return Decision(action)
    if command.base_version != trainee.exit_version:
        raise ChangedMeanwhile(item=item)
    wrong = locked(action, item, trainee.exit, leaving)
    if leaving:
        wrong += wrong_day(action, command.trainee_id, trainee.entered_on, leaving.on)
        wrong += wrong_reason(leaving, item)
    refuse_all(wrong)
    return left(action, command.trainee_id, leaving)


def left(action: Action, trainee_id: UUID, leaving: Exit | None) -> Decision[Action]:
    """The trainee's exit is this one, or none, from now on."""
    trainee, sent = action.trainees[trainee_id], leaving.sent if leaving else None
    version = trainee.exit_version + 1
    after = action.with_trainee(trainee_id, replace(trainee, exit=leaving, exit_version=version))
    if sent and version == 1:
        return Decision(after, (TraineeExited(trainee_id=trainee_id, exit=sent, version=version),))
    return Decision(after, (TraineeExitChanged(trainee_id=trainee_id, exit=sent, version=version),))


def locked(action: Action, item: str, before: Exit | None, after: Exit | None) -> list[Refusal]:
    """What stands in the way of a change: the months of the old and of the new date must be unconfirmed (DEC-5), but for that of an end of
    training on a former planned end, from which it is moved later (DAT-4).

    Once the last month is confirmed or the action closed, an exit cannot be taken back: everybody is out (DEC-8, CLO-1).
    """
    months = {Month.of(exit.on) for exit in (before, after) if exit}
    if before and after and is_prolonged(action, before, after):
        months.discard(Month.of(before.on))
    confirmed = [month for month in sorted(months) if action.standing(month) is Standing.CONFIRMED]
    wrong: list[Refusal] = [ExitMonthConfirmed(item=item, field="exit.on", month=month) for month in confirmed]
    if not after and (action.closed or action.standing(action.last_month) is Standing.CONFIRMED) and not wrong:
        wrong.append(ExitStillNeeded(item=item, field="exit.on"))
    return wrong


def is_prolonged(action: Action, before: Exit, after: Exit) -> bool:
    """Whether an end of training on a former planned end is moved later, as a lengthening allows until the closing: that month does not
    change (DAT-4).
    """
    return not action.closed and before.kind is ExitKind.END_OF_TRAINING and before.on in action.former_ends and after.on > before.on


def wrong_day(action: Action, trainee_id: UUID, entered_on: date, on: date) -> list[Refusal]:
    """What is wrong with the day: outside the training, in a month passed over, before hours of a later month (DEC-5, DEC-7)."""
    item, month = str(trainee_id), Month.of(on)
    if not entered_on <= on <= action.planned_end:
        return [ExitOutsideTraining(item=item, field="exit.on", first=entered_on, last=action.planned_end)]
    if action.standing(month) is Standing.PASSED_OVER:
        return [ExitMonthPassedOver(item=item, field="exit.on", month=month)]
    later = next((other for other, line in action.lines(trainee_id) if other > month and has_hours(line)), None)
    return [HoursAfterExit(item=item, field="exit.on", month=later)] if later else []


def wrong_reason(leaving: Exit, item: str) -> list[Refusal]:
    """What is wrong with the kind of exit: an early one has a reason, an admissible reason announces its documents (DEC-5)."""
    if leaving.kind is ExitKind.EARLY and leaving.reason is None:
        return [ExitReasonMissing(item=item, field="exit.reason")]
    if leaving.kind is ExitKind.END_OF_TRAINING and leaving.reason is not None:
        return [ExitReasonUnexpected(item=item, field="exit.reason")]
    if leaving.reason in ADMISSIBLE and not leaving.proofs_announced:
        return [ProofsNotAnnounced(item=item, field="exit.proofs_announced")]
    return []
