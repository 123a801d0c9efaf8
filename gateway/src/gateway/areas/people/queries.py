"""Who it is that asks, and every record in which they are (PRV-1). For agents alone: a trainee has no account."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from asyncpg import Pool, Record
from litestar.exceptions import NotFoundException

from contracts.personal import TraineeSheet, record_id
from contracts.sheets import person
from gateway.told.history import LATEST, WHAT, WITH_WORDS, Act, act_of
from gateway.web.listing import PER_PAGE, Asked, Page
from gateway.web.session import Viewer

SOUGHT: LiteralString = "sortable(concat_ws(' ', p.body ->> 'last_name', p.body ->> 'first_name'))"
TRAINEES: LiteralString = """
    FROM people p JOIN actions a USING (contract_number)
    JOIN trainees t ON t.contract_number = p.contract_number AND p.id = t.contract_number || '/' || t.trainee_id
    WHERE $1 AND p.kind = 'trainee'
"""
COLUMNS: LiteralString = "SELECT t.contract_number, t.trainee_id, p.body, a.title, a.organisation_name AS organisation, a.siret"
TABLES: LiteralString = """
    SELECT format('%I.%I', table_schema, table_name) AS place, table_name AS name FROM information_schema.columns
    WHERE table_schema IN ('own', 'view') AND column_name IN ('contract_number', 'trainee_id')
    GROUP BY table_schema, table_name HAVING count(*) = 2 ORDER BY table_name
"""
"""Every table in which a row is about a trainee, those of later migrations too."""


@dataclass(frozen=True, slots=True)
class Known:
    """A trainee's sheet on a contract."""

    contract_number: str
    trainee_id: UUID
    title: str
    organisation: str
    siret: str
    sheet: TraineeSheet

    @property
    def name(self) -> str:
        """NOM Prénom."""
        return f"{self.sheet.last_name} {self.sheet.first_name}"

    @property
    def born(self) -> date | None:
        """The birth date."""
        return self.sheet.birth_date

    @property
    def path(self) -> str:
        """Where all that is known of them can be had."""
        return f"/region/personnes/{self.contract_number}/{self.trainee_id}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent as a proof of theirs."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """All that is known of a trainee on one contract. `rows` are those of each table that is about them, as they are kept."""

    known: Known
    rows: dict[str, list[dict[str, Any]]]
    acts: list[Act]
    texts: list[str]
    """What somebody wrote about the action in which their name stands."""
    files: list[Sent]


def _known(row: Record) -> Known:
    names = ("contract_number", "trainee_id", "title", "organisation", "siret")
    return Known(**{name: row[name] for name in names}, sheet=TraineeSheet.model_validate_json(row["body"]))


async def search(db: Pool, viewer: Viewer, asked: Asked) -> Page[Known]:
    """A page of the trainees whose names have all the words that are sought, by name; nobody when nothing is."""
    if not asked.patterns:
        return Page(asked, [], 0)
    matching: LiteralString = TRAINEES + " AND " + SOUGHT + " LIKE ALL ($2::text[])"
    rows = await db.fetch(
        COLUMNS + matching + " ORDER BY " + SOUGHT + ", p.id LIMIT $3 OFFSET $4", viewer.is_agent, asked.patterns, PER_PAGE, asked.offset
    )
    return Page(asked, list(map(_known, rows)), await db.fetchval("SELECT count(*)" + matching, viewer.is_agent, asked.patterns))


async def find_person(db: Pool, viewer: Viewer, contract_number: str, trainee_id: UUID) -> list[Known]:
    """The sheet of this trainee, and after it those on other contracts that are the same person's as far as names and birth date say; where
    one of the three is missing, nobody can tell. Raises NotFoundException when there is no such trainee, they are erased, or no agent asks.
    """
    row = await db.fetchrow(
        COLUMNS + TRAINEES + " AND t.contract_number = $2 AND t.trainee_id = $3", viewer.is_agent, contract_number, trainee_id
    )
    if row is None:
        raise NotFoundException
    known = _known(row)
    if (who := person(known.sheet)) is None:
        return [known]
    rows = await db.fetch(
        COLUMNS + TRAINEES + " AND p.body ->> 'birth_date' = $2 AND p.id <> $3 ORDER BY a.planned_start, p.id",
        viewer.is_agent,
        str(known.born),
        record_id(contract_number, trainee_id),
    )
    return [known, *(other for other in map(_known, rows) if person(other.sheet) == who)]


async def tell(db: Pool, viewer: Viewer, known: Known) -> Told:
    """Everything in which the trainee is, on one contract; for an agent."""
    of = known.contract_number, known.trainee_id
    tables = await db.fetch(TABLES) if viewer.is_agent else []
    rows = {
        table["name"]: await _rows(
            db, f"SELECT to_jsonb(t) AS row FROM {table['place']} t WHERE (contract_number, trainee_id) = ($1, $2)", *of
        )
        for table in tables
    }
    rows |= {name: await _rows(db, query, viewer.is_agent, *of) for name, query in INSIDE.items()}
    acts = await db.fetch(
        WHAT + "FROM history h" + WITH_WORDS + " WHERE $1 AND h.key = $2 AND h.trainee = $3" + LATEST, viewer.is_agent, *of
    )
    texts = await db.fetch(
        """
        SELECT body ->> 'text' AS text FROM people
        WHERE $1 AND contract_number = $2 AND kind = 'text' AND strpos(sortable(body ->> 'text'), sortable($3)) > 0 ORDER BY id
        """,
        viewer.is_agent,
        known.contract_number,
        known.sheet.last_name,
    )
    files = await db.fetch(
        """
        SELECT f.file_id, f.month, f.format, c.content FROM proof_files f JOIN proof_contents c USING (contract_number, file_id)
        WHERE $1 AND contract_number = $2 AND f.trainee_id = $3 AND NOT f.gone ORDER BY f.sent_at, f.file_id
        """,
        viewer.is_agent,
        *of,
    )
    return Told(
        known,
        {name: of_table for name, of_table in rows.items() if of_table},
        [act_of(row) for row in acts],
        [row["text"] for row in texts],
        [Sent(f"{row['month']}-{row['file_id'].hex[:8]}.{row['format']}", row["content"]) for row in files],
    )


INSIDE: dict[str, LiteralString] = {
    "sheets": """
        SELECT p.body || jsonb_build_object('record', p.id, 'version', p.version) AS row FROM people p
        WHERE $1 AND p.contract_number = $2 AND p.kind = 'trainee' AND (p.id = $2 || '/' || $3::uuid OR p.id IN (
            SELECT change #>> '{sheet,id}' FROM requests WHERE contract_number = $2 AND trainee_id = $3
        ))
    """,
    "confirmed": """
        SELECT line || jsonb_build_object('month', month) AS row FROM months, jsonb_array_elements(confirmed) AS line
        WHERE $1 AND contract_number = $2 AND line ->> 'trainee_id' = $3::uuid::text ORDER BY month
    """,
    "amounts": """
        SELECT share || jsonb_build_object('month', month) AS row FROM shares, jsonb_array_elements(body) AS share
        WHERE $1 AND contract_number = $2 AND share ->> 'trainee_id' = $3::uuid::text ORDER BY month
    """,
    "invoiced": """
        SELECT share || jsonb_build_object('month', month, 'invoice_id', invoice_id) AS row
        FROM invoice_shares, jsonb_array_elements(body) AS share
        WHERE $1 AND contract_number = $2 AND share ->> 'trainee_id' = $3::uuid::text ORDER BY month
    """,
    "mailed": """
        SELECT jsonb_build_object('survey', survey, 'asked_at', asked_at, 'outcome', outcome, 'ended_at', ended_at) AS row
        FROM survey_mailings LEFT JOIN mails ON mails.id = mail_id
        WHERE $1 AND contract_number = $2 AND trainee_id = $3::uuid ORDER BY asked_at
    """,
    "typed": """
        SELECT jsonb_build_object('form', kind, 'subject', subject, 'typed', body -> 'typed', 'saved_at', saved_at) AS row FROM drafts
        WHERE $1 AND contract = $2 AND strpos(subject, $3::uuid::text) > 0 ORDER BY saved_at
    """,
}
"""What is about a trainee inside rows of others."""


async def _rows(db: Pool, query: str, *values: object) -> list[dict[str, Any]]:
    return [json.loads(row["row"]) for row in await db.fetch(query, *values)]
