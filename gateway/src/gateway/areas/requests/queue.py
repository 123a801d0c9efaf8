"""The agents' queue of requests, to decide or decided, searched, filtered, sorted and paged by the database (REQ-1)."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, LiteralString
from uuid import UUID

from asyncpg import Pool, Record

from contracts.codes import RequestObject
from contracts.requests import GrantRequest, RefuseRequest
from gateway.areas.action.queries.requests import HEAD, head_of
from gateway.areas.action.requests import RequestHead
from gateway.web.downloads import Parts, read_all
from gateway.web.listing import PER_PAGE, Asked, Page, in_order, one_after, over_all
from gateway.web.session import Viewer
from gateway.web.visit import Visit


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in the list."""

    head: RequestHead
    contract_number: str
    title: str
    organisation: str


STATES: Mapping[str, tuple[str, LiteralString]] = {
    "": ("À décider", "r.state = 'open'"),
    "accordees": ("Accordées", "r.state = 'granted'"),
    "refusees": ("Refusées", "r.state = 'refused'"),
    "retirees": ("Retirées", "r.state = 'withdrawn'"),
    "toutes": ("Toutes", "true"),
}
"""What the filter of that name shows: how people call it, and its condition."""
OBJECTS = frozenset(RequestObject)
FILTERS = ("etat", "objet", "organisme")
"""By state, by what it is about, by the holder's SIRET."""
KEYS: Mapping[str, LiteralString] = {"envoi": "r.asked_at", "organisme": "a.by_organisation", "action": "a.by_title"}
"""By what the list can be sorted, up and down."""
TABLE: LiteralString = " FROM requests r"
ROWS = TABLE + " JOIN actions a USING (contract_number)"
OWN: LiteralString = " WHERE $1 AND ($2::text IS NULL OR r.object = $2) AND "
MATCHING = ROWS + OWN + "a.sought LIKE ALL ($3::text[]) AND ($4::text IS NULL OR a.siret = $4) AND "


def asked_of(visit: Visit) -> Asked:
    """What the visit asks of the list: to decide, the oldest on top; otherwise the latest."""
    decided = visit.request.query_params.get("etat", "") in STATES.keys() - {""}
    asked = Asked.of(visit, list(KEYS), down=decided, filters=FILTERS)
    known = {"etat": asked.filters["etat"] in STATES, "objet": asked.filters["objet"] in OBJECTS, "organisme": True}
    return replace(asked, filters={name: value if known[name] else "" for name, value in asked.filters.items()})


def _order(asked: Asked) -> LiteralString:
    return in_order(KEYS[asked.order], "r.request_id", down=asked.down)


def _own(viewer: Viewer, asked: Asked) -> tuple[object, ...]:
    """What `OWN` is given."""
    return viewer.is_agent, asked.filters["objet"] or None


def _others(asked: Asked) -> tuple[object, ...]:
    """What `MATCHING` is given besides."""
    return asked.patterns, asked.filters["organisme"] or None


def _selected(asked: Asked, page: LiteralString) -> LiteralString:
    """The rows of a page (LIMIT and OFFSET), or all of them."""
    condition = STATES[asked.filters["etat"]][1]
    return (
        "SELECT r.contract_number, a.title, a.organisation_name AS organisation, "
        + HEAD
        + MATCHING
        + condition
        + " ORDER BY "
        + _order(asked)
        + page
    )


def _row(row: Record) -> RequestRow:
    return RequestRow(head_of(row), row["contract_number"], row["title"], row["organisation"])


async def load_queue(db: Pool, viewer: Viewer, asked: Asked) -> Page[RequestRow]:
    """A page of the requests that match, for an agent."""
    own, others, condition = _own(viewer, asked), _others(asked), STATES[asked.filters["etat"]][1]
    rows = await db.fetch(_selected(asked, " LIMIT $5 OFFSET $6"), *own, *others, PER_PAGE, asked.offset)
    count = await db.fetchval(*over_all("SELECT count(*)", TABLE + OWN + condition, MATCHING + condition, own, others))
    return Page(asked, [_row(row) for row in rows], count)


async def read_queue(db: Pool, viewer: Viewer, asked: Asked) -> Parts[RequestRow]:
    """All that match, for an agent, in the order of the list."""
    async with aclosing(read_all(db, _selected(asked, ""), *_own(viewer, asked), *_others(asked))) as parts:
        async for rows in parts:
            yield map(_row, rows)


async def find_after(db: Pool, viewer: Viewer, asked: Asked, request_id: UUID, *, back: bool = False) -> str | None:
    """Contract and id of the request after this one in the list, or before it, as its address has them; None when there is none.

    This one need not be in the list any more: it has just been answered, perhaps.
    """
    matching = MATCHING + STATES[asked.filters["etat"]][1]
    query = one_after("$5", KEYS[asked.order], "r.request_id", matching, ROWS, down=asked.down is not back)
    found = await db.fetchrow(
        "SELECT contract_number, request_id FROM requests WHERE request_id = (" + query + ")",
        *_own(viewer, asked),
        *_others(asked),
        request_id,
    )
    return f"{found['contract_number']}/{found['request_id']}" if found else None


async def find_answered(db: Pool, viewer: Viewer, command_id: UUID) -> RequestRow | None:
    """The request that a command of the viewer's granted or refused; None when it did not, or was not done."""
    row: Any = await db.fetchrow(
        "SELECT r.contract_number, a.title, a.organisation_name AS organisation, "
        + HEAD
        + ROWS
        + """
            JOIN commands c ON c.key = r.contract_number AND c.subject = r.request_id::text
        WHERE $1 AND c.id = $2 AND c.user_id = $3 AND c.type = ANY ($4) AND c.faults = '[]'
        """,
        viewer.is_agent,
        command_id,
        viewer.user_id,
        [GrantRequest.TYPE, RefuseRequest.TYPE],
    )
    return _row(row) if row else None
