"""In which order and when months are filled in and confirmed (DEC-1, DEC-6, BIL-7)."""

from datetime import date

from contracts.month import LAST_DAY_OF_WINDOW, Month, in_window
from contracts.refusals import Refusal
from contracts.refusals.declarations import (
    ConfirmationOutsideWindow,
    CorrectionOutsideWindow,
    EarlierMonthFirst,
    MonthAlreadyConfirmed,
    MonthNotBegun,
    MonthOutsideAction,
    NothingToDeclare,
    NotOpened,
)

from .action import Action, Standing

UNCONFIRMED = frozenset({Standing.DRAFT, Standing.REOPENED})
"""A month that needs to be confirmed still, or again."""


def first_of(action: Action, standing: Standing) -> Month | None:
    """The oldest month that stands so."""
    return next((month for month in action.months if action.standing(month) is standing), None)


def remaining(action: Action, after: Month) -> bool:
    """Whether a month later than `after` needs a declaration still, or again."""
    return any(action.standing(month) in UNCONFIRMED for month in action.months if month > after)


def must_be_declarable(action: Action, month: Month) -> None:
    """Raises a Refusal unless `month` is one of the action's that is not confirmed and in which somebody is present (DEC-1, DEC-7)."""
    if not action.months:
        raise NotOpened
    if month not in action.months:
        raise MonthOutsideAction(first=action.months[0], last=action.months[-1])
    standing = action.standing(month)
    if standing is Standing.CONFIRMED:
        raise MonthAlreadyConfirmed(month=month)
    if standing not in UNCONFIRMED:
        raise NothingToDeclare(month=month)


def must_be_fillable(action: Action, month: Month, day: date) -> None:
    """Raises a Refusal unless hours of `month` can be saved on `day`: its turn has come, and it has begun (DEC-1).

    A reopened month holds nothing up, and can be filled in whatever the others are (DEC-6).
    """
    must_be_declarable(action, month)
    if action.standing(month) is Standing.DRAFT and (before := first_of(action, Standing.DRAFT)) and before < month:
        raise EarlierMonthFirst(before=before)
    if month.first > day:
        raise MonthNotBegun(start=month.first)


def must_be_next(action: Action, month: Month) -> None:
    """Raises a Refusal unless `month` is the oldest of those that wait to be confirmed, or, reopened, of those reopened (DEC-6)."""
    must_be_declarable(action, month)
    if (before := first_of(action, action.standing(month))) and before < month:
        raise EarlierMonthFirst(before=before)


def outside_window(action: Action, month: Month, day: date) -> list[Refusal]:
    """What is wrong when `month` cannot be confirmed on `day` (DEC-6, BIL-7): days 1 to 15 of any later month; reopened, also until
    its `correct_by`, which the fifteen days and the window that they touch both lie before.
    """
    declaration = action.declaration(month)
    if (Month.of(day) > month and in_window(day)) or (declaration.correct_by and day <= declaration.correct_by):
        return []
    upcoming = max(month.next(), Month.of(day) if in_window(day) else Month.of(day).next())
    start, end = upcoming.first, upcoming.first.replace(day=LAST_DAY_OF_WINDOW)
    if declaration.correct_by:
        return [CorrectionOutsideWindow(correct_by=declaration.correct_by, start=start, end=end)]
    return [ConfirmationOutsideWindow(month=month, start=start, end=end)]
