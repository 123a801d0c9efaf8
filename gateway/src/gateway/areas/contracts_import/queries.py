"""Imports of contracts (ACT-1): the file that an agent sent, how far it has come, what is wrong with it, what it did."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, get_args
from uuid import UUID, uuid5

from asyncpg import Pool
from pydantic import TypeAdapter
from pydantic_core import to_json

from contracts.answers import Fault
from contracts.awards import ActionAwarded, Contract, ContractReplaced, ImportContracts, Terms
from contracts.refusals.awards import ContractDiffers
from gateway.web.commands import Answer, find_answer
from gateway.web.session import Viewer

from .workbook.faults import in_order, more, problems_of
from .workbook.reading import ContractLines, Problem, Reading

Step = Literal["check", "replacement", "import"]
Phase = Literal["checking", "wrong", "checked", "importing", "imported", "known"]


def key_of(upload_id: UUID, step: Step) -> str:
    """The id under which a step of a file is asked and answered. The import itself has the file's, so that its page stays."""
    return str(upload_id if step == "import" else uuid5(upload_id, step))


def keys_of(upload_id: UUID) -> tuple[str, ...]:
    """Those of every step of a file."""
    return tuple(key_of(upload_id, step) for step in get_args(Step))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that an agent sent, as read."""

    id: UUID
    file_name: str
    sent_at: datetime
    places: dict[str, ContractLines]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The contracts that are new, known and replaced, in an import or its check."""

    at: datetime
    awarded: list[str]
    known: list[str]
    replaced: list[str]

    @property
    def changing(self) -> list[str]:
        """Those that an import changes."""
        return [*self.awarded, *self.replaced]


@dataclass(frozen=True, slots=True)
class State:
    """How far a file has come. `problems` are in the workbook's order; `more` others were found that nobody lists."""

    phase: Phase
    answer: Answer | None
    problems: list[Problem]
    more: int
    figures: Figures | None
    can_replace: bool

    @property
    def problem_count(self) -> int:
        """How many things are wrong."""
        return len(self.problems) + self.more

    @property
    def lines(self) -> int:
        """On how many lines."""
        return len({(problem.sheet, problem.line) for problem in self.problems if problem.line})


@dataclass(frozen=True, slots=True)
class Row:
    """A contract in an import's list; `price` excludes tax."""

    number: str
    title: str
    organisation: str
    planned_start: date
    planned_end: date
    headcount: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Past:
    """An import that was made."""

    id: str
    at: datetime
    awarded: int
    replaced: int
    known: int


@dataclass(frozen=True, slots=True)
class _Kept:
    sent_at: datetime
    places: dict[str, ContractLines]
    problems: tuple[Problem, ...]


KEPT = TypeAdapter(_Kept)
CONTRACTS = TypeAdapter(tuple[Contract, ...])


async def keep_upload(db: Pool, viewer: Viewer, upload_id: UUID, file_name: str, sent_at: datetime, reading: Reading) -> None:
    """Keep what a file says between its check and its import; the same file, sent by a double click, is kept once."""
    await db.execute(
        "INSERT INTO uploads (id, user_id, file_name, contracts, places) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
        upload_id,
        viewer.user_id,
        file_name,
        CONTRACTS.dump_json(reading.contracts).decode(),
        to_json(_Kept(sent_at, reading.places, reading.problems)).decode(),
    )


async def load_upload(db: Pool, viewer: Viewer, upload_id: UUID) -> Upload | None:
    """A file of the viewer's own; None when it is somebody else's, or forgotten."""
    row = await db.fetchrow("SELECT file_name, places FROM uploads WHERE id = $1 AND user_id = $2", upload_id, viewer.user_id)
    if row is None:
        return None
    kept = KEPT.validate_json(row["places"])
    return Upload(upload_id, row["file_name"], kept.sent_at, kept.places, kept.problems)


async def load_contracts(db: Pool, viewer: Viewer, upload_id: UUID, numbers: Collection[str] | None = None) -> tuple[Contract, ...]:
    """What a file of the viewer's own says, or what it says of these contracts."""
    contracts: str | None = await db.fetchval(
        """
        SELECT jsonb_agg(contract ORDER BY place) FROM uploads, jsonb_array_elements(contracts) WITH ORDINALITY AS listed(contract, place)
        WHERE id = $1 AND user_id = $2 AND ($3::text[] IS NULL OR contract->>'number' = ANY($3))
        """,
        upload_id,
        viewer.user_id,
        None if numbers is None else list(numbers),
    )
    return CONTRACTS.validate_json(contracts or "[]")


async def load_state(db: Pool, viewer: Viewer, upload: Upload) -> State:
    """How far a file has come: what was last asked about it, and what was answered."""
    row = await db.fetchrow(
        "SELECT id, key FROM commands WHERE user_id = $1 AND type = $2 AND subject = $3 ORDER BY sent_at DESC, id DESC LIMIT 1",
        viewer.user_id,
        ImportContracts.TYPE,
        str(upload.id),
    )
    answer = await find_answer(db, viewer, row["id"]) if row else None
    if row is None or answer is None:
        return State("wrong", None, in_order(upload.problems), 0, None, False)
    is_import = row["key"] == key_of(upload.id, "import")
    figures = await load_figures(db, viewer, row["key"]) if answer.accepted else None
    faults = answer.faults or ()
    problems = in_order([*upload.problems, *await _problems(db, viewer, upload, faults)])
    if answer.faults is None or (answer.accepted and figures is None):  # the view is being built anew: what was done shows in a moment
        return State("importing" if is_import else "checking", answer, problems, 0, None, False)
    if problems or answer.refused:
        differs = not upload.problems and {fault.code for fault in faults} == {ContractDiffers.code()}
        return State("wrong", answer, problems, more(faults), None, differs)
    assert figures is not None
    phase: Phase = "imported" if is_import else "checked" if figures.changing else "known"
    return State(phase, answer, [], 0, figures, False)


async def _problems(db: Pool, viewer: Viewer, upload: Upload, faults: Iterable[Fault]) -> list[Problem]:
    refused = {fault.item for fault in faults if fault.item}
    if not (faults := tuple(faults)):
        return []
    contracts = {contract.number: contract for contract in await load_contracts(db, viewer, upload.id, refused)}
    differing = [fault.item for fault in faults if fault.code == ContractDiffers.code()]
    rows = await db.fetch("SELECT contract_number, terms FROM actions WHERE contract_number = ANY($1) AND $2", differing, viewer.is_agent)
    known = {row["contract_number"]: Terms.model_validate_json(row["terms"]) for row in rows}
    return problems_of(faults, upload.places, contracts, known)


async def load_figures(db: Pool, viewer: Viewer, import_id: str) -> Figures | None:
    """What an import did, or a check found that it would do; None as long as the views do not show it."""
    row = await db.fetchrow("SELECT at, awarded, known, replaced FROM imports WHERE import_id = $1 AND $2", import_id, viewer.is_agent)
    return Figures(**row) if row else None


async def load_import(db: Pool, viewer: Viewer, import_id: UUID) -> Figures | None:
    """What an import did, whoever made it; None for a check, or when there is none."""
    row = await db.fetchrow(
        "SELECT at, awarded, known, replaced FROM imports WHERE import_id = $1 AND NOT check_only AND $2", str(import_id), viewer.is_agent
    )
    return Figures(**row) if row else None


async def count_visible(db: Pool, viewer: Viewer, figures: Figures) -> int:
    """How many of the contracts that an import changed the pages show already: each has events of its own, in no common order."""
    count: int = await db.fetchval(
        "SELECT count(DISTINCT key) FROM history WHERE key = ANY($1) AND at = $2 AND type = ANY($3) AND $4",
        figures.changing,
        figures.at,
        [ActionAwarded.TYPE, ContractReplaced.TYPE],
        viewer.is_agent,
    )
    return count


async def list_uploaded(
    db: Pool, viewer: Viewer, upload_id: UUID, numbers: list[str], limit: int, offset: int
) -> tuple[list[Row], Decimal]:
    """A page of these contracts of a file, in its order, and the price of all of them."""
    rows = await db.fetch(
        """
        SELECT contract->>'number' AS number, contract->'terms' AS terms,
            sum((contract#>>'{terms,centre,price}')::numeric + (contract#>>'{terms,company,price}')::numeric) OVER () AS total
        FROM uploads, jsonb_array_elements(contracts) WITH ORDINALITY AS listed(contract, place)
        WHERE id = $1 AND user_id = $2 AND contract->>'number' = ANY($3) ORDER BY place LIMIT $4 OFFSET $5
        """,
        upload_id,
        viewer.user_id,
        numbers,
        limit,
        offset,
    )
    return [_row(row["number"], row["terms"]) for row in rows], rows[0]["total"] if rows else Decimal(0)


async def list_imported(db: Pool, viewer: Viewer, numbers: list[str], limit: int, offset: int) -> list[Row]:
    """A page of these contracts, as far as the pages show them."""
    rows = await db.fetch(
        "SELECT contract_number, terms FROM actions WHERE contract_number = ANY($1) AND $4 ORDER BY contract_number LIMIT $2 OFFSET $3",
        numbers,
        limit,
        offset,
        viewer.is_agent,
    )
    return [_row(row["contract_number"], row["terms"]) for row in rows]


def _row(number: str, stored: str) -> Row:
    terms = json.loads(stored)
    return Row(
        number,
        terms["title"],
        terms["organisation"]["name"],
        date.fromisoformat(terms["planned_start"]),
        date.fromisoformat(terms["planned_end"]),
        terms["headcount"],
        Decimal(terms["centre"]["price"]) + Decimal(terms["company"]["price"]),
    )


async def list_imports(db: Pool, viewer: Viewer, limit: int = 10) -> list[Past]:
    """The latest imports that changed something."""
    rows = await db.fetch(
        """
        SELECT import_id AS id, at, cardinality(awarded) AS awarded, cardinality(replaced) AS replaced, cardinality(known) AS known
        FROM imports WHERE NOT check_only AND cardinality(awarded) + cardinality(replaced) > 0 AND $2 ORDER BY at DESC LIMIT $1
        """,
        limit,
        viewer.is_agent,
    )
    return [Past(**row) for row in rows]
