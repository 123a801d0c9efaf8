"""The report of what was erased, searched, sorted and paged by the database (PRV-1)."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, LiteralString

from asyncpg import Pool

from gateway.web.downloads import Parts, read_all
from gateway.web.listing import PER_PAGE, Asked, Page, in_order
from gateway.web.session import Viewer

ERASING = {"actions": "fiches", "billing": "textes des factures", "surveys": "textes du bilan"}
"""What each service keeps of a contract's people, as agents call it: it says when it has erased that."""
KEYS: Mapping[str, LiteralString] = {"jour": "e.due_on", "organisme": "a.by_organisation", "contrat": "e.contract_number"}
"""By what the list can be sorted, up and down."""
MATCHING: LiteralString = " FROM erasures e JOIN actions a USING (contract_number) WHERE $1 AND a.sought LIKE ALL ($2::text[])"


@dataclass(frozen=True, slots=True)
class Erased:
    """A contract whose people are erased: why then, and how many records of each kind there were. `awaited` is what no service
    has said yet that it has erased.
    """

    contract_number: str
    title: str
    organisation: str
    ended: str
    ended_on: date
    due_on: date
    trainees: int
    trainers: int
    agents: int
    texts: int
    drafts: int
    files: int
    awaited: list[str]


NAMES = tuple(field.name for field in fields(Erased))


def _selected(asked: Asked, page: LiteralString = "") -> LiteralString:
    return (
        """
        SELECT e.contract_number, a.title, a.organisation_name AS organisation, e.ended, e.ended_on, e.due_on,
            coalesce(said.trainees, 0) AS trainees, coalesce(said.trainers, 0) AS trainers, coalesce(said.agents, 0) AS agents,
            coalesce(said.texts, 0) AS texts, coalesce(own.drafts, 0) AS drafts, coalesce(own.files, 0) AS files,
            ARRAY(SELECT unnest($3::text[]) EXCEPT SELECT unnest(said.services)) AS awaited
        FROM erasures e JOIN actions a USING (contract_number)
        LEFT JOIN erased own USING (contract_number)
        CROSS JOIN LATERAL (
            SELECT sum(trainees) AS trainees, sum(trainers) AS trainers, sum(agents) AS agents, sum(texts) AS texts,
                array_agg(service) AS services
            FROM erased_records r WHERE r.contract_number = e.contract_number
        ) AS said
        WHERE $1 AND a.sought LIKE ALL ($2::text[]) ORDER BY """
        + in_order(KEYS[asked.order], "e.contract_number", down=asked.down)
        + page
    )


def _row(row: Any) -> Erased:
    return Erased(**{name: row[name] for name in NAMES} | {"awaited": [ERASING[service] for service in sorted(row["awaited"])]})


async def load_report(db: Pool, viewer: Viewer, asked: Asked) -> Page[Erased]:
    """A page of the contracts that match, for an agent."""
    values = viewer.is_agent, asked.patterns
    rows = await db.fetch(_selected(asked, " LIMIT $4 OFFSET $5"), *values, list(ERASING), PER_PAGE, asked.offset)
    count = await db.fetchval("SELECT count(*)" + MATCHING, *values)
    return Page(asked, [_row(row) for row in rows], count)


async def read_report(db: Pool, viewer: Viewer, asked: Asked) -> Parts[Erased]:
    """All that match, for an agent, in the order of the list."""
    async with aclosing(read_all(db, _selected(asked), viewer.is_agent, asked.patterns, list(ERASING))) as parts:
        async for rows in parts:
            yield map(_row, rows)
