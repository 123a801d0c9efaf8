"""Each month calls for the documents of its excused hours and admissible exits, and only of these anything is sent or noted (DEC-10)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from contracts.codes import ExitReason, ProofKind
from contracts.declarations import ConfirmedLine, Exit, MonthConfirmed, TraineeExitChanged, TraineeExited
from contracts.month import Month
from contracts.proofs import ProofKey, ProofSent, ProofsNoted, ProofWithdrawn

from ..finding import Finding, Promise
from ..history import History

OWNER, PORTAL = "declarations", "gateway"
NONE = Decimal(0)
Which = tuple[Month, UUID, ProofKind]
DOCUMENTS = {ExitReason.EMPLOYMENT: ProofKind.EMPLOYMENT, ExitReason.PERSONAL: ProofKind.PERSONAL}


def proofs(history: History) -> Iterator[Finding]:
    """Of each month, when it was confirmed: a document for whoever was excused, but for what an exit added, and one for whoever left in it
    by an admissible exit. What was noted of a proof counts no more when the excused hours are others. Months that were confirmed before
    they said it are left alone.
    """
    exits: dict[UUID, Exit | None] = {}
    called: set[Which] = set()
    excused: dict[Which, Decimal] = {}
    noted_for: dict[Which, Decimal] = {}
    for _, message in history.seen_by(OWNER):
        used: Sequence[ProofKey] = ()
        match message:
            case TraineeExited(trainee_id=trainee, exit=exit_) | TraineeExitChanged(trainee_id=trainee, exit=exit_):
                exits[trainee] = exit_
            case MonthConfirmed(month=month, lines=lines, lapsed=lapsed):
                for line in lines:
                    if line.proofs is not None and set(line.proofs) != _due(month, line, exits.get(line.trainee_id)):
                        what = f"{month}, stagiaire {line.trainee_id} : ces justificatifs ne sont pas ceux de ses heures et de sa sortie"
                        yield Finding(Promise.PROOFS, history.key, what)
                called = {each for each in called if each[0] != month}
                called |= {(month, line.trainee_id, kind) for line in lines for kind in line.proofs or ()}
                if lapsed is not None:
                    excused |= {(month, line.trainee_id, ProofKind.ABSENCE): _typed(line) for line in lines}
                    over = set(map(_of, lapsed))
                    noted_for = {each: hours for each, hours in noted_for.items() if each in called and each not in over}
                    for which in [each for each, hours in noted_for.items() if excused[each] != hours]:
                        what = f"{month}, stagiaire {which[1]} : les heures justifiées sont autres, et ce qui était noté reste"
                        yield Finding(Promise.PROOFS, history.key, what)
            case ProofSent(proof=proof):
                used = [proof]
                noted_for.pop(_of(proof), None)
            case ProofWithdrawn(proof=proof):
                used = [proof]
            case ProofsNoted(proofs=noted):
                used = noted
                noted_for |= {_of(proof): excused[_of(proof)] for proof in noted if _of(proof) in excused}
        for key in used:
            if _of(key) not in called:
                yield Finding(Promise.PROOFS, history.key, f"{key.month}, stagiaire {key.trainee_id} : {key.kind} n’était pas demandé")


def _due(month: Month, line: ConfirmedLine, left: Exit | None) -> set[ProofKind]:
    due = {ProofKind.ABSENCE} if _typed(line) > 0 else set()
    if left and left.reason in DOCUMENTS and Month.of(left.on) == month:
        due.add(DOCUMENTS[left.reason])
    return due


def _typed(line: ConfirmedLine) -> Decimal:
    """The excused hours, but for what an exit added."""
    return line.centre.excused + line.company.excused - (line.added.centre + line.added.company if line.added else NONE)


def _of(proof: ProofKey) -> Which:
    return proof.month, proof.trainee_id, proof.kind


def erased(history: History) -> Iterator[Finding]:
    """Of nobody who is erased the portal keeps a file (PRV-1)."""
    for row in history.rows(PORTAL, "left_behind"):
        yield Finding(Promise.PRIVATE, history.key, f"le fichier {row['file_id']} reste, d’une personne qui est effacée")
