"""Dates and periods: one validation locks them, an agent allows one more (DAT-2, DAT-3)."""

from dataclasses import replace
from uuid import UUID

from chassis.decision import Decision
from contracts.actions import DatesUnlocked, DatesValidated, UnlockDates, ValidateDates
from contracts.answers import PersonalRef
from contracts.codes import RequestObject
from contracts.periods import wrong_periods
from contracts.refusals import refuse_all
from contracts.refusals.actions import DatesLocked, DatesNotLocked
from contracts.refusals.common import ChangedMeanwhile

from .action import Action, admit
from .asked import Subject
from .requests import answered, used_up
from .text import written

DATES = Subject(RequestObject.DATES)


def validate_dates(action: Action, command: ValidateDates) -> Decision[Action]:
    """Keeps the periods, changed or not, and locks them (DAT-2). Raises every fault of every period at once."""
    admit(action, command)
    if action.dates_locked:
        raise DatesLocked
    if command.base_version != action.dates_version:
        raise ChangedMeanwhile
    refuse_all(wrong_periods(command.periods, action.planned.start, action.planned.end, "periods"))
    action, _ = used_up(action, DATES)
    version = action.dates_version + 1
    validated = DatesValidated(periods=command.periods, version=version)
    return Decision(replace(action, dates_version=version, dates_locked=True), (validated,))


def unlock_dates(action: Action, command: UnlockDates, command_id: UUID) -> Decision[Action]:
    """One more validation, by an agent who says why (DAT-3)."""
    admit(action, command)
    if not action.dates_locked:
        raise DatesNotLocked
    text = written(action, command.reason, command_id)
    return replace(unlocked(action, PersonalRef(id=text.id, version=text.version)), records=(text,))


def unlocked(action: Action, reason: PersonalRef) -> Decision[Action]:
    """Locked dates may be validated once more; who asked for it has the answer (REQ-1)."""
    answer, request_id = answered(action, DATES)
    version = action.dates_version + 1
    event = DatesUnlocked(reason=reason, version=version, request_id=request_id)
    return Decision(replace(answer.state, dates_version=version, dates_locked=False), (*answer.events, event))
