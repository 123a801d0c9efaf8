"""What is told of the proofs that months call for (DEC-10)."""

from typing import Any

from contracts.codes import ProofNote
from contracts.proofs import NotedProof, ProofKey, ProofSent, ProofsNoted, ProofWithdrawn

from .row import HOLDER, Figures, Notice, Told


def _proof(key: ProofKey) -> dict[str, object]:
    return {"month": key.month, "trainee": key.trainee_id, "proof": key.kind}


def _missing(event: ProofsNoted) -> list[NotedProof]:
    return [proof for proof in event.proofs if proof.note is ProofNote.MISSING]


def _to_send(event: ProofsNoted) -> Figures:
    missing = _missing(event)
    months = sorted({proof.month for proof in missing})
    return {"missing": len(missing), "months": months, "first": months[0]}


ROWS: tuple[Told[Any], ...] = (
    Told(
        ProofSent,
        line="{month:month} : {proof:ProofKind} de {trainee:person} envoyé ({format:ProofFormat})",
        figures=lambda event: _proof(event.proof) | {"format": event.file.format},
    ),
    Told(
        ProofWithdrawn,
        line="{month:month} : {proof:ProofKind} de {trainee:person}, un fichier retiré",
        figures=lambda event: _proof(event.proof),
    ),
    Told(
        ProofsNoted,
        line="{month:month} : {proof:ProofKind} de {trainee:person} noté {note:ProofNote}",
        several=lambda event: [_proof(proof) | {"note": proof.note} for proof in event.proofs],
        notices=(
            Notice(
                HOLDER,
                "proofs_missing",
                "warn",
                "Justificatifs manquants",
                "{action}, {months:months} : {missing:plural justificatif} à fournir.",
                "Voir les justificatifs",
                "/actions/{contract}/declarations/{first}/justificatifs",
                figures=_to_send,
                when=lambda event: bool(_missing(event)),
            ),
        ),
    ),
)
