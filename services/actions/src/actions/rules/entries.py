"""Entry dates: one list, a date per trainee, one confirmation; after the opening `declarations` decides (TRN-6, TRN-9)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from contracts.actions import (
    ConfirmEntryDates,
    EntryDate,
    EntryDatesConfirmed,
    EntryRequested,
    TraineeChanged,
    TraineeEntered,
    TraineeNeverCame,
)
from contracts.envelope import CommandRef
from contracts.message import Event
from contracts.personal import PersonalRecord, TraineeSheet
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.actions import SheetIncomplete, TraineeLocked
from contracts.refusals.common import NotFound

from .action import Action, Presence, Recorded, Trainee, admit
from .asks import ask
from .sheet import is_complete, wrong_entry
from .trainee import described, recorded

Sheets = Mapping[UUID, TraineeSheet]
"""The latest sheet of every trainee that a list names."""


def confirm_entries(action: Action, command: ConfirmEntryDates, sheets: Sheets, asker: CommandRef) -> Recorded:
    """Confirms the dates, and who never came (TRN-9). Once the action is open, asks for what the list changes.

    Raises every fault of the list at once, `item` being the trainee's id.
    """
    admit(action, command)
    refuse_all(list(_wrong(action, command)))
    entries = tuple({entry.trainee_id: entry for entry in command.entries}.values())
    if not action.opened:
        return confirmed(action, entries, sheets)
    if not any(_changes(action, entry) for entry in entries):
        return action, [], []
    # The whole list, so that a fault's field means the same place in the command.
    return *ask(action, EntryRequested(entries=entries), asker), []


def confirmed(action: Action, entries: Sequence[EntryDate], sheets: Sheets) -> Recorded:
    """Dates and no-shows before the opening, which waits for them (OPN-1)."""
    after, events, records = _applied(action, entries, sheets)
    dated = tuple(entry for entry in entries if entry.entered_on)
    return after, [*events, *([EntryDatesConfirmed(entries=dated)] if dated else [])], records


def entered(action: Action, entries: Sequence[EntryDate], sheets: Sheets) -> Recorded:
    """What `declarations` granted: who is in training since when, and who never came (TRN-6). What stays as it was is not said again."""
    changes = [entry for entry in entries if _changes(action, entry)]
    after, events, records = _applied(action, changes, sheets)
    present = {entry.trainee_id: entry.entered_on for entry in changes if entry.entered_on}
    in_training = {one: replace(after.trainees[one], presence=Presence.ENTERED) for one in present}
    dates = [TraineeEntered(trainee_id=one, entered_on=day) for one, day in present.items()]
    return after.with_trainees(in_training), [*events, *dates], records


def _applied(action: Action, entries: Sequence[EntryDate], sheets: Sheets) -> Recorded:
    """Each date goes into its sheet too: a page shows one date, and the age bracket follows from it (TRN-2)."""
    trainees: dict[UUID, Trainee] = {}
    events: list[Event] = []
    records: list[PersonalRecord] = []
    for entry in entries:
        one, trainee = entry.trainee_id, action.trainees[entry.trainee_id]
        if entry.entered_on is None:
            trainee = replace(trainee, presence=Presence.NEVER_CAME, entry=None, unlocked=False)
            events.append(TraineeNeverCame(trainee_id=one))
        else:
            moved = trainee.entered and trainee.entry != entry.entered_on
            trainee = replace(trainee, entry=entry.entered_on, unlocked=trainee.unlocked and not moved)
            if sheets[one].entry_date != entry.entered_on:
                sheet = sheets[one].model_copy(update={"entry_date": entry.entered_on})
                trainee = replace(trainee, sheet=trainee.sheet + 1, complete=is_complete(sheet))
                events.append(described(TraineeChanged, one, sheet, trainee.sheet))
                records.append(recorded(action, one, sheet, trainee.sheet))
        trainees[one] = trainee
    return action.with_trainees(trainees), events, records


def _changes(action: Action, entry: EntryDate) -> bool:
    trainee = action.trainees[entry.trainee_id]
    return not trainee.entered or trainee.entry != entry.entered_on


def _wrong(action: Action, command: ConfirmEntryDates) -> Iterator[Refusal]:
    for index, entry in enumerate(command.entries):
        trainee, item = action.trainees.get(entry.trainee_id), str(entry.trainee_id)
        if trainee is None or not trainee.counts:
            yield NotFound(item=item)
        elif entry.entered_on and _changes(action, entry):
            yield from wrong_entry(action, entry.entered_on, f"entries.{index}.entered_on", item)
            if trainee.entered and not trainee.unlocked:
                yield TraineeLocked(item=item, trainee=item)
            elif action.opened and not trainee.complete:
                yield SheetIncomplete(item=item, trainee=item)
