"""The documents that months call for, what was sent of each, and what the Region noted: one list for both sides (DEC-10)."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from asyncpg import Pool, Record
from litestar.exceptions import NotFoundException

from chassis.db import Connection
from contracts.codes import ProofFormat, ProofKind, ProofNote
from contracts.month import Month
from contracts.personal import record_id
from contracts.proofs import ProofKey, SendProof
from gateway.web.session import Viewer
from gateway.words.french import sortable

ENDINGS = {ProofFormat.PDF: "pdf", ProofFormat.JPEG: "jpg", ProofFormat.PNG: "png"}


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that was sent as a proof, or a part of one."""

    file_id: UUID
    month: Month
    format: ProofFormat
    size: int
    sent_at: datetime
    is_kept: bool
    """Whether the portal still holds its bytes: not after its person was erased (PRV-1), or a restore from an older backup."""

    @property
    def name(self) -> str:
        """Ours, whatever it was called: people's names stand in those of files."""
        return f"justificatif-{self.month}-{self.file_id.hex[:4]}.{ENDINGS[self.format]}"


@dataclass(frozen=True, slots=True)
class ProofView:
    """A document that a month calls for, and how it stands. `name` is its trainee's; None once it is erased."""

    contract_number: str
    month: Month
    trainee_id: UUID
    name: str | None
    kind: ProofKind
    note: ProofNote | None
    noted_at: datetime | None
    files: tuple[FileView, ...]

    @property
    def key(self) -> str:
        """What the names of its fields begin with, and the place in the page."""
        return f"p{self.month}-{self.kind}-{self.trainee_id.hex}"

    @property
    def of(self) -> ProofKey:
        """As commands name it."""
        return ProofKey(month=self.month, trainee_id=self.trainee_id, kind=self.kind)

    @property
    def state(self) -> str:
        """`received` or `missing`, as the Region noted; otherwise `erased` with its trainee (PRV-1), `sent`, or `to_send`. It may have been
        sent by mail, which nobody notes before it comes.
        """
        if self.note or self.name is None:
            return self.note or "erased"
        return "sent" if any(file.is_kept for file in self.files) else "to_send"


OF_MONTHS: LiteralString = """
    p.contract_number = wanted.contract_number AND (p.month = ANY(wanted.months) OR (p.kind <> 'absence' AND EXISTS (
        SELECT FROM added_hours h
        WHERE h.contract_number = p.contract_number AND h.trainee_id = p.trainee_id AND h.month = ANY(wanted.months)
            AND h.confirmed AND h.centre + h.company > 0)))
"""
"""Which `proofs p` the `wanted` months rest on: what they call for, and the document of an exit after which they add hours (DEC-5)."""


async def load_proofs(db: Pool, viewer: Viewer, contract_number: str, months: Collection[Month]) -> list[ProofView]:
    """What these months of an action of the viewer's rest on, by month and name."""
    rows = await db.fetch(
        """
        SELECT p.contract_number, p.month, p.trainee_id, p.kind, p.note, p.noted_at,
            concat_ws(' ', person.body ->> 'last_name', person.body ->> 'first_name') AS name,
            (SELECT jsonb_agg(to_jsonb(f) || jsonb_build_object('is_kept', EXISTS (
                SELECT FROM proof_contents c WHERE (c.contract_number, c.file_id) = (f.contract_number, f.file_id))) ORDER BY f.sent_at)
             FROM proof_files f
             WHERE (f.contract_number, f.month, f.trainee_id, f.kind) = (p.contract_number, p.month, p.trainee_id, p.kind) AND NOT f.gone)
                AS files
        FROM (SELECT contract_number, $2::text[] AS months FROM actions WHERE contract_number = $1 AND ($3 OR siret = $4)) AS wanted
        JOIN proofs p ON """
        + OF_MONTHS
        + "LEFT JOIN people person ON person.id = p.contract_number || '/' || p.trainee_id",
        contract_number,
        list(months),
        viewer.is_agent,
        viewer.siret,
    )
    return sorted(map(_proof, rows), key=lambda proof: (proof.month, sortable(proof.name or ""), proof.kind))


def _proof(row: Record) -> ProofView:
    return ProofView(
        contract_number=row["contract_number"],
        month=Month(row["month"]),
        trainee_id=row["trainee_id"],
        name=row["name"] or None,
        kind=ProofKind(row["kind"]),
        note=ProofNote(row["note"]) if row["note"] else None,
        noted_at=row["noted_at"],
        files=tuple(
            FileView(
                file_id=UUID(file["file_id"]),
                month=Month(file["month"]),
                format=ProofFormat(file["format"]),
                size=file["size"],
                sent_at=datetime.fromisoformat(file["sent_at"]),
                is_kept=file["is_kept"],
            )
            for file in json.loads(row["files"] or "[]")
        ),
    )


async def keep_content(connection: Connection, contract_number: str, file_id: UUID, command_id: UUID, of: ProofKey, content: bytes) -> None:
    """Keeps a file's bytes beside the command that tells of it, once."""
    await connection.execute(
        """
        INSERT INTO proof_contents (contract_number, file_id, command_id, person, content) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
        """,
        contract_number,
        file_id,
        command_id,
        record_id(contract_number, of.trainee_id),
        content,
    )


async def load_content(db: Pool, viewer: Viewer, contract_number: str, file_id: UUID) -> tuple[FileView, bytes]:
    """A file of an action of the viewer's, as it was sent: what has another digest than the log says is not given.

    Raises NotFoundException, too, when it was withdrawn, is not called for any more, or was erased.
    """
    row = await db.fetchrow(
        """
        SELECT f.file_id, f.month, f.format, f.size, f.sent_at, c.content
        FROM proof_files f JOIN proof_contents c USING (contract_number, file_id) JOIN actions a USING (contract_number)
        WHERE contract_number = $1 AND file_id = $2 AND NOT f.gone AND encode(sha256(c.content), 'hex') = f.sha256 AND ($3 OR a.siret = $4)
        """,
        contract_number,
        file_id,
        viewer.is_agent,
        viewer.siret,
    )
    if row is None:
        raise NotFoundException
    view = FileView(row["file_id"], Month(row["month"]), ProofFormat(row["format"]), row["size"], row["sent_at"], is_kept=True)
    return view, row["content"]


async def count_sent(db: Pool, viewer: Viewer, since: datetime) -> int:
    """How many files the viewer's organisation has sent since then."""
    sent: int = await db.fetchval(
        "SELECT count(*) FROM commands WHERE siret = $1 AND type = $2 AND sent_at > $3", viewer.siret, SendProof.TYPE, since
    )
    return sent
