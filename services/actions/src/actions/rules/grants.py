"""What a grant does: it unlocks for one change, or has the change saved by the rule that saves it anyway (REQ-1, REQ-2)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import assert_never
from uuid import UUID

from chassis.decision import Decision
from contracts.actions import ChangeTrainee, ValidateDates
from contracts.codes import RequestObject
from contracts.personal import PersonalRecord, TraineeRecord, TraineeSheet, TrainerRecord, TrainerSheet
from contracts.refusals.requests import NothingUnlocked
from contracts.requests import GrantRequest, ListedTrainer, SaveTrainers, TakeBackUnlocking, UnlockingTakenBack

from . import amendments, dates, trainee, trainers
from .action import Action, Asker, admit
from .asked import AskedDates, AskedPlannedDates, AskedSheet, AskedTrainers, Subject
from .period import sent
from .requests import applied, reason_of, undecided, used_up

People = Mapping[str, PersonalRecord]
"""Records of people, by id: those that `named` names."""


def grant(action: Action, command: GrantRequest, asker: Asker, people: People, day: date) -> Decision[Action]:
    """Unlocks what is asked for one change; or changes it, checked as if the organisation had saved it (REQ-2).

    Planned dates are an amendment, for which `declarations` is asked (DAT-4). Raises what stands against it, RequestNotOpen, InProgress.
    """
    admit(action, command)
    asked = undecided(action, command.request_id).asked
    if isinstance(asked, AskedPlannedDates):
        return amendments.request_amendment(action, asked, asker)
    if not command.apply:
        return _unlocked(action, asked, command.request_id)
    if isinstance(asked, AskedSheet):
        return _change_sheet(action, asked, command.request_id, asker, people, day)
    granted = applied(action, command.request_id)
    saved = save(granted.state, asked, asker.command_id, people)
    return replace(saved, events=(*granted.events, *saved.events))


def save(action: Action, asked: AskedDates | AskedTrainers, command_id: UUID, people: People) -> Decision[Action]:
    """The change is made, by the rule by which the organisation makes it when it is unlocked. Raises what that rule raises."""
    match asked:
        case AskedDates():
            command = ValidateDates(periods=sent(asked.periods), base_version=asked.base_version)
            return dates.validate_dates(replace(action, dates_locked=False), command)
        case AskedTrainers():
            listed = tuple(ListedTrainer(id=of.id, sheet=_trainer(people, of.sheet)) for of in asked.trainers)
            known = {of.id: _trainer(people, of.id) for of in action.trainers}
            saving = SaveTrainers(trainers=listed, base_version=asked.base_version)
            return trainers.save_trainers(replace(action, trainers_unlocked=True), saving, command_id, known)
        case _:
            assert_never(asked)


def _change_sheet(action: Action, asked: AskedSheet, request_id: UUID, asker: Asker, people: People, day: date) -> Decision[Action]:
    """The sheet is changed as asked; or `declarations` is asked about its pathway, and the request stays open until the answer (TRN-3)."""
    granted = applied(action, request_id)
    unlocked = replace(action.on_list(asked.trainee_id), unlocked=True)
    command = ChangeTrainee(trainee_id=asked.trainee_id, sheet=sheet_of(people, asked.sheet), base_version=asked.base_version)
    saved = trainee.change(granted.state.with_trainees({asked.trainee_id: unlocked}), command, asker, day, request_id)
    if saved.waits:
        return replace(saved, state=replace(action, pending=saved.state.pending))
    return replace(saved, events=(*granted.events, *saved.events))


def named(action: Action, request_id: UUID) -> Iterable[str]:
    """The ids of the records of people that a grant needs: those that are asked for, and of those on the list of trainers."""
    request = action.requests.get(request_id)
    match request.asked if request else None:
        case AskedSheet(sheet=sheet):
            return [sheet]
        case AskedTrainers(trainers=asked):
            return [*(of.id for of in action.trainers), *(of.sheet for of in asked)]
        case _:
            return []


def take_back(action: Action, command: TakeBackUnlocking) -> Decision[Action]:
    """What is unlocked and not yet changed is locked again, as it stands (REQ-2). Raises NothingUnlocked."""
    admit(action, command)
    subject = Subject(command.object, command.trainee_id)
    action, request_id = used_up(action, subject)
    after, version = _locked(action, subject)
    taken_back = UnlockingTakenBack(object=subject.object, trainee_id=subject.trainee_id, version=version, request_id=request_id)
    return Decision(after, (taken_back,))


def _unlocked(action: Action, asked: AskedDates | AskedSheet | AskedTrainers, request_id: UUID) -> Decision[Action]:
    reason = reason_of(action, request_id)
    match asked:
        case AskedDates():
            return dates.unlocked(action, reason)
        case AskedSheet():
            return trainee.unlocked(action, asked.trainee_id, reason)
        case AskedTrainers():
            return trainers.unlocked(action, reason)
        case _:
            assert_never(asked)


def _locked(action: Action, subject: Subject) -> tuple[Action, int]:
    """The action with it locked again, and the version that it has then."""
    match subject.object:
        case RequestObject.DATES if action.dates_unlocked:
            version = action.dates_version + 1
            return replace(action, dates_locked=True, dates_version=version), version
        case RequestObject.TRAINEE if subject.trainee_id and (unlocked := action.on_list(subject.trainee_id)).unlocked:
            return action.with_trainees({subject.trainee_id: replace(unlocked, unlocked=False)}), unlocked.sheet
        case RequestObject.TRAINERS if action.trainers_unlocked:
            return replace(action, trainers_unlocked=False), action.trainers_version
        case _:
            raise NothingUnlocked


def sheet_of(people: People, id_: str) -> TraineeSheet:
    """The sheet in a trainee's record."""
    record = people[id_]
    assert isinstance(record, TraineeRecord)
    return record.sheet


def _trainer(people: People, id_: str) -> TrainerSheet:
    record = people[id_]
    assert isinstance(record, TrainerRecord)
    return record.sheet
