"""Where the declarations of an action stand, as the log is told whenever that changes: others show it and wait for it, nobody decides it
a second time.
"""

from contracts.codes import Standing
from contracts.declarations import DeclarationsChanged, MonthStanding
from contracts.month import Month

from .action import Action
from .entry import can_enter
from .month import to_declare, waits_for


def overview(action: Action) -> DeclarationsChanged | None:
    """Where the declarations stand, by the rules that decide them; None before the opening."""
    if not action.months:
        return None
    return DeclarationsChanged(
        months=tuple(_month(action, month) for month in action.months),
        to_declare=to_declare(action),
        without_exit=action.without_exit,
        without_entry=action.without_entry,
        closes_on=action.planned_end,
        can_enter=can_enter(action),
    )


def overview_changed(before: Action | None, after: Action) -> tuple[DeclarationsChanged, ...]:
    """What the log is told when something else stands after a message than before it; nothing when all stands as it did."""
    if before and _apart_from_hours(before) == _apart_from_hours(after):
        return ()
    now, known = overview(after), overview(before) if before else None
    return (now,) if now and now != known else ()


def _apart_from_hours(action: Action) -> object:
    """What the overview rests on: whoever saves a line changes nothing of it, since only confirmed months' lines count, and those stay."""
    standings = {month: (declaration.standing, declaration.correct_by) for month, declaration in action.declarations.items()}
    return action.planned_end, action.actual_start, action.closed, action.trainees, standings


def _month(action: Action, month: Month) -> MonthStanding:
    declaration, present = action.declaration(month), action.present(month)
    standing = action.standing(month)
    unheard = present if standing is Standing.CONFIRMED else ()
    return MonthStanding(
        month=month,
        standing=standing,
        present=len(present),
        waits_for=waits_for(action, month),
        correct_by=declaration.correct_by,
        with_zeros=tuple(trainee_id for trainee_id in unheard if trainee_id not in {*declaration.lines, *declaration.added}),
        owed=len(action.owed(month)),
    )
