"""The documents that months call for, their files, and what the Region noted (DEC-10). The files' bytes are on no log, nor in a view."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.declarations import MonthConfirmed
from contracts.message import Message
from contracts.proofs import ProofSent, ProofsNoted, ProofWithdrawn
from gateway.worker.rows import as_json, change


async def on_month_confirmed(work: Work[None], event: MonthConfirmed) -> None:
    """The month calls for these from now on; of the others, nothing is known any more, and their files are gone. Of those that were
    corrected, the files stay, and what was noted counts no more.
    """
    await work.connection.execute(
        """
        WITH said AS (
            SELECT * FROM jsonb_to_recordset($3) AS said (trainee_id uuid, kind text)
        ), dropped AS (
            DELETE FROM proofs
            WHERE contract_number = $1 AND month = $2 AND (trainee_id, kind) NOT IN (SELECT trainee_id, kind FROM said)
        ), gone AS (
            UPDATE proof_files SET gone = true
            WHERE contract_number = $1 AND month = $2 AND (trainee_id, kind) NOT IN (SELECT trainee_id, kind FROM said)
        ), lapsed AS (
            UPDATE proofs SET note = NULL, noted_at = NULL
            FROM jsonb_to_recordset($4) AS lapsed (trainee_id uuid, kind text)
            WHERE contract_number = $1 AND month = $2 AND (proofs.trainee_id, proofs.kind) = (lapsed.trainee_id, lapsed.kind)
        )
        INSERT INTO proofs (contract_number, month, trainee_id, kind) SELECT $1, $2, trainee_id, kind FROM said ON CONFLICT DO NOTHING
        """,
        work.key,
        event.month,
        as_json([{"trainee_id": line.trainee_id, "kind": kind} for line in event.lines for kind in line.proofs or ()]),
        as_json(event.lapsed or ()),
    )


async def on_proof_sent(work: Work[None], event: ProofSent) -> None:
    """A file is there, and what was noted before it counts no more."""
    proof = event.proof
    await change(
        work,
        """
        WITH sent AS (
            INSERT INTO proof_files (contract_number, month, trainee_id, kind, file_id, format, size, sha256, sent_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
        )
        UPDATE proofs SET note = NULL, noted_at = NULL WHERE contract_number = $1 AND month = $2 AND trainee_id = $3 AND kind = $4
        """,
        proof.month,
        proof.trainee_id,
        proof.kind,
        event.file_id,
        event.file.format,
        event.file.size,
        event.file.sha256,
        work.at,
    )


async def on_proof_withdrawn(work: Work[None], event: ProofWithdrawn) -> None:
    """Nobody is shown the file any more; housekeeping erases it."""
    await change(work, "UPDATE proof_files SET gone = true WHERE contract_number = $1 AND file_id = $2", event.file_id)


async def on_proofs_noted(work: Work[None], event: ProofsNoted) -> None:
    """What came and what is missing."""
    await change(
        work,
        """
        UPDATE proofs SET note = said.note, noted_at = $3
        FROM jsonb_to_recordset($2) AS said (month text, trainee_id uuid, kind text, note text)
        WHERE contract_number = $1 AND (proofs.month, proofs.trainee_id, proofs.kind) = (said.month, said.trainee_id, said.kind)
        """,
        as_json(event.proofs),
        work.at,
    )


HANDLERS: Mapping[type[Message], Handler] = {
    MonthConfirmed: on_month_confirmed,
    ProofSent: on_proof_sent,
    ProofWithdrawn: on_proof_withdrawn,
    ProofsNoted: on_proofs_noted,
}
