"""Trainees: within the contract's ceilings (TRN-1), changed freely until they have entered (TRN-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.decision import Decision
from contracts.actions import (
    ChangeTrainee,
    EntryDate,
    EntryDatesConfirmed,
    NewTrainee,
    PathwayRequested,
    RegisterTrainee,
    RegisterTrainees,
    RemovalRequested,
    RemoveTrainee,
    TraineeChanged,
    TraineeRegistered,
    TraineeRemoved,
    TraineeUnlocked,
    UnlockTrainee,
)
from contracts.answers import PersonalRef
from contracts.codes import RequestObject
from contracts.declarations import PathwayGranted
from contracts.envelope import made_id
from contracts.message import Event
from contracts.pathways import plan_of, planned
from contracts.personal import TraineeRecord, TraineeSheet, record_id
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.actions import EntryDateElsewhere, PersonListed, TraineeLocked, TraineeNotLocked
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.sheets import is_complete, person, wrong_sheet

from .action import Action, Asker, Presence, Trainee, admit
from .asked import Subject
from .asks import ask
from .requests import answered, applied, moot, used_up
from .sheet import described, recorded
from .text import written


def register(
    action: Action, command: RegisterTrainee, trainee_id: UUID, sheets: Mapping[UUID, TraineeSheet], day: date
) -> Decision[Action]:
    """A new trainee, within both ceilings (TRN-1), the sheet whole or partial (TRN-4); `sheets` are those of who is on the list.

    Raises every fault at once.
    """
    new = NewTrainee(sheet=command.sheet, namesake=command.namesake)
    return _register(action, command, {trainee_id: new}, [""], sheets, day)


def register_all(
    action: Action, command: RegisterTrainees, command_id: UUID, sheets: Mapping[UUID, TraineeSheet], day: date
) -> Decision[Action]:
    """The same for several, all or none, the ceilings over all of them (TRN-8); a fault's field begins with `trainees.<place>.`."""
    new = {made_id(action.number, command_id, place): trainee for place, trainee in enumerate(command.trainees)}
    return _register(action, command, new, [f"trainees.{place}." for place in range(len(new))], sheets, day)


def _register(
    action: Action,
    command: RegisterTrainee | RegisterTrainees,
    new: Mapping[UUID, NewTrainee],
    fields: Sequence[str],
    sheets: Mapping[UUID, TraineeSheet],
    day: date,
) -> Decision[Action]:
    admit(action, command)
    if not new.keys().isdisjoint(action.trainees):
        raise ChangedMeanwhile
    places, room = action.places_beside(), action.room_beside()
    faults = [
        *places.over_headcount(len(new)),
        *places.over_paid_headcount([trainee.sheet.paid_by for trainee in new.values()], f"{fields[0]}sheet.paid_by"),
    ]
    listed = {person(sheet) for sheet in sheets.values()}
    for at, trainee in zip(fields, new.values(), strict=True):
        faults += wrong_sheet(trainee.sheet, action.entry_days, room, day, partial=command.partial, at=f"{at}sheet")
        room = room.beside(planned(trainee.sheet.pathway)) if room else None
        if (who := person(trainee.sheet)) and who in listed and not trainee.namesake:
            faults.append(PersonListed(field=f"{at}namesake"))
        listed.add(who)
    refuse_all(faults)
    events = [described(TraineeRegistered, action, trainee_id, trainee.sheet, 1) for trainee_id, trainee in new.items()]
    records = [recorded(action, trainee_id, trainee.sheet, 1) for trainee_id, trainee in new.items()]
    trainees = {trainee_id: _kept(action, Trainee(0, complete=False, paid_by=None), trainee.sheet) for trainee_id, trainee in new.items()}
    return Decision(action.with_trainees(trainees), tuple(events), tuple(records))


def change(action: Action, command: ChangeTrainee, asker: Asker, day: date, request_id: UUID | None = None) -> Decision[Action]:
    """Another sheet (TRN-5): of one who has entered only once per unlocking, whole, and without its entry date (TRN-9).

    An entry date that was confirmed is confirmed anew when the sheet changes it. Raises every fault at once. For fewer hours of one who
    has entered, `declarations` is asked first: none of those that are stored may be left over (TRN-3). `request_id` is that of the request
    whose grant this is.
    """
    admit(action, command)
    sheet, trainee_id, trainee = command.sheet, command.trainee_id, action.on_list(command.trainee_id)
    if trainee.entered and not trainee.unlocked:
        raise TraineeLocked(item=str(trainee_id), trainee=str(trainee_id))
    if command.base_version != trainee.sheet:
        raise ChangedMeanwhile
    wrong = wrong_change(action, trainee_id, sheet, day, partial=command.partial and not trainee.entered)
    refuse_all([*entry_elsewhere(trainee_id, trainee, sheet.entry_date), *wrong])
    plan = plan_of(sheet.pathway)
    if plan and trainee.entered and _plans_less(trainee, sheet):
        id_ = record_id(action.number, f"{asker.command_id}-sheet")
        record = TraineeRecord(id=id_, version=1, contract_number=action.number, sheet=sheet)
        ref = PersonalRef(id=record.id, version=record.version)
        asked = PathwayRequested(trainee_id=trainee_id, pathway=plan, sheet=ref, request_id=request_id)
        return replace(ask(action, asked, asker), records=(record,))
    return changed(action, trainee_id, sheet)


def changed(action: Action, trainee_id: UUID, sheet: TraineeSheet) -> Decision[Action]:
    """The sheet, in the place of the one before, which uses up what unlocked it."""
    trainee = action.trainees[trainee_id]
    moved = trainee.entry is not None and sheet.entry_date not in (None, trainee.entry)
    after = replace(_kept(action, trainee, sheet), entry=sheet.entry_date if moved else trainee.entry, unlocked=False)
    events: list[Event] = [described(TraineeChanged, action, trainee_id, sheet, after.sheet)]
    if moved:
        events.append(EntryDatesConfirmed(entries=(EntryDate(trainee_id=trainee_id, entered_on=after.entry),)))
    record = recorded(action, trainee_id, sheet, after.sheet)
    action, _ = used_up(action, Subject(RequestObject.TRAINEE, trainee_id))
    return Decision(action.with_trainees({trainee_id: after}), tuple(events), (record,))


def agreed(action: Action, granted: PathwayGranted, sheet: TraineeSheet) -> Decision[Action]:
    """`declarations` agreed to the pathway: the sheet is this one, and a request that waited for it is granted (TRN-3, REQ-2)."""
    if granted.request_id is None:
        return changed(action, granted.trainee_id, sheet)
    answer = applied(action, granted.request_id)
    after = changed(answer.state, granted.trainee_id, sheet)
    return replace(after, events=(*answer.events, *after.events))


def _kept(action: Action, trainee: Trainee, sheet: TraineeSheet) -> Trainee:
    """What this service knows of a trainee once this is their sheet."""
    complete, hours = is_complete(sheet, action.terms.kind), planned(sheet.pathway)
    return replace(trainee, sheet=trainee.sheet + 1, complete=complete, paid_by=sheet.paid_by, planned=hours)


def _plans_less(trainee: Trainee, sheet: TraineeSheet) -> bool:
    """Whether the sheet plans fewer hours in a place than were planned; than the contract's, when no pathway was."""
    return any(place not in trainee.planned or hours < trainee.planned[place] for place, hours in planned(sheet.pathway).items())


def wrong_change(action: Action, trainee_id: UUID, sheet: TraineeSheet, day: date, *, partial: bool) -> list[Refusal]:
    """What is wrong with another sheet, with its payer and with its pathway beside the others (TRN-1, TRN-3)."""
    over = action.places_beside(trainee_id).over_paid_headcount([sheet.paid_by], "sheet.paid_by")
    return [*over, *wrong_sheet(sheet, action.entry_days, action.room_beside(trainee_id), day, partial=partial)]


def entry_elsewhere(trainee_id: UUID, trainee: Trainee, entry: date | None) -> list[Refusal]:
    """The fault of a sheet that would move the entry date of who has entered: that is confirmed anew, in its list (TRN-9)."""
    if not trainee.entered or trainee.entry is None or entry in (None, trainee.entry):
        return []
    return [EntryDateElsewhere(field="sheet.entry_date", trainee=str(trainee_id), entered=trainee.entry)]


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
    action, withdrawn = moot(action, [trainee_id])
    return Decision(action.with_trainees({trainee_id: removed}), (TraineeRemoved(trainee_id=trainee_id), *withdrawn))


def unlock_trainee(action: Action, command: UnlockTrainee, command_id: UUID) -> Decision[Action]:
    """One change of the sheet of a trainee who has entered, by an agent who says why (TRN-5)."""
    admit(action, command)
    trainee = action.on_list(command.trainee_id)
    if not trainee.entered or trainee.unlocked:
        raise TraineeNotLocked(item=str(command.trainee_id), trainee=str(command.trainee_id))
    text = written(action, command.reason, command_id)
    return replace(unlocked(action, command.trainee_id, PersonalRef(id=text.id, version=text.version)), records=(text,))


def unlocked(action: Action, trainee_id: UUID, reason: PersonalRef) -> Decision[Action]:
    """The locked sheet may be changed once; who asked for it has the answer (REQ-1)."""
    answer, request_id = answered(action, Subject(RequestObject.TRAINEE, trainee_id))
    event = TraineeUnlocked(trainee_id=trainee_id, reason=reason, request_id=request_id)
    trainee = replace(action.trainees[trainee_id], unlocked=True)
    return Decision(answer.state.with_trainees({trainee_id: trainee}), (*answer.events, event))
