"""Entering, having another entry date, leaving the list, once the action is open: what `actions` asks (TRN-5, TRN-6, TRN-9)."""

from datetime import date
from uuid import UUID

from chassis.decision import Decision
from contracts.actions import EntryRequested, RemovalRequested
from contracts.codes import Standing
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

from .action import Action, Trainee, entered

SHUT = {Standing.CONFIRMED: EntryMonthConfirmed, Standing.PASSED_OVER: EntryMonthPassedOver}
"""Months that take no entry any more (TRN-6, DEC-7), and what says so."""


def can_enter(action: Action) -> bool:
    """Whether there is a month left in which somebody may enter (TRN-6)."""
    return not action.closed and any(action.standing(month) not in SHUT for month in action.months)


def grant_entries(action: Action, ask: EntryRequested) -> Decision[Action]:
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
    return Decision(after, (EntryGranted(entries=ask.entries),))


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
    for touched in sorted({month, Month.of(trainee.entered_on)} if trainee.entered_on else {month}):
        if shut := SHUT.get(action.standing(touched)):
            wrong.append(shut(item=item, field=field, month=touched))
    if trainee.exit and on > trainee.exit.on:
        wrong.append(EntryAfterExit(item=item, field=field, trainee=item, exit=trainee.exit.on))
    if before := next((saved for saved, _ in action.lines(trainee_id) if saved < month), None):
        wrong.append(HoursBeforeEntry(item=item, field=field, month=before))
    return wrong


def grant_removal(action: Action, ask: RemovalRequested) -> Decision[Action]:
    """The trainee leaves the list and every month: no line is saved, zeros too (TRN-5)."""
    refuse_all(recorded(action, ask.trainee_id))
    return Decision(action.without(ask.trainee_id), (RemovalGranted(trainee_id=ask.trainee_id),))


def recorded(action: Action, trainee_id: UUID) -> list[Refusal]:
    """Why the trainee stays on the list: a line is saved in this month, or it added hours (TRN-5)."""
    item, month = str(trainee_id), next((month for month, _ in (*action.lines(trainee_id), *action.added(trainee_id))), None)
    return [HoursRecorded(item=item, trainee=item, month=month)] if month else []
