"""In which order and when months are filled in and confirmed (DEC-1, DEC-6, BIL-7)."""

from datetime import date

from contracts.codes import Standing
from contracts.month import Month, Window
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

from .action import Action

UNCONFIRMED = frozenset({Standing.DRAFT, Standing.REOPENED})
"""A month that needs to be confirmed still, or again."""


def to_declare(action: Action) -> tuple[Month, ...]:
    """The months that need a declaration, still or again."""
    return tuple(month for month in action.months if action.standing(month) in UNCONFIRMED)


def waits_for(action: Action, month: Month) -> Month | None:
    """The earlier month that is to be confirmed before `month`: a draft before a draft, a reopened one before a reopened one (DEC-6)."""
    standing = action.standing(month)
    if standing not in UNCONFIRMED:
        return None
    return next((before for before in action.months if before < month and action.standing(before) is standing), None)


def remaining(action: Action, after: Month) -> bool:
    """Whether a month later than `after` needs a declaration still, or again."""
    return any(month > after for month in to_declare(action))


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
    if action.standing(month) is Standing.DRAFT and (before := waits_for(action, month)):
        raise EarlierMonthFirst(before=before)
    if month.first > day:
        raise MonthNotBegun(start=month.first)


def must_be_next(action: Action, month: Month) -> None:
    """Raises a Refusal unless `month` is the oldest of those that wait to be confirmed, or, reopened, of those reopened (DEC-6)."""
    must_be_declarable(action, month)
    if before := waits_for(action, month):
        raise EarlierMonthFirst(before=before)


def outside_window(action: Action, month: Month, day: date) -> list[Refusal]:
    """What is wrong when `month` cannot be confirmed on `day` (DEC-6, BIL-7)."""
    correct_by = action.declaration(month).correct_by
    window = Window.after(month, day, correct_by=correct_by)
    if day in window:
        return []
    if correct_by:
        return [CorrectionOutsideWindow(correct_by=correct_by, start=window.first, end=window.last)]
    return [ConfirmationOutsideWindow(month=month, start=window.first, end=window.last)]
