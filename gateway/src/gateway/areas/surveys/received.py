"""The outcomes reports that the Region received, as its agents list them: searched, sorted and paged by the database (SUR-2)."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from asyncpg import Pool, Record

from contracts.month import paris_day
from contracts.surveys import AcknowledgeReport
from gateway.web.downloads import Parts, read_all
from gateway.web.listing import PER_PAGE, Asked, Page, in_order, one_after, over_all
from gateway.web.session import Viewer
from gateway.web.visit import Visit


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report that was sent."""

    contract_number: str
    title: str
    organisation: str
    submitted_at: datetime
    acknowledged_at: datetime | None

    @property
    def received_on(self) -> date:
        """The day on which the Region received it."""
        return paris_day(self.submitted_at)


@dataclass(frozen=True, slots=True)
class Reports(Page[ReportRow]):
    """A page of the list; `to_acknowledge` counts on all pages, whatever is filtered."""

    to_acknowledge: int


STATES: Mapping[str, tuple[str, LiteralString]] = {
    "": ("À enregistrer", "r.acknowledged_at IS NULL"),
    "recus": ("Réception enregistrée", "r.acknowledged_at IS NOT NULL"),
    "tous": ("Tous", "true"),
}
"""What the filter of that name shows: how people call it, and its condition."""
FILTERS = ("etat", "organisme")
"""By state, by the holder's SIRET."""
KEYS: Mapping[str, LiteralString] = {"envoi": "r.submitted_at", "organisme": "a.by_organisation", "action": "a.by_title"}
"""By what the list can be sorted, up and down; by default the oldest come first."""
TABLE: LiteralString = " FROM reports r"
ROWS = TABLE + " JOIN actions a USING (contract_number)"
OWN: LiteralString = " WHERE $1 AND r.submitted_at IS NOT NULL AND "
MATCHING = ROWS + OWN + "a.sought LIKE ALL ($2::text[]) AND ($3::text IS NULL OR a.siret = $3) AND "


def asked_of(visit: Visit) -> Asked:
    """What the visit asks of the list."""
    asked = Asked.of(visit, list(KEYS), filters=FILTERS)
    return asked if asked.filters["etat"] in STATES else replace(asked, filters={**asked.filters, "etat": ""})


def _order(asked: Asked) -> LiteralString:
    return in_order(KEYS[asked.order], "r.contract_number", down=asked.down)


def _others(asked: Asked) -> tuple[object, ...]:
    """What `MATCHING` is given besides whether an agent looks."""
    return asked.patterns, asked.filters["organisme"] or None


def _selected(asked: Asked, page: LiteralString) -> LiteralString:
    """The rows of a page (LIMIT and OFFSET), or all of them."""
    return (
        "SELECT r.contract_number, a.title, a.organisation_name AS organisation, r.submitted_at, r.acknowledged_at"
        + MATCHING
        + STATES[asked.filters["etat"]][1]
        + " ORDER BY "
        + _order(asked)
        + page
    )


def _row(row: Record) -> ReportRow:
    return ReportRow(**row)


async def load_reports(db: Pool, viewer: Viewer, asked: Asked) -> Reports:
    """A page of the reports that were sent and match, for an agent."""
    own, others, condition = (viewer.is_agent,), _others(asked), STATES[asked.filters["etat"]][1]
    rows = await db.fetch(_selected(asked, " LIMIT $4 OFFSET $5"), *own, *others, PER_PAGE, asked.offset)
    count = await db.fetchval(*over_all("SELECT count(*)", TABLE + OWN + condition, MATCHING + condition, own, others))
    to_acknowledge = await db.fetchval("SELECT count(*)" + TABLE + OWN + STATES[""][1], *own)
    return Reports(asked, [_row(row) for row in rows], count, to_acknowledge)


async def read_reports(db: Pool, viewer: Viewer, asked: Asked) -> Parts[ReportRow]:
    """All that match, for an agent, in the order of the list."""
    async with aclosing(read_all(db, _selected(asked, ""), viewer.is_agent, *_others(asked))) as parts:
        async for rows in parts:
            yield map(_row, rows)


async def find_after(db: Pool, viewer: Viewer, asked: Asked, contract_number: str, *, back: bool = False) -> str | None:
    """The contract of the report after this one in the list, or before it; None when it is the last, or the first."""
    matching = MATCHING + STATES[asked.filters["etat"]][1]
    query = one_after("$4", KEYS[asked.order], "r.contract_number", matching, ROWS, down=asked.down is not back)
    found: str | None = await db.fetchval(query, viewer.is_agent, *_others(asked), contract_number)
    return found


async def load_lot(db: Pool, viewer: Viewer) -> list[ReportRow]:
    """The reports that the viewer has looked at and nobody has acknowledged yet, in the order in which they were put into the lot."""
    rows = await db.fetch(
        """
        SELECT r.contract_number, a.title, a.organisation_name AS organisation, r.submitted_at, r.acknowledged_at
        FROM lots l JOIN reports r USING (contract_number) JOIN actions a USING (contract_number)
        WHERE l.user_id = $1 AND l.kind = 'report' AND $2 AND r.submitted_at IS NOT NULL AND r.acknowledged_at IS NULL
        ORDER BY l.put_at, r.contract_number
        """,
        viewer.user_id,
        viewer.is_agent,
    )
    return [ReportRow(**row) for row in rows]


async def load_titles(db: Pool, viewer: Viewer, contracts: list[str]) -> dict[str, str]:
    """What people call the reports of these contracts, by number."""
    rows = await db.fetch(
        "SELECT contract_number, title, organisation_name FROM actions WHERE $1 AND contract_number = ANY($2)", viewer.is_agent, contracts
    )
    return {row["contract_number"]: f"{row['organisation_name']}, {row['title']} ({row['contract_number']})" for row in rows}


async def find_acknowledged(db: Pool, viewer: Viewer, command_id: UUID) -> str | None:
    """What people call the report that a command of the viewer's acknowledged; None when it did not, or was not done."""
    contract = await db.fetchval(
        "SELECT key FROM commands WHERE $1 AND id = $2 AND user_id = $3 AND type = $4 AND faults = '[]'",
        viewer.is_agent,
        command_id,
        viewer.user_id,
        AcknowledgeReport.TYPE,
    )
    return (await load_titles(db, viewer, [contract])).get(contract) if contract else None
