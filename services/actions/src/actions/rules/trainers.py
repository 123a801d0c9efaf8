"""Trainers: the list comes with the contract and is locked; an agent allows one change of it (TRA-1)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from chassis.decision import Decision
from contracts.actions import ConfirmTrainers, TrainersConfirmed
from contracts.answers import PersonalRef
from contracts.codes import RequestObject
from contracts.envelope import made_id
from contracts.personal import TrainerRecord, TrainerSheet, record_id
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.actions import TrainersAlreadyConfirmed
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.refusals.requests import TrainerFieldMissing, TrainersLocked, TrainersNotLocked, TrainerTwice
from contracts.requests import ListedTrainer, SaveTrainers, TrainersChanged, TrainersUnlocked, UnlockTrainers

from .action import Action, Trainer, admit
from .asked import Subject
from .requests import answered, used_up
from .text import written

TRAINERS = Subject(RequestObject.TRAINERS)
REQUIRED = ("last_name", "first_name", "field", "experience")
Sheets = Mapping[str, TrainerSheet]
"""The latest sheet of everybody on the list, by the id of the record."""


def confirm_trainers(action: Action, command: ConfirmTrainers) -> Decision[Action]:
    """The list of trainers holds (TRA-1)."""
    admit(action, command)
    if action.trainers_confirmed:
        raise TrainersAlreadyConfirmed
    return Decision(replace(action, trainers_confirmed=True), (TrainersConfirmed(),))


def save_trainers(action: Action, command: SaveTrainers, command_id: UUID, sheets: Sheets) -> Decision[Action]:
    """Another list, all of it, once per unlocking; before the opening it is to be confirmed again when it is another one (TRA-1).

    Who is on it already keeps their id, and has another version when their sheet is another. Raises every fault at once.
    """
    admit(action, command)
    if not action.trainers_unlocked:
        raise TrainersLocked
    if command.base_version != action.trainers_version:
        raise ChangedMeanwhile
    refuse_all(list(_wrong(action, command.trainers)))
    known = {trainer.id: trainer for trainer in action.trainers}
    trainers: list[Trainer] = []
    records: list[TrainerRecord] = []
    for place, listed in enumerate(command.trainers):
        before = known.get(listed.id) if listed.id else None
        trainer = (
            Trainer(before.id, before.sheet + 1) if before else Trainer(record_id(action.number, made_id(action.number, command_id, place)))
        )
        if before and sheets.get(before.id) == listed.sheet:
            trainer = before
        else:
            records.append(TrainerRecord(id=trainer.id, version=trainer.sheet, contract_number=action.number, sheet=listed.sheet))
        trainers.append(trainer)
    is_another = tuple(trainers) != action.trainers
    action, _ = used_up(action, TRAINERS)
    after = replace(
        action,
        trainers=tuple(trainers),
        trainers_version=action.trainers_version + 1,
        trainers_unlocked=False,
        trainers_confirmed=action.trainers_confirmed and (action.opened or not is_another),
    )
    refs = tuple(PersonalRef(id=trainer.id, version=trainer.sheet) for trainer in trainers)
    return Decision(after, (TrainersChanged(trainers=refs, version=after.trainers_version),), tuple(records))


def unlock_trainers(action: Action, command: UnlockTrainers, command_id: UUID) -> Decision[Action]:
    """One change of the list, by an agent who says why (TRA-1)."""
    admit(action, command)
    if action.trainers_unlocked:
        raise TrainersNotLocked
    text = written(action, command.reason, command_id)
    return replace(unlocked(action, PersonalRef(id=text.id, version=text.version)), records=(text,))


def unlocked(action: Action, reason: PersonalRef) -> Decision[Action]:
    """The locked list may be changed once; who asked for it has the answer (REQ-1)."""
    answer, request_id = answered(action, TRAINERS)
    event = TrainersUnlocked(reason=reason, request_id=request_id)
    return Decision(replace(answer.state, trainers_unlocked=True), (*answer.events, event))


def _wrong(action: Action, trainers: tuple[ListedTrainer, ...]) -> Iterator[Refusal]:
    known, seen = {trainer.id for trainer in action.trainers}, set[str]()
    for place, listed in enumerate(trainers):
        at = f"trainers.{place}"
        if listed.id and listed.id not in known:
            yield NotFound(field=at, item=listed.id)
        elif listed.id in seen:
            yield TrainerTwice(field=at, item=listed.id)
        seen.add(listed.id or "")
        yield from (TrainerFieldMissing(field=f"{at}.sheet.{name}") for name in REQUIRED if not getattr(listed.sheet, name).strip())
