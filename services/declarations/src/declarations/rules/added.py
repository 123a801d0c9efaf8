"""The hours owed after an admissible exit: what a month adds when it is confirmed, and what is said of the others until then (DEC-5)."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from contracts.added import Remainder, remaining
from contracts.declarations import AddedHoursForeseen, MonthAdds, TraineeIsOwed
from contracts.month import Month

from .action import Action, Exit
from .hours import Added
from .month import to_declare, waits_for


def added_by(action: Action, month: Month) -> dict[UUID, Added]:
    """What `month` adds when it is confirmed now, for each whose admissible exit is in it or before it, zeros too.

    Worked out afresh, whatever was foreseen: of the planned hours, what no line holds and no confirmed month added.
    """
    open_ = to_declare(action)
    return {
        trainee_id: Added(*(owed.hours(hours, month, open_) for owed, hours in _owed(action, trainee_id, leaving)))
        for trainee_id, leaving in _admissible(action)
        if Month.of(leaving.on) <= month
    }


def foreseen(action: Action) -> AddedHoursForeseen:
    """What the months that are not confirmed will add: those that can be confirmed next, just this; the others, in their order."""
    open_ = to_declare(action)
    next_ = tuple(month for month in open_ if waits_for(action, month) is None)
    return AddedHoursForeseen(
        trainees=tuple(_foreseen(action, trainee_id, leaving, open_, next_) for trainee_id, leaving in _admissible(action))
    )


def _foreseen(action: Action, trainee_id: UUID, leaving: Exit, open_: tuple[Month, ...], next_: tuple[Month, ...]) -> TraineeIsOwed:
    months = tuple(month for month in open_ if month >= Month.of(leaving.on))
    centre, company = (
        owed.foreseen(hours, months) | {month: owed.hours(hours, month, months) for month in next_ if month in months}
        for owed, hours in _owed(action, trainee_id, leaving)
    )
    return TraineeIsOwed(
        trainee_id=trainee_id, months=tuple(MonthAdds(month=month, centre=centre[month], company=company[month]) for month in months)
    )


def foreseen_changed(before: Action | None, after: Action) -> tuple[AddedHoursForeseen, ...]:
    """What the log is told when other hours will be added after a message than before it."""
    if before == after or not any(_admissible(action) for action in (before, after) if action):
        return ()
    now = foreseen(after)
    return () if now == (foreseen(before) if before else AddedHoursForeseen(trainees=())) else (now,)


def _admissible(action: Action) -> tuple[tuple[UUID, Exit], ...]:
    left = ((trainee_id, trainee.exit) for trainee_id, trainee in action.trainees.items())
    return tuple((trainee_id, leaving) for trainee_id, leaving in left if leaving and leaving.is_admissible)


def _owed(action: Action, trainee_id: UUID, leaving: Exit) -> Iterator[tuple[Remainder, Decimal]]:
    """Of each place, over which days the trainee's hours are spread, and how many remain."""
    until, lines = action.trainees[trainee_id].paid_until or action.planned_end, [line for _, line in action.lines(trainee_id)]
    added = [added for _, added in action.added(trainee_id)]
    for place, planned in action.planned_for(trainee_id).items():
        hours = remaining(place, planned, lines, (each.of_place(place) for each in added))
        yield Remainder.of(place, leaving.on, until, action.periods_of(trainee_id)), hours
