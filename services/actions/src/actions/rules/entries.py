"""Entry dates: one list, a date per trainee, one confirmation; after the opening `declarations` decides (TRN-6, TRN-9)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from chassis.decision import Decision
from contracts.actions import (
    ConfirmEntryDates,
    EntryDate,
    EntryDatesConfirmed,
    EntryRequested,
    TraineeChanged,
    TraineeEntered,
    TraineeNeverCame,
)
from contracts.codes import RequestObject
from contracts.message import Event
from contracts.personal import PersonalRecord, TraineeSheet
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.actions import SheetIncomplete, TraineeLocked
from contracts.refusals.common import NotFound
from contracts.sheets import is_complete, wrong_entry

from .action import Action, Asker, Presence, Trainee, admit
from .asked import Subject
from .asks import ask
from .requests import moot, used_up
from .sheet import described, recorded

Sheets = Mapping[UUID, TraineeSheet]
"""The latest sheet of every trainee that a list names."""


def confirm_entries(action: Action, command: ConfirmEntryDates, sheets: Sheets, asker: Asker) -> Decision[Action]:
    """Confirms the dates, and who never came (TRN-9). Once the action is open, asks for what the list changes.

    Raises every fault of the list at once, `item` being the trainee's id.
    """
    admit(action, command)
    refuse_all(list(_wrong(action, command)))
    entries = tuple({entry.trainee_id: entry for entry in command.entries}.values())
    if not action.opened:
        return confirmed(action, entries, sheets)
    if not any(_changes(action, entry) for entry in entries):
        return Decision(action)
    # The whole list, so that a fault's field means the same place in the command.
    return ask(action, EntryRequested(entries=entries), asker)


def confirmed(action: Action, entries: Sequence[EntryDate], sheets: Sheets) -> Decision[Action]:
    """Dates and no-shows before the opening, which waits for them (OPN-1)."""
    applied = _applied(action, entries, sheets)
    dated = tuple(entry for entry in entries if entry.entered_on)
    return replace(applied, events=(*applied.events, EntryDatesConfirmed(entries=dated))) if dated else applied


def entered(action: Action, entries: Sequence[EntryDate], sheets: Sheets) -> Decision[Action]:
    """What `declarations` granted: who is in training since when, and who never came (TRN-6). What stays as it was is not said again."""
    changes = [entry for entry in entries if _changes(action, entry)]
    applied = _applied(action, changes, sheets)
    days = {entry.trainee_id: entry.entered_on for entry in changes if entry.entered_on}
    in_training = {trainee_id: replace(applied.state.trainees[trainee_id], presence=Presence.ENTERED) for trainee_id in days}
    events = (TraineeEntered(trainee_id=trainee_id, entered_on=day) for trainee_id, day in days.items())
    return replace(applied, state=applied.state.with_trainees(in_training), events=(*applied.events, *events))


def _applied(action: Action, entries: Sequence[EntryDate], sheets: Sheets) -> Decision[Action]:
    """Each date goes into its sheet too: a page shows one date, and the age bracket follows from it (TRN-2)."""
    trainees: dict[UUID, Trainee] = {}
    events: list[Event] = []
    records: list[PersonalRecord] = []
    for entry in entries:
        trainee_id, trainee = entry.trainee_id, action.trainees[entry.trainee_id]
        if entry.entered_on is None:
            trainee = replace(trainee, presence=Presence.NEVER_CAME, entry=None, unlocked=False)
            action, withdrawn = moot(action, [trainee_id])
            events += [TraineeNeverCame(trainee_id=trainee_id), *withdrawn]
        else:
            if trainee.entered and trainee.entry != entry.entered_on:
                trainee = replace(trainee, unlocked=False)
                action, _ = used_up(action, Subject(RequestObject.TRAINEE, trainee_id))
            trainee = replace(trainee, entry=entry.entered_on)
            if sheets[trainee_id].entry_date != entry.entered_on:
                sheet = sheets[trainee_id].model_copy(update={"entry_date": entry.entered_on})
                trainee = replace(trainee, sheet=trainee.sheet + 1, complete=is_complete(sheet, action.terms.kind))
                events.append(described(TraineeChanged, action, trainee_id, sheet, trainee.sheet))
                records.append(recorded(action, trainee_id, sheet, trainee.sheet))
        trainees[trainee_id] = trainee
    return Decision(action.with_trainees(trainees), tuple(events), tuple(records))


def _changes(action: Action, entry: EntryDate) -> bool:
    trainee = action.trainees[entry.trainee_id]
    return not trainee.entered or trainee.entry != entry.entered_on


def _wrong(action: Action, command: ConfirmEntryDates) -> Iterator[Refusal]:
    for index, entry in enumerate(command.entries):
        trainee, item = action.trainees.get(entry.trainee_id), str(entry.trainee_id)
        if trainee is None or not trainee.counts:
            yield NotFound(item=item)
        elif entry.entered_on and _changes(action, entry):
            yield from wrong_entry(entry.entered_on, action.entry_days, f"entries.{index}.entered_on", item)
            if trainee.entered and not trainee.unlocked:
                yield TraineeLocked(item=item, trainee=item)
            elif action.opened and not trainee.complete:
                yield SheetIncomplete(item=item, trainee=item)
