"""Entering, having another entry date, leaving the list, once the action is open: what `actions` asks (TRN-5, TRN-6, TRN-9)."""

from datetime import date
from uuid import UUID

from contracts.actions import EntryRequested, RemovalRequested
from contracts.declarations import EntryGranted, RemovalGranted
from contracts.month import Month
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.declarations import (
    EntryAfterClosing,
    EntryAfterExit,
    EntryMonthConfirmed,
    EntryMonthPassedOver,
    EntryOutsideTraining,
    HoursBeforeEntry,
    HoursRecorded,
)

from .action import Action, Decided, Standing, Trainee, entered


def grant_entries(action: Action, ask: EntryRequested) -> Decided:
    """All of these entries, or none: each between actual start and planned end and in a month that is not confirmed (TRN-6); a changed one
    leaves no confirmed month and no line outside the presence; who never came has no line, zeros too (TRN-9). Nobody once closed.
    """
    if action.closed:
        raise EntryAfterClosing
    wrong: list[Refusal] = []
    after = action
    for number, entry in enumerate(ask.entries):
        if entry.entered_on is None:
            wrong += recorded(action, entry.trainee_id)
            after = after.without(entry.trainee_id)
        else:
            wrong += wrong_entry(action, entry.trainee_id, entry.entered_on, f"entries.{number}.entered_on")
            after = entered(after, entry.trainee_id, entry.entered_on)
    refuse_all(wrong)
    return after, [EntryGranted(entries=ask.entries)]


def wrong_entry(action: Action, trainee_id: UUID, on: date, field: str) -> list[Refusal]:
    """What is wrong with the entry date of a trainee who enters, or who had another one (TRN-6)."""
    item, month = str(trainee_id), Month.of(on)
    trainee = action.trainees.get(trainee_id, Trainee())
    if on == trainee.entered_on:
        return []
    if not action.actual_start or not action.actual_start <= on <= action.planned_end:
        first = action.actual_start or on
        return [EntryOutsideTraining(item=item, field=field, first=first, last=action.planned_end)]
    wrong: list[Refusal] = []
    months = {month, Month.of(trainee.entered_on)} if trainee.entered_on else {month}
    confirmed = sorted(either for either in months if action.standing(either) is Standing.CONFIRMED)
    wrong += [EntryMonthConfirmed(item=item, field=field, month=either) for either in confirmed]
    if action.standing(month) is Standing.PASSED_OVER:
        wrong.append(EntryMonthPassedOver(item=item, field=field, month=month))
    if trainee.exit and on > trainee.exit.on:
        wrong.append(EntryAfterExit(item=item, field=field, trainee=item, exit=trainee.exit.on))
    if before := next((saved for saved, _ in action.lines(trainee_id) if saved < month), None):
        wrong.append(HoursBeforeEntry(item=item, field=field, month=before))
    return wrong


def grant_removal(action: Action, ask: RemovalRequested) -> Decided:
    """The trainee leaves the list and every month: no line is saved, zeros too (TRN-5)."""
    refuse_all(recorded(action, ask.trainee_id))
    return action.without(ask.trainee_id), [RemovalGranted(trainee_id=ask.trainee_id)]


def recorded(action: Action, trainee_id: UUID) -> list[Refusal]:
    """Why the trainee stays on the list: a line is saved in this month (TRN-5)."""
    item, month = str(trainee_id), next((saved for saved, _ in action.lines(trainee_id)), None)
    return [HoursRecorded(item=item, trainee=item, month=month)] if month else []
