"""Which documents a confirmed month calls for, what was sent of each, and what the Region noted (DEC-10). No amount depends on any of it:
a missing proof is a reason to reject an invoice, never a smaller one.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from chassis.decision import Decision
from contracts.codes import PROOF_OF_EXIT, UNEXCUSED, ProofKind, ProofNote, Standing
from contracts.lines import ZERO
from contracts.month import Month
from contracts.proofs import (
    MOST_FILES,
    NotedProof,
    NoteProofs,
    ProofKey,
    ProofSent,
    ProofsNoted,
    ProofWithdrawn,
    SeenProof,
    SendProof,
    WithdrawProof,
)
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile
from contracts.refusals.declarations import ProofAlreadyReceived, ProofNotCalledFor, ProofsWaitForCorrection, TooManyProofFiles

from .action import Action, Proof
from .hours import Absence, Line


def called_for(action: Action, month: Month, trainee_id: UUID, typed: Line) -> tuple[ProofKind, ...]:
    """What the `month` calls for of a trainee, given what was typed of them in it: one document for all excused hours, and that of the
    reason of an admissible exit in the month. What such an exit adds, in this month or a later one, calls for no other.
    """
    absent = (typed.centre.excused or ZERO) + (typed.company.excused or ZERO) > 0
    leaving = action.trainees[trainee_id].exit
    reason = leaving.reason if leaving and Month.of(leaving.on) == month else None
    return (*((ProofKind.ABSENCE,) if absent else ()), *((PROOF_OF_EXIT[reason],) if reason in PROOF_OF_EXIT else ()))


def confirmed(action: Action, month: Month, called: Iterable[tuple[UUID, ProofKind]]) -> Action:
    """The action whose `month` calls for these from now on. What is known of those that it called for already stays, but what was noted
    counts no more where what they prove has been corrected; the rest goes.
    """
    known = {(proof.trainee_id, proof.kind): proof for proof in action.declaration(month).proofs}
    proofs = []
    for each in called:
        proof, proves = known.get(each) or Proof(*each), _proves(action, month, *each)
        proofs.append(replace(proof, proves=proves, note=proof.note if proof.proves in (None, proves) else None))
    return action.with_declaration(month, replace(action.declaration(month), proofs=tuple(proofs)))


def lapsed(before: Action, after: Action, month: Month) -> tuple[ProofKey, ...]:
    """Of which proofs, still called for, what was noted counts no more since the `month` was confirmed again."""
    to_note = {(proof.trainee_id, proof.kind) for proof in after.declaration(month).proofs if proof.note is None}
    noted = (proof for proof in before.declaration(month).proofs if proof.note)
    return tuple(
        ProofKey(month=month, trainee_id=proof.trainee_id, kind=proof.kind) for proof in noted if (proof.trainee_id, proof.kind) in to_note
    )


def _proves(action: Action, month: Month, trainee_id: UUID, kind: ProofKind) -> tuple[Absence, ...] | date | None:
    """What the document is of: the excused absences, whose hours are the excused hours (DEC-4), or the day of the exit."""
    if kind is not ProofKind.ABSENCE:
        leaving = action.trainees[trainee_id].exit
        return leaving.on if leaving else None
    saved = action.declaration(month).lines.get(trainee_id)
    absences = saved.line.absences if saved else ()
    return tuple(sorted((each for each in absences if each.reason not in UNEXCUSED), key=_in_order))


def _in_order(absence: Absence) -> tuple[str, str, str, str, Decimal]:
    """The same absences typed in another order are the same."""
    return str(absence.start), str(absence.end), str(absence.reason), str(absence.place), absence.hours or ZERO


def send(action: Action, command: SendProof, file_id: UUID) -> Decision[Action]:
    """A file came under this id. Raises ProofNotCalledFor, ProofAlreadyReceived, TooManyProofFiles."""
    proof = _still_open(action, command.proof)
    if len(proof.files) >= MOST_FILES:
        raise TooManyProofFiles(most=MOST_FILES)
    after = _with(action, command.proof, replace(proof, files=(*proof.files, file_id), note=None))
    return Decision(after, (ProofSent(proof=command.proof, file_id=file_id, file=command.file),))


def withdraw(action: Action, command: WithdrawProof) -> Decision[Action]:
    """A file is taken back, one that is not there changes nothing. Raises ProofNotCalledFor, ProofAlreadyReceived."""
    proof = _still_open(action, command.proof)
    if command.file_id not in proof.files:
        return Decision(action)
    files = tuple(file_id for file_id in proof.files if file_id != command.file_id)
    event = ProofWithdrawn(proof=command.proof, file_id=command.file_id)
    return Decision(_with(action, command.proof, replace(proof, files=files)), (event,))


def note(action: Action, command: NoteProofs) -> Decision[Action]:
    """What came and what is missing; all that cannot be noted is refused at once, and then nothing is noted.

    Raises ProofsWaitForCorrection for a month that is not confirmed, ProofNotCalledFor, and ChangedMeanwhile where other files are there
    than those that were shown, or another note.
    """
    wrong = [refusal for seen in command.proofs if (refusal := _against(action, seen))]
    refuse_all(wrong)
    noted = []
    for seen in command.proofs:
        proof = _find(action, seen)
        if proof.note is not seen.note:
            action = _with(action, seen, replace(proof, note=seen.note))
            noted.append(NotedProof(month=seen.month, trainee_id=seen.trainee_id, kind=seen.kind, note=seen.note))
    return Decision(action, (ProofsNoted(proofs=tuple(noted)),) if noted else ())


def _against(action: Action, seen: SeenProof) -> Refusal | None:
    """Why this cannot be noted of the proof; None when it can."""
    item = str(seen.trainee_id)
    if action.standing(seen.month) is Standing.REOPENED:
        return ProofsWaitForCorrection(item=item, month=seen.month)
    try:
        proof = _find(action, seen)
    except ProofNotCalledFor as refusal:
        return refusal
    changed = set(proof.files) != set(seen.files) or seen.was not in (None, proof.note or "nothing")
    return ChangedMeanwhile(item=item) if changed and proof.note is not seen.note else None


def _still_open(action: Action, key: ProofKey) -> Proof:
    proof = _find(action, key)
    if proof.note is ProofNote.RECEIVED:
        raise ProofAlreadyReceived(item=str(key.trainee_id))
    return proof


def _find(action: Action, key: ProofKey) -> Proof:
    for proof in action.declaration(key.month).proofs:
        if (proof.trainee_id, proof.kind) == (key.trainee_id, key.kind):
            return proof
    raise ProofNotCalledFor(item=str(key.trainee_id), month=key.month)


def _with(action: Action, key: ProofKey, proof: Proof) -> Action:
    declaration = action.declaration(key.month)
    proofs = tuple(proof if (each.trainee_id, each.kind) == (key.trainee_id, key.kind) else each for each in declaration.proofs)
    return action.with_declaration(key.month, replace(declaration, proofs=proofs))
