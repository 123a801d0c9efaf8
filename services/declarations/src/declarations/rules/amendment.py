"""Another planned end: what `actions` asks before it amends a contract, and what is said of it until then (REQ-3)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.decision import Decision
from contracts.codes import ExitKind, Standing
from contracts.declarations import AmendmentEffect, AmendmentForeseen, AmendmentGranted, FallenLine
from contracts.message import Event
from contracts.month import Month
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.requests import EndBeforeConfirmed, EndBeforeEntry, EndBeforeExit, EndBeforeStart, HoursAfterEnd
from contracts.requests import AmendmentRequested

from .action import Action, Exit, Trainee, dated
from .exit import left
from .line import has_hours
from .month import to_declare

SETTLED = frozenset({Standing.CONFIRMED, Standing.REOPENED})
"""Months that were confirmed once: the end stays behind them."""


def grant_amendment(action: Action, ask: AmendmentRequested) -> Decision[Action]:
    """The planned end and the periods are these from now on, and what follows is done at once (REQ-3). Raises all that is against it."""
    after, effect, exits = amended(action, ask.planned_end)
    granted = AmendmentGranted(planned_start=ask.planned_start, planned_end=ask.planned_end, periods=ask.periods, effect=effect)
    return Decision(replace(dated(after, ask.periods), asked=None), (granted, *exits))


def amended(action: Action, end: date) -> tuple[Action, AmendmentEffect, tuple[Event, ...]]:
    """The action with another planned end, what that changes, and the exits that it records. Raises all that is against it.

    Where the new last month is confirmed, whoever has no exit is out on the new end: everybody must be (DEC-8). Zeros after the last month
    fall away. After an admissible exit, an earlier end leaves the hours after it unpaid, a later one adds none.
    """
    refuse_all(list(against(action, end)))
    last = Month.of(end)
    kept = {month: declaration for month, declaration in action.declarations.items() if month <= last}
    former_ends = (*action.former_ends, action.planned_end)
    after = replace(action, planned_end=end, former_ends=former_ends, declarations=kept, trainees=dict(_paid_less_long(action, end)))
    leaving = after.without_exit if after.standing(last) is Standing.CONFIRMED else ()
    exits: list[Event] = []
    for trainee_id in leaving:
        decision = left(after, trainee_id, Exit(end, ExitKind.END_OF_TRAINING))
        after = decision.state
        exits += decision.events
    fallen = (
        FallenLine(month=month, trainee_id=trainee_id)
        for month, declaration in sorted(action.declarations.items())
        for trainee_id in sorted(declaration.lines)
        if month > last
    )
    effect = AmendmentEffect(
        appear=tuple(month for month in after.months if month not in action.months),
        vanish=tuple(month for month in action.months if month not in after.months),
        exits=leaving,
        fallen=tuple(fallen),
        to_declare=to_declare(after),
    )
    return after, effect, tuple(exits)


def _paid_less_long(action: Action, end: date) -> Iterator[tuple[UUID, Trainee]]:
    """Everybody, who left by an admissible exit being paid until `end` at most (DEC-5)."""
    for trainee_id, trainee in action.trainees.items():
        is_paid = trainee.exit is not None and trainee.exit.is_admissible
        yield trainee_id, replace(trainee, paid_until=min(trainee.paid_until or action.planned_end, end)) if is_paid else trainee


def against(action: Action, end: date) -> Iterator[Refusal]:
    """What stands against it: the actual start, an entry, an exit, a month that was confirmed, or hours after the new end (REQ-3).

    Hours after it in the month of the new end are for that month's confirmation to refuse (DEC-3, DEC-4).
    """
    field = "planned_end"
    if action.actual_start and end < action.actual_start:
        yield EndBeforeStart(field=field, start=action.actual_start, end=end)
    settled = [month for month in action.months if action.standing(month) in SETTLED]
    if settled and end < (first := min(settled[-1].last, action.planned_end)):
        yield EndBeforeConfirmed(field=field, month=settled[-1], first=first)
    for trainee_id, trainee in action.trainees.items():
        item = str(trainee_id)
        if trainee.exit and trainee.exit.on > end:
            yield EndBeforeExit(field=field, item=item, trainee=item, left=trainee.exit.on, end=end)
        elif trainee.entered_on and trainee.entered_on > end:
            yield EndBeforeEntry(field=field, item=item, trainee=item, entered=trainee.entered_on, end=end)
        open_ = ((month, line) for month, line in action.lines(trainee_id) if month not in settled)
        if late := next((month for month, line in open_ if month > Month.of(end) and has_hours(line)), None):
            yield HoursAfterEnd(field=field, item=item, trainee=item, month=late)


def foreseen(action: Action) -> AmendmentForeseen | None:
    """What would come of the amendment that is asked for, by what its grant does; None when none is."""
    if action.asked is None:
        return None
    asked = action.asked
    try:
        _, effect, _ = amended(action, asked.planned_end)
    except Refusal as refusal:
        return AmendmentForeseen(request_id=asked.request_id, planned_end=asked.planned_end, against=refusal.faults())
    return AmendmentForeseen(request_id=asked.request_id, planned_end=asked.planned_end, effect=effect)


def foreseen_changed(before: Action | None, after: Action) -> tuple[AmendmentForeseen, ...]:
    """What the log is told when something else would come of it after a message than before it; nothing once it is decided."""
    if after.asked is None or before == after:
        return ()
    now = foreseen(after)
    return (now,) if now and now != (foreseen(before) if before else None) else ()
