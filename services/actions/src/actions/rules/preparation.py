"""Where the preparation of an action stands: said whenever it changes, and what the opening is decided on (OPN-1, TRN-1)."""

from collections.abc import Iterator

from contracts.actions import PreparationChanged, RegisterTrainee
from contracts.codes import ActionKind, OpeningCondition, PaidBy

from .action import ALLOWED, Action, Stage


def prepared(action: Action) -> PreparationChanged:
    """The preparation as it stands."""
    counted, collective = action.counted, action.terms.kind is ActionKind.COLLECTIVE
    return PreparationChanged(
        dates_validated=action.dates_locked,
        trainers_confirmed=action.trainers_confirmed,
        registered=len(counted),
        paid=sum(trainee.paid_by is PaidBy.REGION for trainee in counted.values()),
        incomplete=tuple(trainee_id for trainee_id, trainee in counted.items() if not trainee.complete),
        undated=tuple(trainee_id for trainee_id, trainee in counted.items() if trainee.entry is None),
        lacking=tuple(_lacking(action)) if action.stage is Stage.AWARDED else (),
        opens_on=action.planned.start if collective else None,
        can_register=action.stage in ALLOWED[RegisterTrainee] and not action.is_full,
    )


def preparation_changed(before: Action | None, after: Action) -> tuple[PreparationChanged, ...]:
    """What the log is told when `after` is prepared otherwise than `before`; nothing when it is not."""
    now = prepared(after)
    return () if before and prepared(before) == now else (now,)


def _lacking(action: Action) -> Iterator[OpeningCondition]:
    """The conditions of OPN-1 that are not met, in the guide's order."""
    counted = action.counted.values()
    if not action.dates_locked:
        yield OpeningCondition.DATES
    if not counted:
        yield OpeningCondition.TRAINEES
    if not all(trainee.complete for trainee in counted):
        yield OpeningCondition.SHEETS
    if not all(trainee.entry for trainee in counted):
        yield OpeningCondition.ENTRIES
    if not action.trainers_confirmed:
        yield OpeningCondition.TRAINERS
