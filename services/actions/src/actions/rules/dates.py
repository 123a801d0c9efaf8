"""Dates and periods: one validation locks them, an agent allows one more (DAT-2, DAT-3)."""

from dataclasses import replace
from uuid import UUID

from chassis.decision import Decision
from contracts.actions import DatesUnlocked, DatesValidated, UnlockDates, ValidateDates
from contracts.answers import PersonalRef
from contracts.refusals import refuse_all
from contracts.refusals.actions import DatesLocked, DatesNotLocked
from contracts.refusals.common import ChangedMeanwhile

from .action import Action, admit
from .period import wrong_periods
from .text import written


def validate_dates(action: Action, command: ValidateDates) -> Decision[Action]:
    """Keeps the periods, changed or not, and locks them (DAT-2). Raises every fault of every period at once."""
    admit(action, command)
    if action.dates_locked:
        raise DatesLocked
    if command.base_version != action.dates_version:
        raise ChangedMeanwhile
    refuse_all(wrong_periods(command.periods, action.terms.planned_start, action.terms.planned_end, "periods"))
    version = action.dates_version + 1
    validated = DatesValidated(periods=command.periods, version=version)
    return Decision(replace(action, dates_version=version, dates_locked=True), (validated,))


def unlock_dates(action: Action, command: UnlockDates, command_id: UUID) -> Decision[Action]:
    """One more validation, by an agent who says why (DAT-3)."""
    admit(action, command)
    if not action.dates_locked:
        raise DatesNotLocked
    text = written(action, command.reason, command_id)
    version = action.dates_version + 1
    unlocked = DatesUnlocked(reason=PersonalRef(id=text.id, version=text.version), version=version)
    return Decision(replace(action, dates_version=version, dates_locked=False), (unlocked,), (text,))
