"""Each month calls for the documents of its excused hours and admissible exits, and only of these anything is sent or noted (DEC-10)."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from contracts.codes import ExitReason, ProofKind
from contracts.declarations import ConfirmedLine, Exit, MonthConfirmed, TraineeExitChanged, TraineeExited
from contracts.month import Month
from contracts.proofs import ProofKey, ProofSent, ProofsNoted, ProofWithdrawn

from ..finding import Finding, Promise
from ..history import History

OWNER, PORTAL = "declarations", "gateway"
DOCUMENTS = {ExitReason.EMPLOYMENT: ProofKind.EMPLOYMENT, ExitReason.PERSONAL: ProofKind.PERSONAL}


def proofs(history: History) -> Iterator[Finding]:
    """Of each month, when it was confirmed: a document for whoever was excused, but for what an exit added, and one for whoever left in it
    by an admissible exit. Months that were confirmed before they said it are left alone.
    """
    exits: dict[UUID, Exit | None] = {}
    called: set[tuple[Month, UUID, ProofKind]] = set()
    for _, message in history.seen_by(OWNER):
        used: Sequence[ProofKey] = ()
        match message:
            case TraineeExited(trainee_id=trainee, exit=exit_) | TraineeExitChanged(trainee_id=trainee, exit=exit_):
                exits[trainee] = exit_
            case MonthConfirmed(month=month, lines=lines):
                for line in lines:
                    if line.proofs is not None and set(line.proofs) != _due(month, line, exits.get(line.trainee_id)):
                        what = f"{month}, stagiaire {line.trainee_id} : ces justificatifs ne sont pas ceux de ses heures et de sa sortie"
                        yield Finding(Promise.PROOFS, history.key, what)
                called = {each for each in called if each[0] != month}
                called |= {(month, line.trainee_id, kind) for line in lines for kind in line.proofs or ()}
            case ProofSent(proof=proof) | ProofWithdrawn(proof=proof):
                used = [proof]
            case ProofsNoted(proofs=noted):
                used = noted
        for key in used:
            if (key.month, key.trainee_id, key.kind) not in called:
                yield Finding(Promise.PROOFS, history.key, f"{key.month}, stagiaire {key.trainee_id} : {key.kind} n’était pas demandé")


def _due(month: Month, line: ConfirmedLine, left: Exit | None) -> set[ProofKind]:
    added = line.added.centre + line.added.company if line.added else 0
    due = {ProofKind.ABSENCE} if line.centre.excused + line.company.excused > added else set()
    if left and left.reason in DOCUMENTS and Month.of(left.on) == month:
        due.add(DOCUMENTS[left.reason])
    return due


def erased(history: History) -> Iterator[Finding]:
    """Of nobody who is erased the portal keeps a file (PRV-1)."""
    for row in history.rows(PORTAL, "left_behind"):
        yield Finding(Promise.PRIVATE, history.key, f"le fichier {row['file_id']} reste, d’une personne qui est effacée")
