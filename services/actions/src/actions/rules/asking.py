"""Asking for a change of what is locked (REQ-1): checked as if it were saved, and kept until the Region answers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import assert_never
from uuid import UUID

from chassis.decision import Decision
from contracts.answers import PersonalRef
from contracts.pathways import planned
from contracts.personal import PersonalRecord, TraineeRecord, TrainerRecord, record_id
from contracts.refusals import refuse_all
from contracts.refusals.actions import DatesNotLocked, TraineeNotLocked
from contracts.refusals.common import ChangedMeanwhile
from contracts.refusals.requests import NoChangeAsked, RequestAlreadyOpen, TrainersNotLocked
from contracts.requests import (
    Change,
    ChangeRequested,
    DatesChange,
    PlannedDatesChange,
    RequestChange,
    RequestedChange,
    RequestedSheet,
    RequestedTrainer,
    RequestedTrainers,
    SheetChange,
    TrainersChange,
)

from . import amendments, grants
from .action import Action, admit
from .asked import Asked, AskedDates, AskedPlannedDates, AskedSheet, AskedTrainer, AskedTrainers, PlannedDates, Request, Subject
from .grants import People
from .period import kept
from .text import written
from .trainee import wrong_change

Put = tuple[Asked, RequestedChange, tuple[PersonalRecord, ...]]
"""A change as it is kept, as the log says it, and what is personal of it."""


def request_change(action: Action, command: RequestChange, request_id: UUID, people: People, day: date) -> Decision[Action]:
    """What is locked shall be changed so, and why (REQ-1); one request at a time about one thing.

    Raises what saving it would raise, with the same fields; RequestAlreadyOpen; NoChangeAsked; and what says that it is not locked at all.
    """
    admit(action, command)
    change = command.change
    subject = Subject(change.object, change.trainee_id if isinstance(change, SheetChange) else None)
    if any(request.subject == subject and not request.granted for request in action.requests.values()):
        raise RequestAlreadyOpen
    match change:
        case DatesChange():
            asked, said, records = _put_dates(action, change, request_id)
        case PlannedDatesChange():
            asked, said, records = _put_planned_dates(action, change)
        case SheetChange():
            asked, said, records = _put_sheet(action, change, request_id, people, day)
        case TrainersChange():
            asked, said, records = _put_trainers(action, change, request_id, people)
        case _:
            assert_never(change)
    text = written(action, command.reason, request_id)
    requested = ChangeRequested(request_id=request_id, change=said, reason=PersonalRef(id=text.id, version=text.version))
    after = replace(action, requests={**action.requests, request_id: Request(asked)})
    return Decision(after, (requested,), (*records, text))


def about(action: Action, change: Change) -> Iterable[str]:
    """The ids of the records of people that `request_change` needs: those of whom it is about, as they are."""
    match change:
        case SheetChange():
            return [record_id(action.number, change.trainee_id)]
        case TrainersChange():
            return [trainer.id for trainer in action.trainers]
        case _:
            return []


def _put_dates(action: Action, change: DatesChange, request_id: UUID) -> Put:
    if not action.dates_locked:
        raise DatesNotLocked
    asked = AskedDates(kept(change.periods), change.base_version)
    grants.save(action, asked, request_id, {})
    return asked, change, ()


def _put_planned_dates(action: Action, change: PlannedDatesChange) -> Put:
    asked = AskedPlannedDates(PlannedDates(change.planned_start, change.planned_end), kept(change.periods), change.base_version)
    refuse_all(list(amendments.against(action, asked)))
    return asked, change, ()


def _put_sheet(action: Action, change: SheetChange, request_id: UUID, people: People, day: date) -> Put:
    """It may have another entry date too, which is not changed with it: its grant unlocks the entry dates as well (TRN-9)."""
    trainee_id, trainee, sheet = change.trainee_id, action.on_list(change.trainee_id), change.sheet
    if not trainee.entered or trainee.unlocked:
        raise TraineeNotLocked(item=str(trainee_id), trainee=str(trainee_id))
    if change.base_version != trainee.sheet:
        raise ChangedMeanwhile
    known = people.get(record_id(action.number, trainee_id))
    if isinstance(known, TraineeRecord) and known.sheet == sheet:
        raise NoChangeAsked
    refuse_all(wrong_change(action, trainee_id, sheet, day, partial=False))
    record = TraineeRecord(id=record_id(action.number, f"{request_id}-sheet"), version=1, contract_number=action.number, sheet=sheet)
    ref = PersonalRef(id=record.id, version=record.version)
    said = RequestedSheet(trainee_id=trainee_id, sheet=ref, paid_by=sheet.paid_by, base_version=change.base_version)
    asked = AskedSheet(trainee_id, record.id, sheet.paid_by, sheet.entry_date, change.base_version, planned=planned(sheet.pathway))
    return asked, said, (record,)


def _put_trainers(action: Action, change: TrainersChange, request_id: UUID, people: People) -> Put:
    """Who stays as they are is named by their own record."""
    if action.trainers_unlocked:
        raise TrainersNotLocked
    known = {trainer.id: trainer for trainer in action.trainers}
    listed: list[RequestedTrainer] = []
    records: list[PersonalRecord] = []
    for place, trainer in enumerate(change.trainers):
        before, record = known.get(trainer.id or ""), people.get(trainer.id or "")
        if before and isinstance(record, TrainerRecord) and record.sheet == trainer.sheet:
            listed.append(RequestedTrainer(id=before.id, sheet=PersonalRef(id=before.id, version=before.sheet)))
            continue
        id_ = record_id(action.number, f"{request_id}-trainer-{place}")
        records.append(TrainerRecord(id=id_, version=1, contract_number=action.number, sheet=trainer.sheet))
        listed.append(RequestedTrainer(id=trainer.id, sheet=PersonalRef(id=id_, version=1)))
    if not records and [trainer.id for trainer in listed] == list(known):
        raise NoChangeAsked
    asked = AskedTrainers(tuple(AskedTrainer(trainer.id, trainer.sheet.id) for trainer in listed), change.base_version)
    grants.save(action, asked, request_id, {**people, **{record.id: record for record in records}})
    return asked, RequestedTrainers(trainers=tuple(listed), base_version=change.base_version), tuple(records)
