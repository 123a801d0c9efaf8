"""How and when a trainee leaves (DEC-5)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.decision import Decision
from contracts.codes import ExitKind, Place, Standing
from contracts.declarations import SetExit, TraineeExitChanged, TraineeExited
from contracts.month import Month
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.refusals.declarations import (
    AddedHoursTakenAway,
    AdmissibleExitOnLastDay,
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
    wrong = locked(action, item, trainee.exit, leaving) + takes_away(action, command.trainee_id, leaving)
    if leaving:
        wrong += wrong_day(action, command.trainee_id, trainee.entered_on, leaving.on)
        wrong += wrong_reason(leaving, item, action.planned_end)
    refuse_all(wrong)
    return left(action, command.trainee_id, leaving)


def left(action: Action, trainee_id: UUID, leaving: Exit | None) -> Decision[Action]:
    """The trainee's exit is this one, or none, from now on."""
    trainee, sent = action.trainees[trainee_id], leaving.sent if leaving else None
    version = trainee.exit_version + 1
    until = action.planned_end if leaving and leaving.is_admissible else None
    after = action.with_trainee(trainee_id, replace(trainee, exit=leaving, exit_version=version, paid_until=until))
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


def takes_away(action: Action, trainee_id: UUID, after: Exit | None) -> list[Refusal]:
    """Why the exit stays admissible and where it is: a confirmed month has added hours after it (DEC-5)."""
    kept_from = Month.of(after.on) if after and after.is_admissible else None
    months = (month for month, added in action.added(trainee_id) if any(added.of_place(place) for place in Place))
    taken = next((month for month in months if kept_from is None or month < kept_from), None)
    return [AddedHoursTakenAway(item=str(trainee_id), field="exit.on", month=taken)] if taken else []


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


def wrong_reason(leaving: Exit, item: str, planned_end: date) -> list[Refusal]:
    """What is wrong with the kind of exit: an early one has a reason, an admissible one announces its documents and is before the planned
    end (DEC-5).
    """
    if leaving.kind is ExitKind.EARLY and leaving.reason is None:
        return [ExitReasonMissing(item=item, field="exit.reason")]
    if leaving.kind is ExitKind.END_OF_TRAINING and leaving.reason is not None:
        return [ExitReasonUnexpected(item=item, field="exit.reason")]
    wrong: list[Refusal] = []
    if leaving.is_admissible and leaving.on == planned_end:
        wrong.append(AdmissibleExitOnLastDay(item=item, field="exit.on", end=planned_end))
    if leaving.is_admissible and not leaving.proofs_announced:
        wrong.append(ProofsNotAnnounced(item=item, field="exit.proofs_announced"))
    return wrong
