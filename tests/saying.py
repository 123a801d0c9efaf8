"""What `actions` and `declarations` say of what a test tells: their own rules, over states that follow from its events."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from actions.rules.action import Action as Contract
from actions.rules.action import Person, Presence, Stage, Trainee, Trainer
from actions.rules.asked import PlannedDates
from actions.rules.preparation import preparation_changed
from actions.rules.terms import terms_of
from contracts import actions, awards, declarations, requests
from contracts.codes import Standing
from contracts.message import Message
from contracts.month import Month
from contracts.proofs import (
    NotedProof,
    NoteProofs,
    ProofSent,
    ProofsNoted,
    ProofWithdrawn,
    SeenProof,
    SendProof,
    WithdrawProof,
)
from declarations.rules import action as declared_action
from declarations.rules import proofs
from declarations.rules.action import Declaration, Exit, SavedLine
from declarations.rules.hours import Added, Line
from declarations.rules.said import said


@dataclass
class Saying:
    """Both services' states, by contract number."""

    contracts: dict[str, Contract] = field(default_factory=dict)
    declared: dict[str, declared_action.Action] = field(default_factory=dict)

    def after(self, key: str, messages: Iterable[Message]) -> list[Message]:
        """What both say once `messages` have happened under `key`; nothing when where the action stands is as it was."""
        contract, declared = self.contracts.get(key), self.declared.get(key)
        for message in messages:
            if isinstance(message, awards.ActionAwarded):
                self._award(key, message)
            elif key in self.contracts:
                self.contracts[key] = _prepared(self.contracts[key], message)
                self.declared[key] = _declared(self.declared[key], message)
        if key not in self.contracts:
            return []
        return [*preparation_changed(contract, self.contracts[key]), *said(declared, self.declared[key])]

    def _award(self, key: str, event: awards.ActionAwarded) -> None:
        trainers = tuple(Trainer(trainer.id, trainer.version) for trainer in event.trainers)
        self.contracts[key] = Contract(key, terms_of(event.terms), Person(event.agent.id), trainers)
        self.declared[key] = declared_action.awarded(event.terms)


def _prepared(action: Contract, message: Message) -> Contract:
    match message:
        case actions.DatesValidated():
            return replace(action, dates_locked=True)
        case actions.DatesUnlocked():
            return replace(action, dates_locked=False)
        case actions.TrainersConfirmed():
            return replace(action, trainers_confirmed=True)
        case requests.TrainersChanged():
            return replace(action, trainers_confirmed=action.trainers_confirmed and action.opened)
        case requests.ContractAmended():
            return replace(action, amendments=(*action.amendments, PlannedDates(message.planned_start, message.planned_end)))
        case actions.TraineeRegistered():
            known = action.trainees.get(message.trainee_id, Trainee(0, complete=False, paid_by=None))
            sheet = replace(known, sheet=message.sheet.version, complete=message.complete, paid_by=message.paid_by)
            return action.with_trainees({message.trainee_id: sheet})
        case actions.EntryDatesConfirmed():
            for entry in message.entries:
                known = action.trainees.get(entry.trainee_id, Trainee(0, complete=False, paid_by=None))
                presence = known.presence if entry.entered_on else Presence.NEVER_CAME
                action = action.with_trainees({entry.trainee_id: replace(known, entry=entry.entered_on, presence=presence)})
            return action
        case actions.TraineeEntered():
            entered = replace(action.trainees[message.trainee_id], entry=message.entered_on, presence=Presence.ENTERED)
            return action.with_trainees({message.trainee_id: entered})
        case actions.TraineeNeverCame() | actions.TraineeRemoved():
            presence = Presence.NEVER_CAME if isinstance(message, actions.TraineeNeverCame) else Presence.REMOVED
            return action.with_trainees({message.trainee_id: replace(action.trainees[message.trainee_id], presence=presence)})
        case actions.ActionOpened():
            return replace(action, stage=Stage.OPENED, actual_start=message.actual_start)
        case actions.ActionNotOpened():
            return replace(action, stage=Stage.NOT_OPENED)
        case actions.ActionClosed():
            return replace(action, stage=Stage.CLOSED)
        case awards.ActionWithdrawn():
            return replace(action, stage=Stage.WITHDRAWN)
    return action


def _declared(action: declared_action.Action, message: Message) -> declared_action.Action:
    match message:
        case actions.DatesValidated():
            return declared_action.dated(action, message.periods)
        case actions.TraineeRegistered():
            return declared_action.registered(action, message.trainee_id)
        case actions.ActionOpened():
            return declared_action.opened(action, message.actual_start)
        case actions.TraineeEntered():
            return declared_action.entered(action, message.trainee_id, message.entered_on)
        case actions.TraineeNeverCame() | actions.TraineeRemoved():
            return action.without(message.trainee_id)
        case actions.EntryDatesConfirmed():
            for entry in message.entries:
                action = action if entry.entered_on else action.without(entry.trainee_id)
            return action
        case actions.ActionClosed():
            return replace(action, closed=True)
        case declarations.TraineeExited() | declarations.TraineeExitChanged():
            leaving = Exit.of(message.exit)
            until = action.planned_end if leaving and leaving.is_admissible else None
            left = replace(action.trainees[message.trainee_id], exit=leaving, exit_version=message.version, paid_until=until)
            return action.with_trainee(message.trainee_id, left)
        case declarations.LineSaved():
            known = action.declaration(message.month)
            saved = {**known.lines, message.trainee_id: SavedLine(Line.of(message.line), message.version)}
            return action.with_declaration(message.month, replace(known, lines=saved))
        case declarations.MonthFilled():
            known = action.declaration(message.month)
            saved = known.lines | {line.trainee_id: SavedLine(Line.of(line.line), line.version) for line in message.lines}
            return action.with_declaration(message.month, replace(known, lines=saved))
        case declarations.MonthConfirmed():
            for month in message.passed_over:
                action = _moved(action, month, Standing.PASSED_OVER)
            action = _moved(action, message.month, Standing.CONFIRMED)
            added = {line.trainee_id: Added(line.added.centre, line.added.company) for line in message.lines if line.added}
            action = action.with_declaration(message.month, replace(action.declaration(message.month), added=added))
            return proofs.confirmed(
                action, message.month, ((line.trainee_id, kind) for line in message.lines for kind in line.proofs or ())
            )
        case declarations.MonthReopened():
            known = replace(action.declaration(message.month), standing=Standing.REOPENED, correct_by=message.correct_by, added={})
            return action.with_declaration(message.month, known)
        case ProofSent():
            return proofs.send(action, SendProof(proof=message.proof, file=message.file), message.file_id).state
        case ProofWithdrawn():
            return proofs.withdraw(action, WithdrawProof(proof=message.proof, file_id=message.file_id)).state
        case ProofsNoted():
            return proofs.note(action, NoteProofs(proofs=tuple(_seen(action, proof) for proof in message.proofs))).state
    return action


def _seen(action: declared_action.Action, noted: NotedProof) -> SeenProof:
    """As if whoever noted it had been shown the files that are there."""
    files = {(proof.trainee_id, proof.kind): proof.files for proof in action.declaration(noted.month).proofs}
    return SeenProof(**noted.model_dump(), files=files[noted.trainee_id, noted.kind])


def _moved(action: declared_action.Action, month: Month, to: Standing) -> declared_action.Action:
    known: Declaration = action.declaration(month)
    return action.with_declaration(month, replace(known, standing=to, correct_by=None))
