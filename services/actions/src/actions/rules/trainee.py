"""Trainees: within the contract's ceilings (TRN-1), changed freely until they have entered (TRN-5)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.decision import Decision
from contracts.actions import (
    ChangeTrainee,
    EntryDate,
    EntryDatesConfirmed,
    RegisterTrainee,
    RemovalRequested,
    RemoveTrainee,
    TraineeChanged,
    TraineeRegistered,
    TraineeRemoved,
    TraineeUnlocked,
    UnlockTrainee,
)
from contracts.answers import PersonalRef
from contracts.codes import PaidBy
from contracts.message import Event
from contracts.personal import TraineeSheet
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.actions import (
    EntryDateElsewhere,
    HeadcountReached,
    PaidHeadcountReached,
    TraineeLocked,
    TraineeNotLocked,
)
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.sheets import is_complete, wrong_sheet

from .action import Action, Asker, Presence, Trainee, admit
from .asks import ask
from .sheet import described, recorded
from .text import written


def register(action: Action, command: RegisterTrainee, trainee_id: UUID, day: date) -> Decision[Action]:
    """A new trainee, within both ceilings (TRN-1), the sheet whole or partial (TRN-4). Raises every fault at once."""
    admit(action, command)
    if trainee_id in action.trainees:
        raise ChangedMeanwhile
    faults = [*_over_headcount(action), *_over_paid_headcount(action, command.sheet, trainee_id)]
    refuse_all([*faults, *wrong_sheet(command.sheet, action.entry_days, day, partial=command.partial)])
    trainee = Trainee(sheet=1, complete=is_complete(command.sheet), paid_by=command.sheet.paid_by)
    registered = described(TraineeRegistered, action, trainee_id, command.sheet, trainee.sheet)
    record = recorded(action, trainee_id, command.sheet, trainee.sheet)
    return Decision(action.with_trainees({trainee_id: trainee}), (registered,), (record,))


def change(action: Action, command: ChangeTrainee, day: date) -> Decision[Action]:
    """Another sheet (TRN-5): of one who has entered only once per unlocking, whole, and without its entry date (TRN-9).

    An entry date that was confirmed is confirmed anew when the sheet changes it. Raises every fault at once.
    """
    admit(action, command)
    sheet, trainee_id, trainee = command.sheet, command.trainee_id, action.on_list(command.trainee_id)
    if trainee.entered and not trainee.unlocked:
        raise TraineeLocked(item=str(trainee_id), trainee=str(trainee_id))
    if command.base_version != trainee.sheet:
        raise ChangedMeanwhile
    faults = _over_paid_headcount(action, sheet, trainee_id)
    moved = trainee.entry is not None and sheet.entry_date not in (None, trainee.entry)
    if trainee.entered and trainee.entry and moved:
        faults.append(EntryDateElsewhere(field="sheet.entry_date", trainee=str(trainee_id), entered=trainee.entry))
    refuse_all([*faults, *wrong_sheet(sheet, action.entry_days, day, partial=command.partial and not trainee.entered)])
    changed = replace(
        trainee,
        sheet=trainee.sheet + 1,
        complete=is_complete(sheet),
        paid_by=sheet.paid_by,
        entry=sheet.entry_date if moved else trainee.entry,
        unlocked=False,
    )
    events: list[Event] = [described(TraineeChanged, action, trainee_id, sheet, changed.sheet)]
    if moved:
        events.append(EntryDatesConfirmed(entries=(EntryDate(trainee_id=trainee_id, entered_on=changed.entry),)))
    record = recorded(action, trainee_id, sheet, changed.sheet)
    return Decision(action.with_trainees({trainee_id: changed}), tuple(events), (record,))


def remove(action: Action, command: RemoveTrainee, asker: Asker) -> Decision[Action]:
    """Off the list (TRN-5): at once, or, for one who has entered, once `declarations` says that no hours are recorded."""
    admit(action, command)
    trainee = action.trainees.get(command.trainee_id)
    if trainee is None or trainee.presence is Presence.REMOVED:
        raise NotFound(item=str(command.trainee_id))
    if trainee.entered:
        return ask(action, RemovalRequested(trainee_id=command.trainee_id), asker)
    return take_off(action, command.trainee_id)


def take_off(action: Action, trainee_id: UUID) -> Decision[Action]:
    """Removed; the id is never used again, for its records stay known (TRN-5)."""
    removed = replace(action.trainees[trainee_id], presence=Presence.REMOVED)
    return Decision(action.with_trainees({trainee_id: removed}), (TraineeRemoved(trainee_id=trainee_id),))


def unlock_trainee(action: Action, command: UnlockTrainee, command_id: UUID) -> Decision[Action]:
    """One change of the sheet of a trainee who has entered, by an agent who says why (TRN-5)."""
    admit(action, command)
    trainee = action.on_list(command.trainee_id)
    if not trainee.entered or trainee.unlocked:
        raise TraineeNotLocked(item=str(command.trainee_id), trainee=str(command.trainee_id))
    text = written(action, command.reason, command_id)
    unlocked = TraineeUnlocked(trainee_id=command.trainee_id, reason=PersonalRef(id=text.id, version=text.version))
    return Decision(action.with_trainees({command.trainee_id: replace(trainee, unlocked=True)}), (unlocked,), (text,))


def _over_headcount(action: Action) -> list[Refusal]:
    return [HeadcountReached(ceiling=action.terms.headcount)] if action.is_full else []


def _over_paid_headcount(action: Action, sheet: TraineeSheet, trainee_id: UUID) -> list[Refusal]:
    """Counts the others: a trainee whom the Region pays already keeps the place."""
    if sheet.paid_by is not PaidBy.REGION:
        return []
    ceiling = action.terms.paid_headcount
    others = sum(trainee.paid_by is PaidBy.REGION for other, trainee in action.counted.items() if other != trainee_id)
    return [PaidHeadcountReached(field="sheet.paid_by", ceiling=ceiling)] if others >= ceiling else []
